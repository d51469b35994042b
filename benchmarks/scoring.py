"""What the encoder and the scorer cost on top of the trees, and training on top of LightGBM.

    python -m benchmarks.scoring [--rounds N]

All contenders take turns within one run; the ratios are medians over the rounds. Leads and model
are *simulated* (the plain sandbox market, 5,000 leads).
"""

import argparse
import statistics
import time
from collections.abc import Callable, Mapping

import lightgbm as lgb
import numpy as np
import pandas as pd

from leads.personal import is_personal
from pipelines.demo import OPTIONS
from sandbox.market import simulate
from scoring.calibration import Curve
from scoring.scorer import Scorer
from training.learning import TrainingResult, train
from training.recipe import Table, TrainingConfig, dataset, grow

SEED = 11
AS_OF = pd.Timestamp("2026-06-01", tz="UTC").to_pydatetime()


class Loaded:
    """A bundle in memory: what the Scorer needs of one."""

    def __init__(self, result: TrainingResult) -> None:
        self.booster = lgb.Booster(model_str=result.booster.model_to_string())
        self.encoder, self.reference = result.encoder, result.reference
        self.curve: Curve = result.curve
        self.timing, self.card = result.timing, {}


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--rounds", type=int, default=25)
    rounds = asked.parse_args().rounds
    market = simulate(seed=SEED, n_leads=5_000)
    config = TrainingConfig(num_threads=1)
    result = train(market.leads, **OPTIONS.arguments(), report=False, config=config)
    scorer = Scorer(Loaded(result), num_threads=1)
    print(f"model: {result.n_trees} trees, {len(result.encoder.fields)} fields; one thread\n")
    _one_lead(scorer, market.leads, rounds)
    for n_rows, turns in ((100, rounds), (200_000, max(rounds // 5, 3))):
        _table(scorer, market.leads, n_rows, turns)
    _training(market.leads, result, config, rounds=3)


def in_turns(work: Mapping[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """Median seconds of each, every round running all of them once."""
    taken: dict[str, list[float]] = {name: [] for name in work}
    for run in work.values():
        run()
    for _ in range(rounds):
        for name, run in work.items():
            start = time.perf_counter()
            run()
            taken[name].append(time.perf_counter() - start)
    return {name: statistics.median(seconds) for name, seconds in taken.items()}


def _one_lead(scorer: Scorer, leads: pd.DataFrame, rounds: int) -> None:
    times = 500
    rows = leads.head(times).astype(object).where(leads.head(times).notna(), None)
    asked = [attributes_of(row) for row in rows.map(_text).to_dict("records")]
    ready = [scorer.encoder.encode_one(lead, as_of=AS_OF) for lead in asked]
    booster = scorer.bundle.booster
    took = in_turns(
        {
            "Booster.predict": lambda: [
                booster.predict(row, raw_score=True, num_threads=1) for row in ready
            ],
            "pred_contrib": lambda: [
                booster.predict(row, pred_contrib=True, num_threads=1) for row in ready
            ],
            "score_one": lambda: [scorer.score_one(lead, as_of=AS_OF) for lead in asked],
            "explain": lambda: [scorer.explain(lead, as_of=AS_OF) for lead in asked[:50]],
        },
        rounds,
    )
    margin, added = took["Booster.predict"] / times, took["pred_contrib"] / times
    ours = took["score_one"] / times
    print(
        f"one lead: Booster.predict on a ready row {1e6 * margin:.1f} us, its pred_contrib "
        f"{1e6 * added:.1f}, score_one (with fit and engagement) {1e6 * ours:.1f}"
    )
    print(f"  score_one / both = {ours / (margin + added):.2f}   (aim <= 1.3)")
    print(f"  explain, top 5: {1e6 * took['explain'] / 50:.0f} us\n")


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def attributes_of(row: Mapping[str, str | None]) -> dict[str, str]:
    """What a CRM would send of a row: what is there, and nothing about the person."""
    return {
        name: value
        for name, value in row.items()
        if value is not None and not is_personal(name) and name != "lead_id"
    }


def _table(scorer: Scorer, leads: pd.DataFrame, n_rows: int, rounds: int) -> None:
    picks = np.random.default_rng(0).integers(0, len(leads), n_rows)
    frame = leads.iloc[picks].reset_index(drop=True)
    ready = scorer.encoder.encode_frame(frame, as_of=AS_OF)
    booster = scorer.bundle.booster
    took = in_turns(
        {
            "predict": lambda: booster.predict(ready, raw_score=True, num_threads=1),
            "score_frame": lambda: scorer.score_frame(frame, as_of=AS_OF),
        },
        rounds,
    )
    ratio = took["predict"] / took["score_frame"]
    aim = 0.7 if n_rows == 100 else 0.8
    print(
        f"{n_rows:,} rows: Booster.predict {1e3 * took['predict']:.2f} ms, "
        f"score_frame {1e3 * took['score_frame']:.2f} ms"
    )
    print(f"  throughput against bare predict = {ratio:.2f}   (aim >= {aim})\n")


def _training(
    leads: pd.DataFrame, result: TrainingResult, config: TrainingConfig, *, rounds: int
) -> None:
    rows = result.encoder.encode_frame(result.leads.frame, as_of=result.leads.moments)
    table = Table(
        rows=rows,
        labels=result.leads.labels,
        names=result.encoder.feature_names,
        categorical=result.encoder.categorical_features,
    )
    parameters = config.parameters(n_rows=len(rows))
    took = in_turns(
        {
            "lgb.train": lambda: lgb.train(parameters, dataset(table), result.n_trees),
            "fold-chosen": lambda: grow(table, n_trees=result.n_trees, config=config),
            "train": lambda: train(leads, **OPTIONS.arguments(), report=False, config=config),
        },
        rounds,
    )
    print(
        f"training on {len(rows):,} leads: bare lgb.train of the same {result.n_trees} trees "
        f"{took['lgb.train']:.2f} s, training.train without its report {took['train']:.2f} s"
    )
    print(f"  ratio {took['train'] / took['lgb.train']:.1f}: the forward folds fit their trees too")


if __name__ == "__main__":
    main()
