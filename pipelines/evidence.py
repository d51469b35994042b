"""What matching found about a pair, as it is kept beside a merge or a review, and read again."""

from collections.abc import Mapping, Sequence
from typing import Any

from cleansing.matching import Evidence, Level, Outcome, Pair


def rows_of(pair: Pair) -> tuple[dict[str, Any], ...]:
    """A judged pair as JSON: what forbids merging, if anything does, then field by field."""
    veto: list[dict[str, Any]] = [{"veto": pair.veto}] if pair.veto else []
    told = [
        {
            "field": one.field,
            "level": str(one.level),
            "left": one.left,
            "right": one.right,
            "weight": round(one.weight, 3),
        }
        for one in pair.evidence
        if one.level is not Level.MISSING
    ]
    return (*veto, *told)


def pair_of(rows: Sequence[Mapping[str, Any]], *, probability: float, outcome: Outcome) -> Pair:
    """The pair again, for `cleansing.matching.sentence_of`."""
    return Pair(
        probability=probability,
        outcome=outcome,
        veto=next((row["veto"] for row in rows if "veto" in row), None),
        evidence=tuple(
            Evidence(
                field=row["field"],
                level=Level(row["level"]),
                left=row["left"],
                right=row["right"],
                weight=row["weight"],
            )
            for row in rows
            if "field" in row
        ),
        prior=0.0,
    )
