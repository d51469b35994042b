import pytest

from pipelines.models import open_registry
from pipelines.settings import Settings
from tests.journeys.two_years import LEAK, live


@pytest.mark.long
def test_two_years_of_monthly_retraining_promote_hold_and_refuse_one_leak(tmp_path):
    settings = Settings(var=tmp_path / "var", _env_file=None)
    months = list(live(settings, tmp_path, seed=1_024, leads_a_month=300))

    registry = open_registry(settings)
    written = {
        month.number: registry.decisions(registry.find(settings.model_name, month.version))[-1]
        for month in months
        if month.version is not None
    }
    assert [m.verdict for m in months if m.version] == [d["verdict"] for d in written.values()]
    verdicts = [decision["verdict"] for decision in written.values()]
    assert verdicts.count("promote") >= 2
    assert "hold" in verdicts
    refused = [decision for decision in written.values() if decision["verdict"] == "refuse"]
    leaks = [decision for decision in refused if LEAK in " ".join(decision["reasons"])]
    assert len(leaks) == 1
    assert written[15] == leaks[0]
    assert months[0].verdict == "waiting"
    champions = [reign.number for reign in registry.champions(settings.model_name)]
    promoted = [m.version for m in months if m.verdict == "promote"]
    assert champions == promoted
