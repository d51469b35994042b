"""The audit for machines."""

from typing import Any

from leads.score import Locale
from pipelines.audit.auditing import Audit
from pipelines.audit.figures import Order
from pipelines.audit.report import verdict


def audit_members(audit: Audit, locale: Locale) -> dict[str, Any]:
    """Everything as JSON."""
    side = audit.side
    return {
        "file": audit.file,
        "score": {
            "column": audit.read.column,
            "read_as": str(audit.read.scale),
            "worst_first": list(audit.read.grades),
        },
        "outcome": audit.options.outcome,
        "rows": {"table": audit.rows, "left_out": audit.left_out},
        "verdict": verdict(audit, locale),
        "order": _order_members(audit.whole),
        "bands": [
            {"low": one.low, "high": one.high, "leads": one.n, "converted": one.converted}
            for one in audit.bands
        ],
        "calibration": None
        if audit.promised is None
        else {"promised": audit.promised, "came": audit.came, "ece": audit.ece},
        "months": [
            {
                "month": one.month,
                "leads": one.n,
                "converted": one.converted,
                "mean": one.mean,
                "share_of_best_tenth": one.top,
            }
            for one in audit.months
        ],
        "suspects": [{"column": one.column, "evidence": one.evidence} for one in audit.suspects],
        "side_by_side": None
        if side is None
        else {
            "kind": side.kind,
            "optimistic": audit.options.time is None,
            "score": _order_members(side.score) | {"ece": side.score_ece},
            "model": _order_members(side.model) | {"ece": side.model_ece},
            "auc_gap": side.gap,
            "auc_gap_interval": list(side.gap_interval),
        },
        "no_model_because": audit.why_not,
        "warnings": list(audit.warnings),
    }


def _order_members(order: Order) -> dict[str, Any]:
    return {
        "leads": order.n,
        "converted": order.converted,
        "auc": order.auc,
        "auc_interval": list(order.auc_interval),
        "lift_at_10": order.lift,
        "lift_interval": list(order.lift_interval),
        "lift_cap": order.cap,
        "capture": {f"{share:.0%}": value for share, value in order.capture.items()},
        "capture_interval": {
            f"{share:.0%}": list(pair) for share, pair in order.capture_interval.items()
        },
    }
