import dataclasses
import doctest
import json
import re
import shutil

import lightgbm as lgb
import numpy as np
import pytest

from leads.errors import DamagedBundle
from scoring import wording
from scoring.bundle import HAZARD, MANIFEST, TIMING, load_bundle, read_manifest, write_bundle
from scoring.probe import probe_bundle
from scoring.scorer import Scorer
from scoring.timing import Timing, hazard_names, with_weeks
from tests.scoring.tables import AS_OF
from tests.scoring.test_bundle import forge

WEEKS = 6


@pytest.fixture(scope="module")
def timing(model, table):
    """Hazards of a window of six weeks: busy leads convert early."""
    frame, _ = table
    rows = model["encoder"].encode_frame(frame, as_of=AS_OF)
    weekly = with_weeks(rows, np.full(len(rows), WEEKS - 1))
    early = np.repeat(frame["pricing_visits_30d"].to_numpy() > 1, WEEKS - 1)
    happened = np.random.default_rng(0).random(len(weekly)) < np.where(early, 0.6, 0.05)
    data = lgb.Dataset(weekly, happened, feature_name=hazard_names(model["encoder"].feature_names))
    params = {"objective": "binary", "num_leaves": 4, "num_threads": 1, "verbosity": -1}
    booster = lgb.train(params | {"boost_from_average": False}, data, num_boost_round=10)
    everybody = Timing.of_everybody([-1.0] * (WEEKS - 1))
    return dataclasses.replace(everybody, booster=booster)


@pytest.fixture
def timed(model, timing, tmp_path):
    write_bundle(tmp_path / "timed", **model, timing=timing)
    return tmp_path / "timed"


def retold(bundle, name, **changes):
    """The bundle with other contents and a manifest that agrees."""
    state = json.loads((bundle / name).read_bytes()) | changes
    forge(bundle, name, json.dumps(state).encode())


def test_what_was_written_is_what_is_loaded(timed, timing, table):
    found = load_bundle(timed).timing

    assert set(read_manifest(timed)) >= {HAZARD, TIMING}
    assert found.to_state() == timing.to_state()
    rows = load_bundle(timed).encoder.encode_frame(table[0].head(50), as_of=AS_OF)
    assert (found.shares(rows) == timing.shares(rows)).all()


def test_a_bundle_without_the_optional_parts_loads_as_ever_and_tells_no_time(written, scorer):
    assert load_bundle(written).timing is None
    assert scorer.explain({}, as_of=AS_OF).time_to_convert is None


def test_busy_leads_convert_earlier(timed):
    scorer = Scorer(load_bundle(timed))

    busy, idle = (
        scorer.explain({"pricing_visits_30d": visits}, as_of=AS_OF).time_to_convert
        for visits in (4, 0)
    )

    assert busy.median_weeks < idle.median_weeks
    assert (busy.low_weeks, busy.high_weeks, idle.low_weeks, idle.high_weeks) == (0, 2, 5, 6)


def test_one_lead_and_a_table_get_the_same_shares(timing, model, table):
    rows = model["encoder"].encode_frame(table[0].head(40), as_of=AS_OF)

    together = timing.shares(rows)

    assert all((timing.shares(rows[i : i + 1])[0] == together[i]).all() for i in range(40))
    assert together.sum(axis=1) == pytest.approx(1)


def test_a_sound_bundle_with_a_time_passes_the_probe(timed):
    probe_bundle(timed, timeout=60)


def test_hazards_that_kill_lightgbm_kill_only_the_probe(timed):
    text = (timed / HAZARD).read_text()
    forge(timed, HAZARD, re.sub("threshold=.*", "threshold=x y z", text, count=1).encode())

    with pytest.raises(DamagedBundle, match=r"ends the process that loads it \(SIGABRT\)"):
        probe_bundle(timed, timeout=60)


@pytest.mark.parametrize("name", [HAZARD, TIMING])
def test_one_changed_byte_is_noticed(timed, name):
    content = bytearray((timed / name).read_bytes())
    content[len(content) // 2] ^= 1
    (timed / name).write_bytes(content)

    with pytest.raises(DamagedBundle, match=f"{name} is not what was written"):
        load_bundle(timed)


@pytest.mark.parametrize("name", [HAZARD, TIMING])
def test_a_missing_file_is_named(timed, name):
    (timed / name).unlink()

    with pytest.raises(DamagedBundle, match=f"{name} is missing"):
        load_bundle(timed)


def test_a_part_the_manifest_does_not_name_is_refused(timed, written, tmp_path):
    copied = shutil.copytree(written, tmp_path / "copied")
    shutil.copy(timed / TIMING, copied / TIMING)

    with pytest.raises(DamagedBundle, match=r"timing\.json does not belong to a bundle"):
        load_bundle(copied)


def test_trees_without_their_numbers_are_refused(timed):
    manifest = json.loads((timed / MANIFEST).read_bytes())
    del manifest["files"][TIMING]
    (timed / MANIFEST).write_text(json.dumps(manifest))
    (timed / TIMING).unlink()

    with pytest.raises(DamagedBundle, match=r"hazard\.txt is of no use without timing\.json"):
        load_bundle(timed)


@pytest.mark.parametrize(
    "changes",
    [
        {"trees": False},
        {"base": [0.0]},
        {"slope": [1.0, 1.0, 1.0, 1.0, -1.0]},
        {"intercept": [0.0, 0.0, 0.0, 0.0, 1e999]},
        {"base": [], "slope": [], "intercept": []},
    ],
)
def test_numbers_that_make_no_hazards_are_refused(timed, changes):
    retold(timed, TIMING, **changes)

    with pytest.raises(DamagedBundle, match=r"timing\.json does not describe what it should"):
        load_bundle(timed)


def test_hazards_of_another_encoder_are_refused(timed, model):
    forge(timed, HAZARD, model["booster"].model_to_string().encode())

    with pytest.raises(DamagedBundle, match=r"hazard\.txt knows 7 features, the encoder makes 8"):
        load_bundle(timed)


def test_a_column_called_week_is_no_trouble():
    assert hazard_names(["week", "visits"]) == ["week", "visits", "week_2"]


def test_examples_in_the_documentation_hold():
    assert doctest.testmod(wording).failed == 0
