"""Following the pointer, in this process; the trial in a child process is the real one."""

import shutil
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from leads.errors import NoChampion
from scoring.bundle import load_bundle
from scoring.pointer import Role, read_last_good
from serving.champion import Beside, Champion
from serving.errors import Refusal
from serving.metrics import Meters
from serving.models import Models
from serving.status import Status
from tests.serving import models

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)

pytestmark = pytest.mark.xdist_group("serving")


@pytest.fixture
def var(written, tmp_path):
    """A folder of its own with the two versions, the first promoted and known to be good."""
    shutil.copytree(written / "bundles", tmp_path / "bundles")
    models.promote(tmp_path, version="1")
    models.mark_promoted_as_good(tmp_path)
    return tmp_path


@pytest.fixture
def champion(var):
    """Serves the first version; looks only when told to."""
    made = Champion(var=var, name=models.NAME, clock=lambda: NOW, meters=Meters())
    made.look()
    assert made.require().pointer.version == "1"
    return made


def pointer_of(var):
    return var / "champions" / f"{models.NAME}.json"


def break_pointer(var):
    pointer_of(var).write_text("{")


def lose_the_bundle(var):
    models.promote(var, version="2")
    shutil.rmtree(var / "bundles" / models.NAME / "2")


def put_another_in_its_place(var):
    models.promote(var, version="2")
    shutil.rmtree(var / "bundles" / models.NAME / "2")
    (var / "bundles" / models.NAME / "1").rename(var / "bundles" / models.NAME / "2")


def damage_the_bundle(var):
    models.promote(var, version="2")
    with (var / "bundles" / models.NAME / "2" / "model.txt").open("a") as text:
        text.write("!")


def remove_pointer(var):
    pointer_of(var).unlink()


@pytest.mark.parametrize(
    "harm",
    [
        break_pointer,
        remove_pointer,
        lose_the_bundle,
        put_another_in_its_place,
        damage_the_bundle,
    ],
)
def test_whatever_happens_to_the_pointer_the_old_model_stays_and_the_reason_is_known(
    champion, var, harm
):
    harm(var)

    champion.look()

    assert champion.require().pointer.version == "1"
    assert champion.last_swap.error


def test_a_forged_bundle_dies_in_the_child_and_not_here(champion, var):
    models.forge(var / "bundles" / models.NAME / "2")
    models.promote(var, version="2")

    champion.look()

    assert champion.require().pointer.version == "1"
    assert "2" in champion.last_swap.error


def test_files_that_are_not_what_was_promoted_are_not_even_tried(champion, var, monkeypatch):
    tried = []
    monkeypatch.setattr("scoring.probe.probe_bundle", lambda *given, **_: tried.append(given))
    damage_the_bundle(var)

    champion.look()

    assert tried == []
    assert "model.txt has" in champion.last_swap.error


def test_a_worker_that_starts_while_the_pointer_is_broken_serves_the_last_good_one(champion, var):
    break_pointer(var)
    restarted = Champion(var=var, name=models.NAME, clock=lambda: NOW, meters=Meters())

    restarted.start()
    restarted.stop()

    assert restarted.require().pointer.version == "1"
    assert "is no champion pointer" in restarted.last_swap.error


def test_a_pointer_that_did_not_change_is_not_followed_twice(champion):
    served = champion.require()

    champion.look()

    assert champion.require() is served


def test_without_a_pointer_there_is_no_champion(tmp_path):
    champion = Champion(var=tmp_path, name=models.NAME, clock=lambda: NOW, meters=Meters())

    champion.start()
    champion.stop()

    with pytest.raises(NoChampion):
        champion.require()


def recalibrate(var, *, number=1, intercept=2.0, **changes):
    """Point to a new curve for the first version."""
    named = models.write_curve(var, version="1", number=number, intercept=intercept)
    models.promote(var, version="1", calibration=replace(named, **changes))
    return named


def p_of(champion):
    return champion.require().scorer.score_one(models.LEAD, as_of=NOW)


def test_a_new_curve_changes_what_is_shown_and_not_the_order_and_is_marked_good(champion, var):
    before = p_of(champion)
    recalibrate(var)

    champion.look()

    after = p_of(champion)
    assert after.p_convert > before.p_convert
    assert (after.margin, after.points, after.tier) == (before.margin, before.points, before.tier)
    assert champion.last_swap.error is None
    assert read_last_good(var, models.NAME).calibration.file.name == "1.json"


def test_times_average_is_against_what_the_new_curve_shows_on_average(champion, var):
    recalibrate(var)

    champion.look()

    served, after = champion.require(), p_of(champion)
    mean = served.bundle.reference.mean_shown(served.bundle.curve)
    assert after.times_average == after.p_convert / mean


def test_a_new_curve_for_the_same_trees_does_not_load_them_again(champion, var, monkeypatch):
    booster = champion.require().bundle.booster
    monkeypatch.setattr("scoring.bundle.load_bundle", None)
    monkeypatch.setattr("scoring.probe.probe_bundle", None)
    recalibrate(var)

    champion.look()

    assert champion.last_swap.error is None
    assert champion.require().bundle.booster is booster


def damage_the_curve(var):
    named = recalibrate(var, number=2, intercept=-3.0)
    named.file.write_bytes(named.file.read_bytes()[:-2] + b" }")


def lose_the_curve(var):
    recalibrate(var, number=2, intercept=-3.0).file.unlink()


def point_to_a_curve_of_other_trees(var):
    named = models.write_curve(var, version="2", number=1, intercept=-3.0)
    models.promote(var, version="1", calibration=named)


@pytest.mark.parametrize(
    "harm", [damage_the_curve, lose_the_curve, point_to_a_curve_of_other_trees]
)
def test_a_broken_curve_leaves_the_old_one_serving_and_is_said(champion, var, harm):
    recalibrate(var)
    champion.look()
    good = p_of(champion)

    harm(var)
    champion.look()

    assert p_of(champion) == good
    assert "calibration" in champion.last_swap.error


def test_a_worker_that_starts_while_the_curve_is_broken_serves_the_last_good_one(champion, var):
    recalibrate(var)
    champion.look()
    good = p_of(champion)
    damage_the_curve(var)
    restarted = Champion(var=var, name=models.NAME, clock=lambda: NOW, meters=Meters())

    restarted.start()
    restarted.stop()

    assert p_of(restarted) == good


def test_a_worker_that_has_lost_every_curve_serves_the_bundles_own(champion, var):
    own = p_of(champion)
    recalibrate(var)
    champion.look()
    shutil.rmtree(var / "calibrations")
    restarted = Champion(var=var, name=models.NAME, clock=lambda: NOW, meters=Meters())

    restarted.start()
    restarted.stop()

    assert p_of(restarted) == own
    assert "cannot be read" in restarted.last_swap.error


def test_the_status_says_when_and_with_how_many_labels_the_curve_was_made(champion, var):
    recalibrate(var, held="a jump")
    champion.look()

    told = Status(models=Models(champion=champion), clock=lambda: NOW).members()

    assert told["model"]["calibration"] == {
        "method": "keeper",
        "kept_until": "2026-02-20",
        "live": True,
        "updated_at": "2026-03-02T03:00:00Z",
        "labels": 120,
        "held": "a jump",
    }
    assert told["beside"] is None


@pytest.fixture
def beside(var):
    """Follows the pointer beside the champion's; looks only when told to."""
    return Beside(var=var, name=models.NAME, clock=lambda: NOW, meters=Meters())


def test_a_version_beside_comes_and_goes_and_the_champion_stays(champion, beside, var):
    beside.look()
    assert (beside.served, beside.last_swap) == (None, None)

    models.promote(var, version="2", role=Role.BESIDE)
    beside.look()
    champion.look()
    assert (beside.require().named["version"], champion.require().named["version"]) == ("2", "1")

    (var / "champions" / f"{models.NAME}.beside.json").unlink()
    beside.look()
    assert (beside.served, beside.last_swap) == (None, None)


@pytest.mark.parametrize(
    ("which", "version"), [("champion", "1"), ("1", "1"), ("beside", "2"), ("2", "2")]
)
def test_a_model_is_picked_by_its_role_or_its_version(champion, beside, var, which, version):
    models.promote(var, version="2", role=Role.BESIDE)
    beside.look()

    chosen = Models(champion=champion, beside=beside).pick(which, pointer="/options/model")

    assert chosen.served.named["version"] == version
    assert chosen.role == ("champion" if version == "1" else "beside")
    assert load_bundle(chosen.served.pointer.bundle).card["version"] == version


def test_a_model_that_is_not_served_is_refused_with_those_that_are(champion, beside, var):
    both = Models(champion=champion, beside=beside)

    with pytest.raises(Refusal, match=r"'beside' is not served; 'champion' .version 1. can"):
        both.pick("beside", pointer="/options/model")

    models.promote(var, version="2", role=Role.BESIDE)
    beside.look()
    with pytest.raises(Refusal, match=r"'7' is not served; .*'beside' .version 2.") as refused:
        both.pick("7", pointer="/options/model")
    assert (refused.value.status, refused.value.errors[0].pointer) == (404, "/options/model")
