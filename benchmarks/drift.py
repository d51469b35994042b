"""Whether model health notices what broke, how soon, and how often it cries wolf. *Simulated.*

    python -m benchmarks.drift [--seeds 1000-1019]

Each seed is a plain market of a thousand leads a month. A model learns from the first 18 months
(outcomes known 13 weeks later), then serves for the rest; once a month everything is looked at as
`leadflow report model-health` does. Five worlds from the same seed:

    stable      12 months in which nothing changes: every alarm is a false one
    channel     a channel that never ran brings one lead in seven       (in the market)
    empty       the industry field comes empty                          (in the exported table)
    unit        the number of employees comes in thousands              (in the exported table)
    fewer       conversions from one day on at about half the rate      (in the market)
    a third     ... at about two thirds of the rate                     (in the market)

Something breaks on the first day of the fourth month of serving. All worlds of a seed have the same
companies, campaigns and arrivals; where a channel comes in, what people do is drawn anew. An alarm
that goes on counts once. The two fields break in the export, after the market: what the market
knows, and with it its truth, stays as it was. Figures are kept as they are made, so that a run that
was cut short goes on where it was.
"""

import argparse
import json
import os
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pandas as pd

from insights.health.checkup import AlarmKind, Checkup, check_up
from pipelines.demo import OPTIONS
from pipelines.health.banding import USUAL_DRIFT, distributions, score_distribution
from pipelines.health.in_file import gather_file
from pipelines.health.usual import usual_drift
from pipelines.models import Model
from sandbox.market import simulate
from sandbox.spec import PLAIN, MarketSpec
from scoring.bundle import load_bundle
from training.learning import train

KEPT = Path("var/bench/drift.jsonl")
PER_MONTH, MONTH = 1_000, 30
LEARNT, SERVED = 18, 12
WINDOW = 91
START = pd.Timestamp("2024-01-01", tz="UTC")
SERVING = MONTH * LEARNT + WINDOW
"""The day on which the model begins to serve; its youngest lead is as old as the label window."""
BROKEN = SERVING + 3 * MONTH
LAST = SERVING + SERVED * MONTH
HALF, THIRD = -0.75, -0.42
"""Log hazards that leave about 1/2 and 2/3 of the conversions at a base rate of 10 %."""

Frame = pd.DataFrame
Break = Callable[[Frame], Frame]


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--seeds", default="1000-1019")
    asked.add_argument("--kept", type=Path, default=KEPT)
    options = asked.parse_args()
    os.nice(5)
    first, last = (int(part) for part in options.seeds.split("-"))
    found = kept(options.kept)
    for seed in range(first, last + 1):
        if str(seed) not in found:
            found[str(seed)] = one_seed(seed)
            keep(options.kept, seed, found[str(seed)])
    tell([found[str(seed)] for seed in range(first, last + 1)])


def one_seed(seed: int) -> dict[str, list[list[str]]]:
    """By world the alarms of each month: of all (stable), or of the one that should notice."""
    market = exported(seed, PLAIN)
    with tempfile.TemporaryDirectory() as scratch:
        model = learn(market, Path(scratch) / "bundle")
        stable = [looked_at(market, model, until=day) for day in month_ends(SERVING, LAST)]
        one_month = [BROKEN + MONTH]
        labels = [BROKEN + WINDOW + MONTH]
        worlds: dict[str, tuple[Frame, list[int]]] = {
            "channel": (exported(seed, replace(PLAIN, newcomer_day=BROKEN)), one_month),
            "empty": (broken(market, lambda f: f.assign(industry=None)), one_month),
            "unit": (
                broken(market, lambda f: f.assign(employees=f["employees"] / 1000)),
                one_month,
            ),
            "fewer": (shifted(seed, HALF), labels),
            "a third": (shifted(seed, THIRD), labels),
        }
        noticed = {
            name: [subjects(looked_at(frame, model, until=day)) for day in days]
            for name, (frame, days) in worlds.items()
        }
    return {"stable": [subjects(each) for each in stable], **noticed}


def shifted(seed: int, by: float) -> Frame:
    return exported(seed, replace(PLAIN, shift_day=BROKEN, level_shift=by))


def exported(seed: int, spec: MarketSpec) -> Frame:
    months = LAST // MONTH + 1
    spec = replace(spec, history_days=months * MONTH)
    return simulate(seed=seed, n_leads=months * PER_MONTH, market=spec).leads


def broken(leads: Frame, change: Break) -> Frame:
    late = day_of(leads) >= BROKEN
    return pd.concat([leads[~late], change(leads[late])])


def learn(leads: Frame, folder: Path) -> Model:
    """As `leadflow train` would on the day on which the model begins to serve."""
    history = leads[day_of(leads) < SERVING]
    result = train(history, **OPTIONS.arguments() | {"label_delay": f"{WINDOW}d"})
    report = result.to_json()
    card = {key: report[key] for key in ("rows", "target")} | {
        "options": {"label_delay": f"{WINDOW}d", "time": "handed_over_at"},
        USUAL_DRIFT: usual_drift(result),
    }
    result.write_bundle(folder, card=card)
    return Model(name="lead-scoring", version="1", bundle=load_bundle(folder))


def looked_at(leads: Frame, model: Model, *, until: int) -> Checkup:
    """The health on a day: scored since the model serves, outcomes as far as known."""
    day = day_of(leads)
    now = (START + pd.Timedelta(days=until)).to_pydatetime().astimezone(UTC)
    seen = leads[(day >= SERVING) & (day < until)]
    gathered, _, _ = gather_file(seen, model, now=datetime.now(UTC), days=MONTH)
    return check_up(
        gathered.observed,
        fields=distributions(model.bundle),
        score=score_distribution(model.bundle),
        now=np.datetime64(now.replace(tzinfo=None), "us"),
        days=MONTH,
    )


def subjects(checkup: Checkup) -> list[str]:
    return [alarm.subject or str(alarm.kind) for alarm in checkup.alarms]


def day_of(leads: Frame) -> pd.Series:
    return (pd.to_datetime(leads["handed_over_at"]) - START) // pd.Timedelta(days=1)


def month_ends(first: int, last: int) -> Iterable[int]:
    return range(first + MONTH, last + 1, MONTH)


def episodes(months: list[list[str]]) -> int:
    """Alarms that began; one that goes on from month to month counts once."""
    before: set[str] = set()
    n = 0
    for month in months:
        n += len(set(month) - before)
        before = set(month)
    return n


def tell(found: list[dict[str, list[list[str]]]]) -> None:
    years = len(found) * SERVED / 12
    wolves = [episodes(each["stable"]) for each in found]
    print(f"{len(found)} seeds, {PER_MONTH:,} leads a month, one model each, never retrained")
    print(
        f"stable   {sum(wolves)} false alarms in {years:.0f} model-years, at most {max(wolves)} in "
        f"one (aim: at most 1 a year) {mark(sum(wolves) <= years)}"
    )
    about = {str(AlarmKind.PROMISES), str(AlarmKind.SLOWLY)}
    for world, wanted in (
        ("channel", {"source", "campaign"}),
        ("empty", {"industry"}),
        ("unit", {"employees"}),
        ("fewer", about),
    ):
        hits = noticed_in(found, world, wanted)
        judged = mark(np.mean(hits) >= 0.9)
        print(f"{world:8} {sum(hits)} of {len(hits)} within one month (aim: 90 %) {judged}")
    hits = noticed_in(found, "a third", about)
    print(f"a third  {sum(hits)} of {len(hits)} within one month (stated)")


def noticed_in(found: list[dict[str, list[list[str]]]], world: str, wanted: set[str]) -> list[bool]:
    return [any(wanted & set(month) for month in each[world]) for each in found]


def kept(path: Path) -> dict[str, dict[str, list[list[str]]]]:
    if not path.exists():
        return {}
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    return {each["seed"]: each["found"] for each in lines}


def keep(path: Path, seed: int, found: dict[str, list[list[str]]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as file:
        file.write(json.dumps({"seed": str(seed), "found": found}) + "\n")
    print(f"seed {seed}: {json.dumps(found)}", flush=True)


def mark(holds: object) -> str:
    return "holds" if holds else "FAILS"


if __name__ == "__main__":
    main()
