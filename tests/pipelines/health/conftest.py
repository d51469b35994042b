from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from leads.clock import ClockBasis
from leads.lead import StageMove
from leads.lifecycle import Stage
from leads.score import StoredScore
from pipelines.models import open_model
from scoring.scorer import Scorer
from tests.databases import KINDS, open_store
from tests.factories import a_lead
from tests.serving import models
from tests.workshop import settings_in

NOW = datetime(2026, 6, 1, 9, tzinfo=UTC)


@pytest.fixture(scope="session")
def promoted(tmp_path_factory):
    """Settings under which a small model is the champion; read only."""
    folder = tmp_path_factory.mktemp("promoted")
    models.write_version(folder / "var", version="1")
    models.promote(folder / "var", version="1")
    return settings_in(folder)


@pytest.fixture(scope="session")
def model(promoted):
    return open_model(promoted)


@pytest.fixture(params=KINDS)
def store(request, tmp_path):
    with open_store(request.param, tmp_path) as (opened, _):
        yield opened


@pytest.fixture
def kept(store, model):
    """Scores leads as the service would and keeps that; `change` alters what they say."""

    def keep(n, *, days=(0, 30), seed=1, change=None, won=None, odds=1.0):
        frame, _ = models.some_leads(seed=seed, n=n)
        rng = np.random.default_rng(seed)
        ago = np.sort(rng.uniform(*days, n))[::-1]
        scorer = Scorer(model.bundle)
        scores, moves, leads = [], [], []
        age = rng.integers(1, 61, n)
        for at, row in enumerate(frame.to_dict("records")):
            as_of = NOW - timedelta(days=float(ago[at]))
            row |= {"created": f"{as_of - timedelta(days=int(age[at])):%Y-%m-%d}"}
            said = change(dict(row)) if change else row
            found = scorer.score_one(said, as_of=as_of)
            lead_id = f"L-{seed}-{at}"
            leads.append(a_lead(lead_id, created_at=as_of))
            scores.append(a_score(lead_id, found, said, as_of))
            p = odds * found.p_convert / (1 - found.p_convert + odds * found.p_convert)
            if won is not None and rng.random() < (p if won == "as shown" else won):
                moves.append(a_win(lead_id, as_of + timedelta(days=float(rng.uniform(1, 80)))))
        with store.writing() as unit:
            unit.leads.add(leads)
            unit.scores.add(scores)
            unit.history.move([move for move in moves if move.occurred_at < NOW])

    return keep


def a_score(lead_id, found, said, as_of):
    return StoredScore(
        prediction_id=f"P-{lead_id}-{as_of:%j%H%M%S%f}",
        lead_id=lead_id,
        external_id=None,
        model_name=models.NAME,
        model_version="1",
        as_of=as_of,
        scored_at=as_of,
        probability=found.p_convert,
        margin=found.margin,
        points=found.points,
        tier=found.tier,
        calibrated=True,
        cause="request",
        inputs={name: value for name, value in said.items() if value is not None},
    )


def a_win(lead_id, at):
    return StageMove(
        lead_id=lead_id,
        from_stage=Stage.SQL,
        to_stage=Stage.OPPORTUNITY,
        occurred_at=at,
        known_at=at,
        clock=ClockBasis.ARRIVAL,
        actor="rep:1",
        cause="accepted",
        definition_version="1",
    )
