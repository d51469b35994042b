import json
from datetime import UTC, datetime, timedelta

import pytest

from leads.errors import Conflict, DamagedBundle, NoChampion
from pipelines.beside import end_beside, stand_beside
from pipelines.cli.shell import run
from pipelines.promote import promote
from scoring.bundle import load_bundle
from scoring.pointer import Role, read_pointer
from serving.staged import champion_home

pytestmark = pytest.mark.xdist_group("mlflow")

NAME = "lead-scoring"
NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)


@pytest.fixture
def settings(workshop):
    """With version 2 as champion."""
    promote(version="2", settings=workshop.settings, clock=lambda: NOW, probe=load_bundle)
    return workshop.settings


def stand(settings, which="1", **options):
    return stand_beside(
        which, settings=settings, clock=lambda: NOW, **({"probe": load_bundle} | options)
    )


def test_a_version_the_gate_would_not_let_in_may_run_beside_the_champion_and_goes_again(settings):
    stood = stand(settings, why="the old form is compared for a month")

    assert (stood.version, stood.champion) == ("1", "2")
    assert read_pointer(settings.var, NAME, Role.BESIDE).version == "1"
    assert read_pointer(settings.var, NAME).version == "2"

    end_beside(settings=settings, clock=lambda: NOW)

    with pytest.raises(NoChampion):
        read_pointer(settings.var, NAME, Role.BESIDE)


def test_one_that_cannot_serve_is_not_pointed_to(settings):
    def fail(_):
        raise DamagedBundle("it dies")

    with pytest.raises(DamagedBundle):
        stand(settings, probe=fail)
    with pytest.raises(NoChampion):
        read_pointer(settings.var, NAME, Role.BESIDE)


def test_the_champion_does_not_run_beside_itself(settings):
    with pytest.raises(Conflict, match="is the champion itself"):
        stand(settings, "2")


def test_beside_nobody_there_is_no_place(workshop):
    with pytest.raises(NoChampion):
        stand(workshop.settings)


def test_one_that_becomes_champion_does_not_run_beside_itself(workshop):
    options = {"settings": workshop.settings, "probe": load_bundle}
    promote(version="1", first=True, clock=lambda: NOW, **options)
    stand(workshop.settings, "2")

    promote(version="2", clock=lambda: NOW + timedelta(days=1), **options)

    with pytest.raises(NoChampion):
        read_pointer(workshop.settings.var, NAME, Role.BESIDE)


def test_nothing_beside_cannot_be_ended(settings):
    with pytest.raises(NoChampion, match="beside"):
        end_beside(settings=settings, clock=lambda: NOW)


def test_a_bento_carries_its_champion_whatever_ran_beside_it(settings, tmp_path):
    stand(settings)

    assert champion_home(tmp_path, "another", staged=settings.var) == (settings.var, NAME)


def test_the_command_says_who_runs_beside_whom(settings, monkeypatch, capsys):
    monkeypatch.chdir(settings.var.parent)

    assert run(["promote", "--beside", "1", "--because", "a comparison", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told == {"name": NAME, "beside": "1", "champion": "2"}

    assert run(["promote", "--beside", "none"]) == 0
    assert "nothing runs beside" in capsys.readouterr().out
