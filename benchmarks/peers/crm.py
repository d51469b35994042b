"""The CRM's naive Bayes as a contender: new leads, at the entry stage, one team.

Its default variables are state, country, source, language, validity of mail and phone, and tags;
of a table, `Source.crm_variables` says which columns hold one. The other version is given every
column, numbers in ten bins of the fitted rows.
"""

from collections.abc import Mapping
from enum import StrEnum

import numpy as np
import pandas as pd

from benchmarks.peers.learners import log_odds
from benchmarks.peers.naive_bayes import FrequencyTable, PlainLead
from benchmarks.peers.task import Answer, Answering, Task
from features.schema import Field, Kind

BINS = 10
FEW_VALUES = 20
"""A number with so few values is a code, such as a region, and is not binned."""

STAGES = 2
"""Entry and won: on what stage a lead was when it was lost is not in the tables."""


class Fields(StrEnum):
    """Which columns the score is given."""

    DEFAULT = "default"
    EVERY = "every"


DEFAULT_FIELDS, EVERY_FIELD = Fields.DEFAULT, Fields.EVERY


def crm_score(fields: Fields) -> Answering:
    """The score on the given columns."""

    def answer(task: Task) -> Answer:
        kinds = {field.name: field for field in task.schema.fields}
        default = fields is Fields.DEFAULT
        chosen = task.source.crm_variables if default else dict(zip(kinds, kinds, strict=True))

        def margins(seen: np.ndarray, ahead: pd.DataFrame) -> np.ndarray:
            frame = task.fit.frame.iloc[seen]
            edges = {c: _edges(frame[c], kinds[c]) for c in chosen.values()}
            won = task.fit.labels[seen] == 1
            closed = zip(_leads(frame, chosen, edges), won.tolist(), strict=True)
            score = FrequencyTable.of(closed, stages=STAGES).scorer()
            shown = [score.percent(lead) for lead in _leads(ahead, chosen, edges)]
            return log_odds(np.array(shown) / 100)

        out_of_fold = np.full(len(task.fit), np.nan)
        for fold in task.folds:
            out_of_fold[fold.test] = margins(fold.train, task.fit.frame.iloc[fold.test])
        whole = np.arange(len(task.fit))
        return Answer(
            out_of_fold=out_of_fold,
            margins=margins(whole, task.ahead.frame),
            facts={"variables": chosen if default else len(chosen)},
        )

    return answer


def _edges(column: pd.Series, field: Field) -> np.ndarray | None:
    """The inner edges of a number's bins; None where each value stands for itself."""
    if field.kind is not Kind.NUMBER or column.nunique() <= FEW_VALUES:
        return None
    numbers = pd.to_numeric(column, errors="coerce").to_numpy(np.float64, na_value=np.nan)
    return np.unique(np.nanquantile(numbers, np.arange(1, BINS) / BINS))


def _leads(
    frame: pd.DataFrame, chosen: Mapping[str, str], edges: Mapping[str, np.ndarray | None]
) -> list[PlainLead]:
    columns = [_texts(frame[column], edges[column]) for column in chosen.values()]
    # a table with none of the variables still has leads
    rows = zip(*columns, strict=True) if columns else [()] * len(frame)
    return [PlainLead(values=dict(zip(chosen, row, strict=True))) for row in rows]


def _texts(column: pd.Series, edges: np.ndarray | None) -> list[str | None]:
    if edges is None:
        return [
            str(value) if given else None
            for value, given in zip(column.tolist(), column.notna().tolist(), strict=True)
        ]
    numbers = pd.to_numeric(column, errors="coerce").to_numpy(np.float64, na_value=np.nan)
    bins = np.searchsorted(edges, numbers, side="right")
    return [
        str(place) if given else None
        for place, given in zip(bins.tolist(), np.isfinite(numbers).tolist(), strict=True)
    ]
