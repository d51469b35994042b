"""Merges, reviews and previews as plain objects, the same in the API and under --json."""

from typing import Any

from leads.lead import Lead
from leads.merge import Merge
from leads.score import Locale
from pipelines.merging import Preview, Undone
from pipelines.reviews import Asked, reasons_of

SHOWN = ("full_name", "company", "email", "phone", "job_title", "city", "country")


def merge_answer(merge: Merge, locale: Locale = Locale.EN) -> dict[str, Any]:
    """A merge, with its reasons where matching found any."""
    return {
        "merge_id": merge.merge_id,
        "lead_id": merge.survivor_id,
        "absorbed_id": merge.absorbed_id,
        "merged_at": merge.merged_at.isoformat(),
        "actor": merge.actor,
        "cause": str(merge.cause),
        "probability": merge.probability,
        "reasons": reasons_of(merge, locale) if merge.evidence else None,
        "undone_at": merge.undone_at.isoformat() if merge.undone_at else None,
        "undone_by": merge.undone_by,
    }


def preview_answer(seen: Preview) -> dict[str, Any]:
    """What a merge would do."""
    return {
        "lead_id": seen.survivor_id,
        "absorbed_id": seen.absorbed_id,
        "decided_by": seen.why_survivor,
        "stage": str(seen.stage),
        "stage_of_absorbed": str(seen.stage_of_absorbed),
        "fields": [
            {
                "field": one.name,
                "value": one.value,
                "why": str(one.why),
                "origin": one.origin,
                "of_survivor": one.of_survivor,
                "of_absorbed": one.of_absorbed,
            }
            for one in seen.fields
        ],
        "facts": dict(seen.facts),
        "kept_apart": list(seen.kept_apart),
    }


def undone_answer(undone: Undone) -> dict[str, Any]:
    """What undoing did, and what to look at."""
    return {
        **merge_answer(undone.merge),
        "reopened": list(undone.reopened),
        "later_merges": [one.merge_id for one in undone.later],
    }


def review_answer(asked: Asked) -> dict[str, Any]:
    """A question, with what a person needs to decide it."""
    review = asked.review
    return {
        "review_id": review.review_id,
        "state": str(review.state),
        "probability": review.probability,
        "reasons": asked.reasons,
        "leads": [
            _lead(lead_id, lead)
            for lead_id, lead in ((review.lead_a, asked.one), (review.lead_b, asked.other))
        ],
        "opened_at": review.opened_at.isoformat(),
        "decided_at": review.decided_at.isoformat() if review.decided_at else None,
        "decided_by": review.decided_by,
        "preview": preview_answer(asked.preview) if asked.preview else None,
    }


def _lead(lead_id: str, lead: Lead | None) -> dict[str, Any]:
    """As recorded, and what is known of the one that speaks for it."""
    if lead is None:
        return {"recorded_as": lead_id}
    known = {name: lead.fields[name] for name in SHOWN if name in lead.fields}
    return {
        "recorded_as": lead_id,
        "lead_id": lead.lead_id,
        "stage": str(lead.stage),
        "fields": known,
    }
