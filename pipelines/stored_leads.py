"""Score and explain leads of the store, as the service does: by what the model learnt from."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from features.values import EPOCH, MICROSECOND
from leads.errors import InvalidInput
from leads.progress import Progress, silent
from leads.score import Locale
from pipelines.cohort.acts import read_acts
from pipelines.cohort.inputs import inputs_as_of, is_from_history
from pipelines.cohort.looking import known_at, looked_at
from pipelines.explain import ExplainedLead
from pipelines.lead_inputs import inputs_of
from pipelines.score import ScoredFile, scored_frame
from pipelines.tables import open_writer
from scoring.scorer import Scorer
from store.database import Store
from store.unit_of_work import UnitOfWork

LEAD = "lead_id"
PAGE = 1_000


def score_stored(
    store: Store, out: Path, *, scorer: Scorer, now: datetime, progress: Progress = silent
) -> ScoredFile:
    """Write probability, points and tier of every lead of the store to a file, by lead id.

    Raises InvalidInput when there are none.
    """
    names = names_of(scorer)
    progress("reading the store", 0, 1)
    with store.reading() as unit:
        if is_from_history(scorer.bundle.card):
            frame = _as_of(unit, names, now)
        else:
            frame = _as_they_are(unit, names)
    progress("reading the store", 1, 1)
    if not len(frame):
        raise InvalidInput("there are no leads in the store; `leadflow import leads` brings them")
    with open_writer(out) as writer:
        writer.write(scored_frame(frame, [LEAD], scorer=scorer, as_of=now, first=1))
    absent = tuple(name for name in names if name not in frame.columns)
    return ScoredFile(out=out, n_leads=len(frame), kept=(LEAD,), absent=absent, warnings=())


def explain_stored(
    store: Store,
    lead_id: str,
    *,
    scorer: Scorer,
    now: datetime,
    top: int = 5,
    locales: tuple[Locale, ...] = (Locale.EN,),
) -> ExplainedLead:
    """The explanation of one lead of the store. Raises NotFound."""
    with store.reading() as unit:
        lead = unit.leads.get(lead_id)
        if is_from_history(scorer.bundle.card):
            told = inputs_as_of(unit, [lead.lead_id], now=now)[lead.lead_id]
        else:
            told = inputs_of(lead, names_of(scorer))
    explanations = {
        locale: scorer.explain(told, top=top, locale=locale, as_of=now) for locale in locales
    }
    return ExplainedLead(lead=dict(lead.fields), row=1, explanations=explanations)


def names_of(scorer: Scorer) -> list[str]:
    """What a model looks at."""
    return [field.name for field in scorer.encoder.fields]


def _as_of(unit: UnitOfWork, names: Sequence[str], now: datetime) -> pd.DataFrame:
    """Every lead as of now, by the same code that made the training table."""
    roster = unit.population.roster()
    leads = np.arange(len(roster))
    as_of = np.full(len(roster), (now - EPOCH) // MICROSECOND)
    rows, _ = known_at(unit, roster, leads, as_of)
    acts = read_acts(unit, roster)
    told = looked_at(rows, leads, as_of, roster=roster, acts=acts)
    columns: dict[str, Any] = {LEAD: list(roster.lead_ids)}
    return pd.DataFrame(columns | {name: told[name] for name in names if name in told})


def _as_they_are(unit: UnitOfWork, names: Sequence[str]) -> pd.DataFrame:
    """Every lead with the fields that a table's columns mean."""
    rows: list[dict[str, Any]] = []
    after = ""
    while page := unit.leads.page(after=after, limit=PAGE):
        rows += [{LEAD: lead.lead_id, **inputs_of(lead, names)} for lead in page]
        after = page[-1].lead_id
    return pd.DataFrame(rows)
