"""Calibration kept up in use, beside the same curve frozen at training, on real leads.

    python -m benchmarks.keeping [--data DIR] [--every ROWS ...]

Bank Marketing without `duration`, rows in time order, numbered. Trained and registered on the
first 75 % as `leadflow train` does and pointed to (the gate is not what is measured), then the
newest 25 % live as a company would live them: each portion of leads is scored with what is served,
then the outcomes that are known by then (label delay 2 % of all rows) go through `leadflow
calibrate`'s own code: guard, files, pointer. Held curves are counted, and
accepted at once or left. Beside it stands the kept-up figure of `leadflow train`'s report on the
same leads.
"""

import argparse
import os
import shutil
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pandas as pd

from pipelines.champions import point_to
from pipelines.keeping import accept_held, keep_up
from pipelines.matured import from_table
from pipelines.models import bundles_folder, open_model, open_registry
from pipelines.settings import Settings, load_settings
from pipelines.train import TrainOptions, train
from scoring.scorer import Scorer
from training.curve_guard import GuardPolicy
from training.evaluation import log_loss

DELAY = 0.02
NOW = datetime(2026, 1, 1, tzinfo=UTC)
EVERY = (100, 1000, 3000)
MODEL = "lived"


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
    print(f"  {'log loss of':48}{'':>9}{'updates':>9}{'held':>6}{'ms each':>9}")
    train(table[:cut], options, settings=settings, name=MODEL)
    labels = (table["y"][cut:] == "yes").to_numpy(dtype=float)
    for rows in every:
        for accept in (True, False):
            begin(settings)
            frozen, live, kept = lived(table, cut, settings, rows=rows, accept=accept)
            if accept and rows == every[0]:
                row("the curve of the training, never updated", log_loss(frozen, labels))
            what = f"an update every {rows:,} leads"
            row(
                f"{what}, held ones {'accepted' if accept else 'left'}",
                log_loss(live, labels),
                *kept,
            )
            if not kept[1]:
                break
    row("`leadflow train`'s report, kept up (a replay)", reported.kept_up.shown.log_loss)


def begin(settings: Settings) -> None:
    """Serve the model with the curve of its training."""
    shutil.rmtree(settings.var / "calibrations", ignore_errors=True)
    registry = open_registry(settings)
    version = registry.find(MODEL, "1")
    bundle = registry.fetch_bundle(version, into=bundles_folder(settings.var, MODEL))
    point_to(registry, version, bundle, settings=settings, now=NOW)


def lived(
    table: pd.DataFrame, cut: int, settings: Settings, *, rows: int, accept: bool
) -> tuple[np.ndarray, np.ndarray, tuple[int, int, float]]:
    """What was shown frozen and live for each judged lead; updates, held ones, time of each."""
    first = Scorer(open_model(settings, name=MODEL).bundle)
    delay, seconds, held, updates = round(DELAY * len(table)), 0.0, 0, 0
    frozen, live = [], []
    for start in range(cut, len(table), rows):
        known, before = table[cut : max(start - delay, cut)], time.perf_counter()
        if len(known):
            kept = keep_up(
                from_table(known), settings=settings, name=MODEL, clock=lambda: NOW, policy=POLICY
            )
            seconds += time.perf_counter() - before
            if accept and kept.status == "held":
                accept_held("accepted", settings=settings, name=MODEL, clock=lambda: NOW)
            updates, held = updates + (kept.new > 0), held + (kept.status == "held")
        portion = table[start : start + rows]
        served = Scorer(open_model(settings, name=MODEL).bundle)
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
    print(f"  {what:48}{loss:9.4f}{shown}")


def settings_in(folder: Path) -> Settings:
    return load_settings(_env_file=None, var=folder / "var")


if __name__ == "__main__":
    main()
