"""Scores and explanations as they travel; the shapes are those of serving/schemas.py."""

import os
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from leads.errors import Problem
from leads.score import Explanation, Reason, Score
from serving.errors import as_members

Members = dict[str, Any]
"""A JSON object, ready to be written."""


def scored(
    score: Score,
    *,
    external_id: str | None,
    prediction_id: str,
    scored_at: str,
    calibrated: bool,
    reasons: Sequence[Reason] = (),
) -> Members:
    """The result of a lead that was scored."""
    return {
        "external_id": external_id,
        "status": "ok",
        "prediction_id": prediction_id,
        "probability": score.p_convert,
        "times_average": score.times_average,
        "points": score.points,
        "tier": score.tier,
        "calibrated": calibrated,
        "scored_at": scored_at,
        "imputed": score.imputed,
        "warnings": score.warnings,
        "reasons": [reason_out(reason) for reason in reasons],
    }


def refused(problems: Sequence[Problem], *, external_id: str | None) -> Members:
    """The result of a lead that could not be scored."""
    return {
        "external_id": external_id,
        "status": "error",
        "error": {"code": "invalid_lead", "errors": as_members(problems)},
    }


def explained(explanation: Explanation, *, model: Members) -> Members:
    """A score taken apart."""
    return {
        "probability": explanation.score.p_convert,
        "margin": explanation.score.margin,
        "base_value": explanation.base_value,
        "space": "log_odds",
        "reasons": [reason_out(reason) for reason in explanation.reasons],
        "other": explanation.other,
        "model": model,
    }


def reason_out(reason: Reason) -> Members:
    """One reason."""
    return {
        "field": reason.field,
        "label": reason.label,
        "value": reason.value,
        "contribution": reason.contribution,
        "direction": reason.direction,
        "text": reason.text,
    }


def instant(moment: datetime) -> str:
    """An aware UTC instant as RFC 3339."""
    return moment.isoformat().replace("+00:00", "Z")


def prediction_ids(n: int, *, at: datetime) -> list[str]:
    """Fresh ids that sort by time (UUID version 7, RFC 9562)."""
    stamp = f"{int(at.timestamp() * 1000):012x}"
    head = f"{stamp[:8]}-{stamp[8:]}-7"
    chance = os.urandom(10 * n).hex()
    return [_id(head, chance[20 * i : 20 * i + 20]) for i in range(n)]


def _id(head: str, chance: str) -> str:
    return f"{head}{chance[:3]}-{_VARIANT[chance[3]]}{chance[4:7]}-{chance[7:19]}"


_VARIANT = {digit: "89ab"[int(digit, 16) % 4] for digit in "0123456789abcdef"}
"""The first digit of the fourth group says that this is a UUID."""
