"""One incoming lead against stored ones: keys to look up, and a judgement of each candidate.

Records here are clean: named as in `leads.fields`, normalised by `cleansing.clean`.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from cleansing.matching.comparer import Form
from cleansing.matching.judging import LOG2, is_numbered, odds_of, probability_of, veto_of
from cleansing.matching.keys import lead_keys
from cleansing.matching.lead_fields import Judged, Logs, judged_fields
from cleansing.matching.rarity import NEAR
from cleansing.matching.weights import (
    INTERCEPT_OF_ONE,
    SLOPE,
)
from cleansing.matching.words import (
    Evidence,
    Level,
    Outcome,
    Pair,
    Record,
    outcome_of,
)

Frequencies = Mapping[str, Mapping[str, float]]
"""Comparison ("given", "family") -> name as compared -> share of the records that have it."""

STORED = 10_000
"""Leads a store is taken to hold when nobody says how many."""

_SAME_PER_LEAD, _RELATED_PER_LEAD = 0.4, 1.2  # pairs a lead has, in the simulated leads
_RIVAL = 0.5  # a candidate so likely is another that fits
_UNDECIDED = -4.0  # natural log odds below which nothing that is left can raise a pair to review


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A candidate and what was found; `index` counts in the candidates as they were given."""

    index: int
    pair: Pair


class _Compared(NamedTuple):
    """Two records' prepared values, and how far they agree, field by field."""

    forms: list[Form]
    others: list[Form]
    levels: list[Level]


class _Judged(NamedTuple):
    """A pair without its evidence, which most pairs never need."""

    probability: float
    outcome: Outcome
    veto: str | None
    levels: list[Level]
    parts: list[float]
    prior: float


def keys_of(record: Record) -> list[tuple[str, str]]:
    """(kind, value) pairs to store beside a lead and to look up for an incoming one.

    At most ten, the most telling first; two records of one person nearly always share one.
    A value that more than about a hundred leads share says little: leave it out of a look-up.
    """
    return lead_keys(record)


def frequencies_of(records: Iterable[Record]) -> Frequencies:
    """How common each name is among records, for a `Matcher`."""
    names = {each.field.comparer.name: each.field for each in judged_fields()}
    counts = {name: Counter[str]() for name in ("given", "family")}
    for record in records:
        for name, counted in counts.items():
            form = names[name].form(record)
            if form is not None and (term := names[name].comparer.term(form)):
                counted[term] += 1
    return {
        name: {term: n / max(counted.total(), 1) for term, n in counted.items()}
        for name, counted in counts.items()
    }


class Matcher:
    """Judges one record against candidates; keep one, it remembers what it has prepared.

    `frequencies` says which names are common, `stored` how many leads there are: the more, the
    more strangers agree by chance.
    """

    def __init__(self, frequencies: Frequencies | None = None, *, stored: int = STORED) -> None:
        self._fields = judged_fields()
        names = [each.field.comparer.name for each in self._fields]
        self._names, self._mail = names[::-1], names.index("email")
        self._frequencies = frequencies or {}
        self._least = 1 / max(stored, 2)
        same, near = (2 * n / max(stored, 2) for n in (_SAME_PER_LEAD, _RELATED_PER_LEAD))
        same, near = min(same, 0.2), min(near, 0.4)
        self._shares = (same, near, 1 - same - near)

    def compare(self, left: Record, right: Record) -> Pair:
        """The two, judged field by field."""
        return self._told(self._judge(left, right), left, right)

    def rank(self, record: Record, candidates: Sequence[Record]) -> list[Match]:
        """The candidates that are not clearly different, the likeliest first."""
        forms = self._forms(record)
        found = []
        for index, candidate in enumerate(candidates):
            compared = self._compared(forms, candidate, only_if_open=True)
            judged = self._judged(compared) if compared else None
            if judged is not None and judged.outcome is not Outcome.DIFFERENT:
                found.append(Match(index=index, pair=self._told(judged, record, candidate)))
        ranked = self._contested(found, candidates) if len(found) > 1 else found
        return sorted(ranked, key=_mergeable_first)

    def best(self, record: Record, candidates: Sequence[Record]) -> Match | None:
        """The one to merge with, else the likeliest to ask about; None if all are different.

        A record that fits two candidates who are different people is for a person to decide.
        """
        ranked = self.rank(record, candidates)
        return ranked[0] if ranked else None

    def _forms(self, record: Record) -> list[Form]:
        forms: list[Form] = []
        for each in self._fields:
            forms.append(forms[-1] if each.has_same_form else each.field.form(record))
        return forms

    def _judge(self, left: Record, right: Record) -> "_Judged":
        compared = self._compared(self._forms(left), right)
        assert compared is not None  # it is only left off when asked to
        return self._judged(compared)

    def _compared(
        self, forms: list[Form], candidate: Record, *, only_if_open: bool = False
    ) -> "_Compared | None":
        """How far each field agrees; with `only_if_open` None as soon as what identifies a person
        has decided: company and place cannot help then.
        """
        others: list[Form] = []
        levels: list[Level] = []
        odds, is_open = 0.0, not only_if_open
        for each, one in zip(self._fields, forms, strict=True):
            if not is_open and not each.is_telling:
                if odds <= _UNDECIDED:
                    return None
                is_open = True
            other = others[-1] if each.has_same_form else each.field.form(candidate)
            missing = one is None or other is None
            level = Level.MISSING if missing else each.field.comparer.level(one, other)
            others.append(other)
            levels.append(level)
            if not is_open:
                if not missing:
                    same, near, _ = each.logs[level]
                    odds += same - near
                if odds + each.most_later < _UNDECIDED:
                    return None
        return _Compared(forms, others, levels)

    def _contested(self, ranked: list[Match], candidates: Sequence[Record]) -> list[Match]:
        """With each merge sent to a person when another candidate fits that is somebody else."""
        likely = [match for match in ranked if match.pair.probability >= _RIVAL]
        told = []
        for match in ranked:
            rivals = (other for other in likely if other is not match)
            if match.pair.outcome is Outcome.MERGE and any(
                self._judge(candidates[match.index], candidates[rival.index]).veto
                for rival in rivals
            ):
                pair = replace(match.pair, outcome=Outcome.REVIEW, veto="rival")
                told.append(replace(match, pair=pair))
            else:
                told.append(match)
        return told

    def _judged(self, compared: "_Compared") -> "_Judged":
        forms, others, levels = compared
        logs = [
            self._weighed(each, level, one, other)
            for each, level, one, other in zip(self._fields, levels, forms, others, strict=True)
        ]
        odds, parts, prior = odds_of(logs, self._shares)
        by_name = dict(zip(self._names, reversed(levels), strict=True))
        mail = self._mail
        veto = veto_of(by_name, numbered=is_numbered(forms[mail], others[mail]))
        chance = probability_of(odds, slope=SLOPE, intercept=INTERCEPT_OF_ONE)
        return _Judged(chance, outcome_of(chance, veto), veto, levels, parts, prior)

    def _told(self, judged: "_Judged", left: Record, right: Record) -> Pair:
        """With what each field says, as a person reads it."""
        return Pair(
            probability=judged.probability,
            outcome=judged.outcome,
            veto=judged.veto,
            evidence=tuple(
                Evidence(
                    field=each.field.label,
                    level=level,
                    left=each.field.shown(left),
                    right=each.field.shown(right),
                    weight=part / LOG2,
                )
                for each, level, part in zip(self._fields, judged.levels, judged.parts, strict=True)
            ),
            prior=judged.prior / LOG2,
        )

    def _weighed(self, each: "Judged", level: Level, one: Form, other: Form) -> Logs:
        same, near, apart = each.logs[level]
        known = self._frequencies.get(each.field.comparer.name)
        if not known or level not in NEAR:
            return same, near, apart
        term = each.field.comparer.term
        share = max(known.get(term(form) or "", self._least) for form in (one, other))
        rarity = max(-5.0, min(5.0, math.log(share / each.average)))
        return same, near + rarity, apart + rarity


def compare(left: Record, right: Record, frequencies: Frequencies | None = None) -> Pair:
    """Two clean leads, judged; for many, keep a `Matcher`."""
    return Matcher(frequencies).compare(left, right)


def _mergeable_first(match: Match) -> tuple[bool, float]:
    return match.pair.outcome is not Outcome.MERGE, -match.pair.probability
