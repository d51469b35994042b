"""Scores and explanations as they travel; the shapes are those of serving/schemas.py."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from leads.errors import Problem
from leads.score import Explanation, Reason, Score, TimeToConvert
from serving.errors import as_members

if TYPE_CHECKING:
    from scoring.profile import Following

Members = dict[str, Any]
"""A JSON object, ready to be written."""


def scored(
    score: Score,
    *,
    external_id: str | None,
    prediction_id: str,
    scored_at: str,
    calibrated: bool,
    following: "Following | None" = None,
    explanation: Explanation | None = None,
) -> Members:
    """The result of a lead that was scored; with `explanation` it has reasons."""
    found: Members = {
        "external_id": external_id,
        "status": "ok",
        "prediction_id": prediction_id,
        "probability": score.p_convert,
        "times_average": score.times_average,
        "points": score.points,
        "tier": score.tier,
        "fit": score.fit,
        "engagement": score.engagement,
        "calibrated": calibrated,
        "scored_at": scored_at,
        "imputed": score.imputed,
        "warnings": score.warnings,
        "must_follow": None,
        "reasons": [],
    }
    if following is not None:
        found["must_follow"] = {"rule": following.rule, "text": following.text}
    if explanation is not None:
        found["reasons"] = [reason_out(reason) for reason in explanation.reasons]
        found["time_to_convert"] = when_out(explanation.time_to_convert)
    return found


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
    parts = explanation.parts
    return {
        "probability": explanation.score.p_convert,
        "margin": explanation.score.margin,
        "fit": explanation.score.fit,
        "engagement": explanation.score.engagement,
        "base_value": explanation.base_value,
        "fit_log_odds": None if parts is None else parts.fit,
        "engagement_log_odds": None if parts is None else parts.engagement,
        "space": "log_odds",
        "reasons": [reason_out(reason) for reason in explanation.reasons],
        "other": explanation.other,
        "time_to_convert": when_out(explanation.time_to_convert),
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


def when_out(found: TimeToConvert | None) -> Members | None:
    """When a lead converts if it does."""
    if found is None:
        return None
    return {
        "low_weeks": found.low_weeks,
        "high_weeks": found.high_weeks,
        "median_weeks": found.median_weeks,
        "text": found.text,
    }


def instant(moment: datetime) -> str:
    """An aware UTC instant as RFC 3339."""
    return moment.isoformat().replace("+00:00", "Z")
