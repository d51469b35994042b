from datetime import UTC, datetime, timedelta

import pytest

from leads.errors import Conflict, NoChampion, NotFound
from scoring.bundle import load_bundle
from training.registry import Registry, _settle
from training.tracking import open_tracking

pytestmark = pytest.mark.xdist_group("mlflow")
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


@pytest.fixture
def registry(workshop):
    settings = workshop.settings
    return Registry(open_tracking(settings.mlflow_tracking_uri, artifacts=settings.var / "mlruns"))


def test_the_newest_training_is_the_challenger(registry, workshop):
    found = registry.find("lead-scoring", "challenger")

    assert (found.number, found.run_id) == ("2", workshop.strong.run_id)


def test_an_unknown_version_is_answered_with_those_there_are(registry):
    with pytest.raises(NotFound, match=r"no version '7'; it has 1, 2"):
        registry.find("lead-scoring", "7")


def test_an_unknown_model_says_how_to_make_one(registry):
    with pytest.raises(NotFound, match="leadflow train"):
        registry.find("other", "1")


def test_without_a_promotion_there_is_no_champion(registry):
    with pytest.raises(NoChampion, match="leadflow promote"):
        registry.find("lead-scoring", "champion")


def test_a_crowned_and_dismissed_version_is_champion_and_no_challenger(registry):
    registry.crown(registry.find("lead-scoring", "challenger"), now=NOW)
    registry.dismiss_challenger(registry.find("lead-scoring", "2"))

    assert registry.find("lead-scoring", "champion").number == "2"
    with pytest.raises(NotFound, match="no challenger"):
        registry.find("lead-scoring", "challenger")


def test_rolling_back_steps_along_the_line_of_champions(registry):
    for number in ("1", "2"):
        registry.crown(registry.find("lead-scoring", number), now=NOW)
    registry.roll_back(registry.previous_champion("lead-scoring"))

    assert registry.find("lead-scoring", "champion").number == "1"
    assert [(r.number, r.since) for r in registry.champions("lead-scoring")] == [("1", NOW)]
    with pytest.raises(Conflict, match="first champion"):
        registry.previous_champion("lead-scoring")


def test_an_alias_moved_by_hand_makes_no_champion(registry):
    registry.crown(registry.find("lead-scoring", "1"), now=NOW)

    registry._client.set_registered_model_alias("lead-scoring", "champion", "2")

    champion = registry.champion("lead-scoring")
    assert champion is not None
    assert champion.number == "1"
    assert registry.find("lead-scoring", "champion").number == "1"


def test_decisions_are_kept_in_order_with_the_newest_as_tags(registry):
    version = registry.find("lead-scoring", "2")
    for day, verdict in enumerate(("refused", "promoted")):
        decision = {"verdict": verdict, "reasons": [f"because of {day}"]}
        registry.record(version, decision, now=NOW + timedelta(days=day))

    kept = registry.decisions(version)

    tags = registry._client.get_model_version("lead-scoring", "2").tags
    assert [decision["verdict"] for decision in kept] == ["refused", "promoted"]
    assert tags["gate.verdict"] == "promoted"
    assert tags["gate.reasons"] == "because of 1"


def test_a_bundle_is_fetched_whole_and_once(registry, tmp_path):
    version = registry.find("lead-scoring", "1")

    places = [registry.fetch_bundle(version, into=tmp_path / "bundles") for _ in range(2)]

    assert places[0] == places[1]
    assert load_bundle(places[0]).card["name"] == "lead-scoring"
    assert [path.name for path in (tmp_path / "bundles").iterdir()] == [places[0].name]


def test_a_bundle_that_was_damaged_in_its_place_is_fetched_again(registry, tmp_path):
    version = registry.find("lead-scoring", "1")
    place = registry.fetch_bundle(version, into=tmp_path / "bundles")
    (place / "model.txt").write_text("tree")

    again = registry.fetch_bundle(version, into=tmp_path / "bundles")

    assert again == place
    assert load_bundle(place).card["name"] == "lead-scoring"


def test_a_bundle_that_another_process_put_there_first_is_used(tmp_path):
    for name in ("fetched", "place"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "model.txt").write_text(name)

    _settle(tmp_path / "fetched", tmp_path / "place")

    assert (tmp_path / "place/model.txt").read_text() == "place"
