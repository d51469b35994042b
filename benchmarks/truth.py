"""Trained on simulated leads, judged on fresh ones of the same market against the known truth.

    python -m benchmarks.truth [--seeds 1000-1009] [--market plain|hard] [--judged N]
        [--learn 5000] [--inputs table|history]

`table` learns from the counts a CRM would have exported; `history` from dated facts: the lead as it
was created, mails and acts, by features/history as of hand-over. Seeds from 1000 on took no part
in development. Learnt from and judged are drawn at random from one market, so that both know the
same companies and campaigns; p_true is each lead's probability given all that was observable at
hand-over. *Simulated.*
"""

import argparse
import time
from collections.abc import Iterator

import numpy as np
import pandas as pd
from scipy.special import logit

from features.history.acts import CODES, EMAILED, Acts
from features.history.many import history_of
from pipelines.demo import OPTIONS
from sandbox.crm import crm_export
from sandbox.market import Market, simulate
from training.evaluation import auc, ece, log_loss
from training.learning import train
from training.platt import Ridge, fit_platt

OUTCOME = ["handed_over_at", "converted"]
SLICES = ("source", "region", "country", "industry", "product_interest", "size")
FEWEST = 2_000
SIZES = [0, 10, 50, 200, 1_000, np.inf]


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--seeds", default="1000-1009")
    asked.add_argument("--market", default="plain")
    asked.add_argument("--judged", type=int, default=100_000)
    asked.add_argument("--learn", type=int, default=5_000)
    asked.add_argument("--inputs", choices=("table", "history"), default="table")
    options = asked.parse_args()
    first, last = (int(part) for part in options.seeds.split("-"))
    print("seed   AUC model  AUC truth   gap     ECE     mean |p - p_true|  log loss  truth's")
    figures, slices = [], []
    for seed in range(first, last + 1):
        began = time.perf_counter()
        found, by_slice = judge(seed, options)
        figures.append(found)
        slices.append(by_slice.assign(seed=seed))
        told = "  ".join(f"{value:8.4f}" for value in found)
        print(f"{seed}   {told}   ({time.perf_counter() - began:.0f} s)", flush=True)
    mean, worst = np.mean(figures, axis=0), np.max(figures, axis=0)
    print("mean   " + "  ".join(f"{value:8.4f}" for value in mean))
    print(f"largest gap {worst[2]:.4f}, largest ECE {worst[3]:.4f} (aim <= .02)")
    tell_slices(pd.concat(slices))


def judge(seed: int, options: argparse.Namespace) -> tuple[tuple[float, ...], pd.DataFrame]:
    """AUC of the model and of the truth, their gap, ECE, mean |p - p_true|, both log losses; and
    calibration by slice.
    """
    drawn = simulate(seed=seed, n_leads=options.learn + options.judged, market=options.market)
    true = pd.Series(drawn.truth.p_observable, index=drawn.truth.lead_id)
    leads = drawn.leads if options.inputs == "table" else history_table(drawn, seed=seed)
    chosen = np.zeros(len(leads), dtype=bool)
    chosen[np.random.default_rng(seed).permutation(len(chosen))[: options.learn]] = True
    result = train(leads[chosen], **OPTIONS.arguments(), report=False)
    fresh = leads[~chosen]
    labels = (fresh["converted"] == "yes").to_numpy(dtype=float)
    best = true[fresh["lead_id"]].to_numpy()
    moments = pd.to_datetime(fresh["handed_over_at"]).dt.tz_localize(None)
    rows = result.encoder.encode_frame(fresh, as_of=moments.to_numpy(dtype="datetime64[us]"))
    margins = np.asarray(result.booster.predict(rows, raw_score=True))
    shown = result.curve.probability(margins)
    ours, truth = auc(margins, labels), auc(best, labels)
    found = (
        ours,
        truth,
        truth - ours,
        ece(shown, labels),
        float(np.abs(shown - best).mean()),
        log_loss(shown, labels),
        log_loss(best, labels),
    )
    return found, pd.DataFrame(calibrated_slices(fresh, shown, labels))


def history_table(market: Market, *, seed: int) -> pd.DataFrame:
    """The known leads as created, with what they did until hand-over; no ready counts."""
    leads, export = market.leads, crm_export(market, seed=seed)
    place = pd.Series(np.arange(len(leads)), index=leads["lead_id"])
    done, sent = export.activities, export.mails
    acts = Acts.of(
        who=place[pd.concat([done["lead_id"], sent["lead_id"]])].to_numpy(),
        kind=np.concatenate([done["kind"].map(CODES), np.full(len(sent), CODES[EMAILED])]),
        occurred=np.concatenate([instants(done["occurred_at"]), instants(sent["occurred_at"])]),
        known=np.concatenate([instants(done["known_at"]), instants(sent["occurred_at"])]),
    )
    history = history_of(
        acts,
        leads=np.arange(len(leads)),
        as_of=instants(leads["handed_over_at"]),
        created=instants(leads["created_at"]),
        accounts=pd.factorize(leads["company"])[0].astype(np.int64),
    )
    known = [name for name in export.leads if name != "created_at"]
    own = leads[[*known, *OUTCOME]]
    return pd.concat([own, pd.DataFrame(history)], axis=1)


def instants(texts: pd.Series) -> np.ndarray:
    moments = pd.to_datetime(texts, utc=True).dt.tz_localize(None)
    return moments.to_numpy(dtype="datetime64[us]").astype(np.int64)


def calibrated_slices(
    leads: pd.DataFrame, shown: np.ndarray, labels: np.ndarray
) -> Iterator[dict[str, object]]:
    """Of each slice with enough fresh leads: observed against shown, and the slope of log odds."""
    sized = leads.assign(size=pd.cut(leads["employees"], SIZES, right=False).astype(str))
    for name in SLICES:
        for value, rows in sized.reset_index(drop=True).groupby(name).indices.items():
            if len(rows) < FEWEST:
                continue
            y, p = labels[rows], shown[rows]
            slope, _ = fit_platt(
                logit(p), y[None, :], 1 - y[None, :], ridge=Ridge(slope=1e-6, intercept=1e-6)
            )
            error = (y.sum() - p.sum()) / np.sqrt((p * (1 - p)).sum())
            yield {
                "slice": f"{name} = {value}",
                "leads": len(rows),
                "ratio": y.sum() / p.sum(),
                "z": error,
                "slope": float(slope[0]),
            }


def tell_slices(slices: pd.DataFrame) -> None:
    print(
        f"{len(slices):,} slices of {FEWEST:,} and more fresh leads; converted / shown: "
        f"{slices['ratio'].quantile(0.05):.2f} to {slices['ratio'].quantile(0.95):.2f} (nine in "
        f"ten), slope of log odds {slices['slope'].quantile(0.05):.2f} to "
        f"{slices['slope'].quantile(0.95):.2f}; the farthest off:"
    )
    slices = slices.reset_index(drop=True)
    worst = slices.reindex(slices["ratio"].sub(1).abs().sort_values(ascending=False).index)
    print(worst.head(5).to_string(index=False, float_format="{:.2f}".format))


if __name__ == "__main__":
    main()
