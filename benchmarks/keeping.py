"""Calibration kept up in use, beside the same curve frozen at training, on real leads.

    python -m benchmarks.keeping [--data DIR] [--every ROWS ...]

Bank Marketing without `duration`, rows in time order, numbered. Trained and registered on the
first 75 % as `leadflow train` does, promoted, then the newest 25 % live as a company would live
them: each portion of leads is scored with what is served, then the outcomes that are known by
then (label delay 2 % of all rows) go through `leadflow calibrate`'s own code: guard, files,
pointer. Held curves are not accepted; they are counted. Beside it stands the kept-up figure of
`leadflow train`'s report on the same leads.
"""

import argparse
import os
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pandas as pd

from pipelines.keeping import keep_up
from pipelines.matured import from_table
from pipelines.models import open_model
from pipelines.promote import promote
from pipelines.settings import Settings, load_settings
from pipelines.train import TrainOptions, train
from scoring.bundle import load_bundle
from scoring.scorer import Scorer
from training.curve_guard import GuardPolicy
from training.evaluation import log_loss

DELAY = 0.02
NOW = datetime(2026, 1, 1, tzinfo=UTC)
EVERY = (100, 1000, 3000)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    here = Path(__file__).resolve().parents[1].parent / "shared" / "data"
    parser.add_argument("--data", type=Path, default=os.environ.get("LEADFLOW_DATA_DIR", here))
    parser.add_argument("--every", type=int, nargs="*", default=EVERY, help="rows an update")
    asked = parser.parse_args()
    for file in ("bank-additional-full", "bank-full"):
        frame = pd.read_csv(
            Path(asked.data) / "uci-bank-marketing" / f"{file}.csv.gz", sep=";"
        ).drop(columns="duration")
        table = frame.assign(row=np.arange(1, len(frame) + 1))
        with tempfile.TemporaryDirectory() as folder:
            told(file, table, settings_in(Path(folder)), every=asked.every)


def told(name: str, table: pd.DataFrame, settings: Settings, *, every: Sequence[int]) -> None:
    options = TrainOptions(target="y", time="row", label_delay=f"{DELAY:.0%}")
    reported = train(table, options, settings=settings, name="whole").result.report
    assert reported is not None
    assert reported.kept_up is not None
    cut = len(table) - reported.rows.holdout.rows
    print(f"\n{name}: {len(table):,} leads, the newest {len(table) - cut:,} judged (real)")
    print(f"  {'log loss of':46}{'':>9}{'updates':>9}{'held':>6}{'ms each':>9}")
    for rows in every:
        model = f"every-{rows}"
        train(table[:cut], options, settings=settings, name=model)
        promote(name=model, first=True, settings=settings, tolerance=1.0, probe=load_bundle)
        frozen, live, kept = lived(table, cut, settings, model=model, rows=rows)
        labels = (table["y"][cut:] == "yes").to_numpy(dtype=float)
        if rows == every[0]:
            row("the curve of the training, never updated", log_loss(frozen, labels))
        row(f"kept up, an update every {rows:,} leads", log_loss(live, labels), *kept)
    row("`leadflow train`'s report, kept up (a replay)", reported.kept_up.shown.log_loss)


def lived(
    table: pd.DataFrame, cut: int, settings: Settings, *, model: str, rows: int
) -> tuple[np.ndarray, np.ndarray, tuple[int, int, float]]:
    """What was shown frozen and live for each judged lead; updates, held ones, time of each."""
    first = Scorer(open_model(settings, name=model).bundle)
    delay, seconds, held, updates = round(DELAY * len(table)), 0.0, 0, 0
    frozen, live = [], []
    for start in range(cut, len(table), rows):
        known, before = table[cut : max(start - delay, cut)], time.perf_counter()
        if len(known):
            kept = keep_up(
                from_table(known), settings=settings, name=model, clock=lambda: NOW, policy=POLICY
            )
            seconds += time.perf_counter() - before
            updates, held = updates + (kept.new > 0), held + (kept.status == "held")
        portion = table[start : start + rows]
        served = Scorer(open_model(settings, name=model).bundle)
        live.append(served.score_frame(portion).p_convert)
        frozen.append(first.score_frame(portion).p_convert)
    return (
        np.concatenate(frozen),
        np.concatenate(live),
        (updates, held, 1000 * seconds / max(updates, 1)),
    )


POLICY = replace(GuardPolicy(), fewest_new=1)
"""A portion may be shorter than a day's labels; nothing else is asked less."""


def row(what: str, loss: float, *more: float) -> None:
    shown = "".join(f"{one:9,.0f}" if i != 1 else f"{one:6,.0f}" for i, one in enumerate(more))
    print(f"  {what:46}{loss:9.4f}{shown}")


def settings_in(folder: Path) -> Settings:
    return load_settings(_env_file=None, var=folder / "var")


if __name__ == "__main__":
    main()
