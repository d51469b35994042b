"""Score a file of leads of any size: a chunk at a time, the result complete or not there at all."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from leads.errors import InvalidInput
from leads.progress import Progress, silent
from pipelines.files import refuse_overwriting
from pipelines.tables import AS_FOUND, TableOptions, open_table, open_writer
from pipelines.tables.reading import CHUNK_ROWS
from scoring.scorer import Scorer

if TYPE_CHECKING:
    import pandas as pd


SCORES = ("probability", "points", "tier")
PARTS = ("fit", "engagement")
ROW = "row"


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoredFile:
    """What scoring a file came to.

    kept       columns copied beside the scores: those the model does not look at
    absent     fields of the model the file does not have; they counted as missing
    warnings   what the reader of the file wants told
    """

    out: Path
    n_leads: int
    kept: tuple[str, ...]
    absent: tuple[str, ...]
    warnings: tuple[str, ...]


def score_file(
    data: Path,
    out: Path,
    *,
    scorer: Scorer,
    as_of: datetime,
    reading: TableOptions = AS_FOUND,
    chunk_rows: int = CHUNK_ROWS,
    progress: Progress = silent,
) -> ScoredFile:
    """Write probability, points, tier, fit and engagement of every lead in `data` to `out`.

    The columns the model does not look at (ids, names, dates) stand beside the scores; a file
    without any gets a row number. Raises InvalidInput when no column of the model is there, or
    when `out` is `data`.
    """
    refuse_overwriting(data, out)
    known = [field.name for field in scorer.encoder.fields]
    with open_table(data, chunk_rows=chunk_rows, **reading.arguments()) as reader:
        kept = _kept(reader.columns, known, scorer)
        absent = tuple(name for name in known if name not in reader.columns)
        if len(absent) == len(known):
            raise InvalidInput(
                f"{data} has none of the columns the model looks at: {', '.join(known)}; "
                f"it has {', '.join(reader.columns)}"
            )
        with open_writer(out) as writer:
            n_leads = 0
            for frame in reader:
                writer.write(
                    scored_frame(frame, kept, scorer=scorer, as_of=as_of, first=n_leads + 1)
                )
                n_leads += len(frame)
                progress("scoring", reader.read_bytes, reader.total_bytes)
    return ScoredFile(out=out, n_leads=n_leads, kept=kept, absent=absent, warnings=reader.warnings)


def _kept(columns: Sequence[str], known: Sequence[str], scorer: Scorer) -> tuple[str, ...]:
    """The columns to copy; an earlier score in the file gives way to the new one."""
    written = SCORES + PARTS if scorer.tells_parts else SCORES
    return tuple(name for name in columns if name not in known and name not in written)


def scored_frame(
    frame: "pd.DataFrame", kept: Sequence[str], *, scorer: Scorer, as_of: datetime, first: int
) -> "pd.DataFrame":
    """Probability, points and tier beside the columns to keep, or beside a row number."""
    scores = scorer.score_frame(frame, as_of=as_of)
    beside = frame[list(kept)].copy()
    if not kept:
        beside[ROW] = range(first, first + len(frame))
    scored = beside.assign(probability=scores.p_convert, points=scores.points, tier=scores.tier)
    if not scorer.tells_parts:
        return scored
    import pandas as pd

    grades = scorer.grade_frame(frame, as_of=as_of)
    # a chunk without any known grade has the same types as the others
    return scored.assign(
        fit=pd.array(grades.fit, dtype="str"),
        engagement=pd.array(grades.engagement, dtype="Int64"),
    )
