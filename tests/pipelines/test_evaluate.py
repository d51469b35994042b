from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from leads.errors import InvalidInput
from pipelines.evaluate import _judge, evaluate
from scoring.bundle import load_bundle
from tests.workshop import a_table

pytestmark = pytest.mark.xdist_group("mlflow")


@pytest.fixture(scope="session")
def bundle(built_workshop, tmp_path_factory):
    """A model whose outcomes take thirty days to be known."""
    folder = tmp_path_factory.mktemp("bundle") / "strong"
    options = {"target": "won", "time": "created", "label_delay": "30d"}
    card = built_workshop.strong.result.to_json() | {"options": options}
    built_workshop.strong.result.write_bundle(folder, card=card)
    return load_bundle(folder)


def judge(bundle, frame):
    return _judge(bundle, frame, name="lead-scoring", version="2", target=None, warnings=())


def test_leads_younger_than_the_label_delay_are_left_out_and_counted(bundle):
    table = a_table(500, seed=11)
    young = (table["created"] > table["created"].max() - pd.Timedelta(days=30)).to_numpy()

    found = judge(bundle, table)

    assert 10 < found.left_out == young.sum()
    assert found.rows == 500 - young.sum()


def test_what_young_leads_say_of_their_outcome_changes_nothing(bundle):
    table = a_table(500, seed=11)
    young = table["created"] > table["created"].max() - pd.Timedelta(days=30)

    assert judge(bundle, table.assign(won=table["won"].mask(young, "no"))) == judge(bundle, table)


def test_a_share_as_label_delay_leaves_nobody_out(bundle):
    options = bundle.card["options"] | {"label_delay": "2%"}

    found = judge(replace(bundle, card=bundle.card | {"options": options}), a_table(500, seed=11))

    assert (found.rows, found.left_out) == (500, 0)


def test_numbers_where_the_model_had_dates_are_refused(bundle):
    table = a_table(500, seed=11).assign(created=np.arange(500))

    with pytest.raises(InvalidInput, match="'created' holds numbers"):
        judge(bundle, table)


def test_too_few_outcomes_are_refused(workshop):
    table = a_table(500, seed=11)
    few = pd.concat([table[table["won"] == "no"], table[table["won"] == "yes"][:3]])

    with pytest.raises(InvalidInput, match="3 converted; 5 of both"):
        evaluate(few, model="2", settings=workshop.settings)
