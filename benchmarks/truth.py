"""Trained on 5,000 simulated leads, judged on 100,000 fresh ones against the known truth.

    python -m benchmarks.truth [--seeds 1000-1009] [--market plain|hard] [--judged N]

Seeds from 1000 on took no part in development. History and fresh leads are drawn at random from
one market, so that both know the same companies and campaigns; p_true is each lead's probability
given all that was observable at hand-over. *Simulated.*
"""

import argparse

import numpy as np
import pandas as pd

from pipelines.demo import OPTIONS
from sandbox.market import simulate
from training.evaluation import auc, ece, log_loss
from training.learning import train

LEADS = 5_000


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--seeds", default="1000-1009")
    asked.add_argument("--market", default="plain")
    asked.add_argument("--judged", type=int, default=100_000)
    options = asked.parse_args()
    first, last = (int(part) for part in options.seeds.split("-"))
    print("seed   AUC model  AUC truth   gap     ECE     mean |p - p_true|  log loss  truth's")
    figures = []
    for seed in range(first, last + 1):
        found = judge(seed, market=options.market, n_judged=options.judged)
        figures.append(found)
        print(f"{seed}   " + "  ".join(f"{value:8.4f}" for value in found), flush=True)
    mean, worst = np.mean(figures, axis=0), np.max(figures, axis=0)
    print("mean   " + "  ".join(f"{value:8.4f}" for value in mean))
    print(f"largest gap {worst[2]:.4f} (aim <= .02), largest ECE {worst[3]:.4f} (aim <= .02)")


def judge(seed: int, *, market: str, n_judged: int) -> tuple[float, ...]:
    """AUC of the model and of the truth, their gap, ECE, mean |p - p_true|, both log losses."""
    drawn = simulate(seed=seed, n_leads=LEADS + n_judged, market=market)
    true = pd.Series(drawn.truth.p_observable, index=drawn.truth.lead_id)
    chosen = np.zeros(len(drawn.leads), dtype=bool)
    chosen[np.random.default_rng(seed).permutation(len(chosen))[:LEADS]] = True
    result = train(drawn.leads[chosen], **OPTIONS.arguments(), report=False)
    fresh = drawn.leads[~chosen]
    labels = (fresh["converted"] == "yes").to_numpy(dtype=float)
    best = true[fresh["lead_id"]].to_numpy()
    moments = pd.to_datetime(fresh["handed_over_at"]).to_numpy(dtype="datetime64[us]")
    rows = result.encoder.encode_frame(fresh, as_of=moments)
    margins = np.asarray(result.booster.predict(rows, raw_score=True))
    shown = result.curve.probability(margins)
    ours, truth = auc(margins, labels), auc(best, labels)
    return (
        ours,
        truth,
        truth - ours,
        ece(shown, labels),
        float(np.abs(shown - best).mean()),
        log_loss(shown, labels),
        log_loss(best, labels),
    )


if __name__ == "__main__":
    main()
