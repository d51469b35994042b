"""Scores and explanations as they travel; the shapes are those of serving/schemas.py."""

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


def with_lead_id(members: Members, lead_id: str | None) -> Members:
    """Echo the id of a lead that was asked for by it."""
    return members if lead_id is None else {**members, "lead_id": lead_id}


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
