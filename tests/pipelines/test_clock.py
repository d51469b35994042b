from datetime import timedelta

from pipelines.clock import system_clock
from tests.realdata import ROOT


def test_the_clock_tells_aware_utc():
    assert system_clock().utcoffset() == timedelta(0)


def test_nothing_but_the_clock_asks_for_the_time():
    packages = ("leads", "features", "scoring", "training", "sandbox", "pipelines", "serving")
    asking = ("datetime.now(", "datetime.utcnow(", "date.today(", "time.time()")

    found = [
        str(path.relative_to(ROOT))
        for package in packages
        for path in sorted((ROOT / package).rglob("*.py"))
        if any(call in path.read_text(encoding="utf-8") for call in asking)
    ]

    assert found == ["pipelines/clock.py"]
