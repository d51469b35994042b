"""Small real bundles to serve: leads of which some fields tell, others do not."""

import hashlib
import json
from pathlib import Path

import lightgbm as lgb
import numpy as np
import pandas as pd

from features.encoder import Encoder
from features.inference import infer_schema
from features.schema import DeclaredField, Side
from scoring.bundle import read_manifest, write_bundle
from scoring.calibration import Curve
from scoring.live_curve import LiveCurve, path_of, write_live_curve
from scoring.parts import part_cuts
from scoring.pointer import Calibration, Role, mark_good, read_pointer, write_pointer
from scoring.reference import TIER_SHARES, build_reference
from scoring.sides import with_sides

NAME = "lead-scoring"
LEAD = {"employees": 240, "industry": "software", "trial": True, "created": "2026-01-05"}
KEPT_UNTIL = "2026-02-01"


def some_leads(*, seed: int, n: int = 1500, n_fields: int = 4) -> tuple[pd.DataFrame, np.ndarray]:
    """Leads and their outcomes; fields beyond the fourth tell nothing."""
    rng = np.random.default_rng(seed)
    employees = rng.integers(1, 500, n)
    industry = rng.choice(["software", "retail", "banking"], n)
    trial = rng.random(n) < 0.3
    created = pd.Timestamp("2026-01-01") + pd.to_timedelta(rng.integers(0, 60, n), unit="D")
    margin = 0.004 * employees + 1.2 * trial + 0.8 * (industry == "software") - 3
    outcomes = (rng.random(n) < 1 / (1 + np.exp(-margin))).astype(float)
    frame = pd.DataFrame(
        {"employees": employees, "industry": industry, "trial": trial, "created": created}
    )
    for i in range(n_fields - frame.shape[1]):
        frame[f"detail_{i}"] = rng.normal(size=n).round(2)
    return frame, outcomes


def write_version(
    var: Path,
    *,
    version: str,
    seed: int = 0,
    n_fields: int = 4,
    n_trees: int = 20,
    n_leaves: int = 15,
) -> Path:
    """Train a small model and write its bundle under `var`."""
    frame, outcomes = some_leads(seed=seed, n_fields=n_fields)
    declared = {"trial": DeclaredField(side=Side.ENGAGEMENT)}
    schema = with_sides(infer_schema(frame), declared)
    encoder = Encoder.fit(frame, schema)
    as_of = np.full(len(frame), np.datetime64("2026-03-02"))
    rows = encoder.encode_frame(frame, as_of=as_of)
    data = lgb.Dataset(
        rows,
        outcomes,
        feature_name=encoder.feature_names,
        categorical_feature=encoder.categorical_features,
    )
    params = {"objective": "binary", "num_threads": 1, "verbose": -1, "seed": 1}
    params["num_leaves"] = n_leaves
    booster = lgb.train(params, data, num_boost_round=n_trees)
    margins = booster.predict(rows, raw_score=True, num_threads=1)
    curve = Curve(margins=(-3.0, 2.0), log_odds=(-2.8, 1.7), method="keeper", kept_until=KEPT_UNTIL)
    reference = build_reference(
        frame=frame,
        encoder=encoder,
        outcomes=outcomes,
        margins=margins,
        as_of=as_of,
        parts=part_cuts(
            encoder, rows, booster.predict(rows, pred_contrib=True), shares=TIER_SHARES
        ),
    )
    bundle = var / "bundles" / NAME / version
    write_bundle(
        bundle,
        booster=booster,
        encoder=encoder,
        curve=curve,
        reference=reference,
        card={"version": version},
    )
    return bundle


def promote(
    var: Path,
    *,
    version: str,
    role: Role = Role.CHAMPION,
    calibration: Calibration | None = None,
) -> None:
    """Point to a version that was written."""
    bundle = (var / "bundles" / NAME / version).resolve()
    write_pointer(
        var,
        name=NAME,
        version=version,
        bundle=bundle,
        digests=read_manifest(bundle),
        calibration=calibration,
        role=role,
    )


def write_curve(var: Path, *, version: str, number: int, intercept: float) -> Calibration:
    """A curve made for a version since; what the pointer is to say of it."""
    made = LiveCurve(
        name=NAME,
        version=version,
        number=number,
        trees=read_manifest(var / "bundles" / NAME / version)["model.txt"],
        made_at="2026-03-02T03:00:00+00:00",
        curve=Curve.sigmoid(
            slope=1.0, intercept=intercept, method="keeper", kept_until="2026-02-20"
        ),
        labels=120 * number,
        matured_until="2026-03-01T00:00:00+00:00",
    )
    digest = write_live_curve(var, made)
    return Calibration(file=path_of(var, made), sha256=digest)


def mark_promoted_as_good(var: Path, role: Role = Role.CHAMPION) -> None:
    """Spare the service the trial of what the tests know to be good."""
    mark_good(var, read_pointer(var, NAME, role), role)


def forge(bundle: Path) -> None:
    """Cut the trees short and make the manifest agree: LightGBM may end whoever loads it."""
    text = (bundle / "model.txt").read_bytes()
    cut = text.replace(b"left_child=", b"left_child=9999 ")
    manifest = json.loads((bundle / "manifest.json").read_bytes())
    manifest["files"]["model.txt"] = {
        "bytes": len(cut),
        "sha256": hashlib.sha256(cut).hexdigest(),
    }
    (bundle / "model.txt").write_bytes(cut)
    (bundle / "manifest.json").write_text(json.dumps(manifest))
