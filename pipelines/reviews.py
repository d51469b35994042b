"""The queue of pairs that a person is asked about: shown with reasons, and decided."""

from dataclasses import dataclass
from datetime import datetime

from cleansing.matching import Outcome, sentence_of
from leads.errors import Conflict
from leads.lead import Lead
from leads.merge import Merge, MergeCause, Review, ReviewState
from leads.score import Locale
from pipelines.evidence import pair_of
from pipelines.locks import INTAKE_LOCK
from pipelines.merging import Preview, merge, preview
from store.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A pair as a person sees it.

    one, other   the leads that speak for the two now
    reasons      in the language that was asked for
    preview      what a merge would do; None when it was decided, or one of them is gone
    """

    review: Review
    one: Lead | None
    other: Lead | None
    reasons: str
    preview: Preview | None = None


def queue(
    unit: UnitOfWork, *, locale: Locale = Locale.EN, limit: int = 50, offset: int = 0
) -> list[Asked]:
    """The open questions, the likeliest pair first."""
    reviews = unit.reviews.page(limit=limit, offset=offset)
    leads = unit.leads.many({one for each in reviews for one in (each.lead_a, each.lead_b)})
    return [
        Asked(
            review=review,
            one=leads.get(review.lead_a),
            other=leads.get(review.lead_b),
            reasons=reasons_of(review, locale),
        )
        for review in reviews
    ]


def show(unit: UnitOfWork, review_id: str, *, locale: Locale = Locale.EN) -> Asked:
    """One question with what a merge would do. Raises NotFound."""
    review = unit.reviews.get(review_id)
    leads = unit.leads.many([review.lead_a, review.lead_b])
    return Asked(
        review=review,
        one=leads.get(review.lead_a),
        other=leads.get(review.lead_b),
        reasons=reasons_of(review, locale),
        preview=preview(unit, review.lead_a, review.lead_b)
        if review.state is ReviewState.OPEN
        else None,
    )


def decide_merge(unit: UnitOfWork, review_id: str, *, actor: str, now: datetime) -> Merge:
    """They are one. Raises NotFound, Conflict when it was decided before."""
    unit.lock(INTAKE_LOCK)
    review = _open(unit, review_id)
    return merge(
        unit,
        review.lead_a,
        review.lead_b,
        actor=actor,
        cause=MergeCause.REVIEW,
        now=now,
        probability=review.probability,
        evidence=review.evidence,
    )


def decide_different(unit: UnitOfWork, review_id: str, *, actor: str, now: datetime) -> Review:
    """They are not; they are not asked about or merged by themselves again. Raises as above."""
    unit.lock(INTAKE_LOCK)
    review = _open(unit, review_id)
    unit.reviews.set_state([review_id], ReviewState.DIFFERENT, by=actor, at=now)
    for lead_id, other in (
        (review.lead_a, review.lead_b),
        (review.lead_b, review.lead_a),
    ):
        unit.audit.add(
            "leads_kept_apart",
            subject_kind="lead",
            subject_id=lead_id,
            actor=actor,
            at=now,
            other=other,
            review=review_id,
        )
    return unit.reviews.get(review_id)


def reasons_of(asked: Review | Merge, locale: Locale) -> str:
    """Why the two may be one, as a sentence."""
    merged = isinstance(asked, Merge)
    pair = pair_of(
        asked.evidence,
        probability=asked.probability or 0.0,
        outcome=Outcome.MERGE if merged else Outcome.REVIEW,
    )
    return sentence_of(pair, locale)


def _open(unit: UnitOfWork, review_id: str) -> Review:
    review = unit.reviews.get(review_id)
    if review.state is not ReviewState.OPEN:
        when = f" on {review.decided_at:%Y-%m-%d}" if review.decided_at else ""
        raise Conflict(f"review {review_id} was decided{when}: {review.state}")
    return review
