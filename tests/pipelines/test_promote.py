import json
from datetime import UTC, datetime, timedelta

import pytest

from leads.errors import Conflict, InvalidInput, PromotionRefused
from pipelines import promote as promoting
from pipelines.cli.shell import run
from scoring.bundle import load_bundle
from scoring.pointer import pointer_path, read_pointer
from scoring.probe import probe_bundle
from training.registry import Registry
from training.tracking import open_tracking

pytestmark = pytest.mark.xdist_group("mlflow")
NOW = datetime(2026, 8, 3, 9, tzinfo=UTC)
ROLLED_BACK = {"verdict": "rolled back", "reasons": ["a person put version 2 back"]}


def promote(**options):
    """With the bundle tried in this process: a child takes seconds, and one test has one."""
    return promoting.promote(**{"probe": load_bundle} | options)


def rollback(**options):
    return promoting.rollback(probe=load_bundle, **options)


def at(days: int):
    return lambda: NOW + timedelta(days=days)


def registry_of(workshop) -> Registry:
    settings = workshop.settings
    return Registry(open_tracking(settings.mlflow_tracking_uri, artifacts=settings.var / "mlruns"))


def test_the_first_model_that_beats_constant_and_linear_is_promoted(workshop):
    promotion = promote(settings=workshop.settings, clock=at(0))

    assert (promotion.version, promotion.previous) == ("2", None)
    assert promotion.decision["verdict"] == "promote"


def test_the_pointer_leads_to_the_registered_bundle(workshop):
    promote(settings=workshop.settings, clock=at(0))

    pointer = read_pointer(workshop.settings.var, "lead-scoring")

    bundle = load_bundle(pointer.bundle, digests=pointer.digests)
    assert pointer.version == "2"
    assert bundle.card["rows"]["refit"]["rows"] == 1_000
    assert json.loads(pointer_path(workshop.settings.var, "lead-scoring").read_text())[
        "bundle"
    ].startswith("../bundles/lead-scoring/2-")


def test_a_better_challenger_replaces_a_young_champion(workshop):
    promote(version="1", first=True, settings=workshop.settings, clock=at(0))

    promotion = promote(settings=workshop.settings, clock=at(1), probe=probe_bundle)

    duel = promotion.decision["comparisons"][-1]
    assert (promotion.version, promotion.previous) == ("2", "1")
    assert duel["other"] == "champion 1"
    assert duel["interval"][1] < 0
    assert promotion.decision["leads"] == 250


def test_the_champion_is_judged_by_the_fit_that_has_not_seen_the_leads(workshop):
    """Against itself, on its own hold-out, it differs by nothing: the same fit, rows and keeper."""
    registry = registry_of(workshop)
    registry.crown(registry.find("lead-scoring", "2"), now=NOW)
    twin = registry._client.create_model_version(
        "lead-scoring",
        registry._client.get_model_version("lead-scoring", "2").source,
        run_id=workshop.strong.run_id,
    )

    promotion = promote(version=str(twin.version), settings=workshop.settings, clock=at(31))

    assert promotion.decision["comparisons"][-1]["difference"] == 0
    assert promotion.decision["comparisons"][-1]["interval"] == (0, 0)


def test_a_worse_model_stays_out_with_figures_and_the_refusal_is_kept(workshop):
    promote(settings=workshop.settings, clock=at(0))

    with pytest.raises(PromotionRefused, match=r"champion 2 by more than 0\.002 nats: .* 0\.\d{4}"):
        promote(version="1", settings=workshop.settings, clock=at(40))

    registry = registry_of(workshop)
    kept = registry.decisions(registry.find("lead-scoring", "1"))
    assert [decision["verdict"] for decision in kept] == ["hold"]
    assert read_pointer(workshop.settings.var, "lead-scoring").version == "2"
    assert registry.find("lead-scoring", "champion").number == "2"


@pytest.mark.parametrize("other", [{"column": "churned"}, {"positive": "no"}])
def test_models_of_different_outcomes_never_meet(workshop, other):
    promote(version="1", first=True, settings=workshop.settings, clock=at(0))
    report = workshop.folder / f"var/mlruns/{workshop.strong.run_id}/artifacts/report.json"
    told = json.loads(report.read_text(encoding="utf-8"))
    report.write_text(json.dumps(told | {"target": told["target"] | other}), encoding="utf-8")

    with pytest.raises(
        Conflict, match=r"version 2 .* predicts .*champion, version 1, 'won' = 'yes'"
    ):
        promote(settings=workshop.settings, clock=at(1))

    assert read_pointer(workshop.settings.var, "lead-scoring").version == "1"


def test_a_refusal_is_a_document_for_machines(workshop, monkeypatch, capsys):
    promote(settings=workshop.settings, clock=at(0))
    monkeypatch.setenv("LEADFLOW_VAR", str(workshop.folder / "var"))

    code = run(["promote", "--version", "1", "--json"])

    told = json.loads(capsys.readouterr().out)
    assert code == 4
    assert (told["name"], told["version"]) == ("lead-scoring", "1")
    assert told["decision"]["verdict"] == "hold"
    assert told["decision"]["comparisons"]


def test_rolling_back_serves_the_champion_before(workshop):
    promote(version="1", first=True, settings=workshop.settings, clock=at(0))
    promote(settings=workshop.settings, clock=at(1))

    change = rollback(settings=workshop.settings, clock=at(2))

    assert (change.version, change.previous) == ("1", "2")
    assert read_pointer(workshop.settings.var, "lead-scoring").version == "1"
    with pytest.raises(Conflict, match="none to go back to"):
        rollback(settings=workshop.settings, clock=at(3))


def test_a_promotion_cut_off_before_the_pointer_is_finished_by_another(workshop):
    promote(settings=workshop.settings, clock=at(0))
    pointer_path(workshop.settings.var, "lead-scoring").unlink()

    promote(version="2", settings=workshop.settings, clock=at(0))

    assert read_pointer(workshop.settings.var, "lead-scoring").version == "2"
    with pytest.raises(Conflict, match="champion already"):
        promote(version="2", settings=workshop.settings, clock=at(0))


def test_a_challenger_cut_off_before_the_pointer_is_still_found_by_its_alias(workshop):
    registry = registry_of(workshop)
    registry.crown(registry.find("lead-scoring", "2"), now=NOW)

    promote(settings=workshop.settings, clock=at(0))

    assert read_pointer(workshop.settings.var, "lead-scoring").version == "2"
    assert registry.find("lead-scoring", "2").aliases == ("champion",)


def test_a_rollback_cut_off_before_the_pointer_is_finished_and_goes_no_further(workshop):
    for version in ("1", "2", "1"):
        registry = registry_of(workshop)
        registry.crown(registry.find("lead-scoring", version), now=NOW)
    promote(version="1", settings=workshop.settings, clock=at(0))
    registry.record(registry.find("lead-scoring", "1"), ROLLED_BACK, now=NOW)
    registry.roll_back(registry.previous_champion("lead-scoring"))

    change = rollback(settings=workshop.settings, clock=at(1))

    assert (change.version, change.previous) == ("2", "1")
    assert [reign.number for reign in registry.champions("lead-scoring")] == ["1", "2"]
    assert read_pointer(workshop.settings.var, "lead-scoring").version == "2"


def test_one_process_at_a_time_changes_the_champion(workshop):
    def meanwhile(_bundle):
        with pytest.raises(Conflict, match="being changed by another process"):
            rollback(settings=workshop.settings, clock=at(0))

    promotion = promote(settings=workshop.settings, clock=at(0), probe=meanwhile)

    assert promotion.version == "2"


def test_first_is_refused_once_there_is_a_champion(workshop):
    promote(version="1", first=True, settings=workshop.settings, clock=at(0))

    with pytest.raises(Conflict, match="--first is for an initial model"):
        promote(first=True, settings=workshop.settings, clock=at(1))


def test_only_suspects_can_be_allowed(workshop):
    with pytest.raises(InvalidInput, match="'noise': that is no suspect"):
        promote(allowed={"noise": "it is honest"}, settings=workshop.settings, clock=at(0))


def test_a_damaged_bundle_is_never_pointed_to(workshop):
    for path in (workshop.folder / "var/mlruns/models").glob("*/artifacts/artifacts/bundle"):
        text = (path / "model.txt").read_text()
        (path / "model.txt").write_text(text[: len(text) // 2])

    with pytest.raises(InvalidInput, match=r"model\.txt"):
        promote(settings=workshop.settings, clock=at(0))

    registry = registry_of(workshop)
    assert registry.decisions(registry.find("lead-scoring", "2")) == []
    assert not pointer_path(workshop.settings.var, "lead-scoring").exists()


def test_the_card_tells_the_decision(workshop):
    promote(settings=workshop.settings, clock=at(0))

    registry = registry_of(workshop)
    card = registry.fetch_artifacts(
        registry.find("lead-scoring", "champion"), "model_card.html", into=workshop.folder
    ).read_text(encoding="utf-8")
    assert "The gate" in card
    assert "logistic regression&#39;s" in card
