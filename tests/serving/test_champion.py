"""Following the pointer, in this process; the trial in a child process is the real one."""

import shutil
from datetime import UTC, datetime

import pytest

from leads.errors import NoChampion
from serving.champion import Champion
from serving.metrics import Meters
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
