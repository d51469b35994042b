"""Pairs of leads that a person is asked about, and what the person said."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, insert, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from leads.errors import NotFound
from leads.merge import Review, ReviewState
from store.bulk import chunks, members
from store.tables.leads import ReviewRow


class ReviewRepository:
    """A pair is asked about once; the answer stays."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, reviews: Sequence[Review]) -> None:
        """New questions; a pair that was asked about before is left as it is."""
        if not reviews:
            return
        build = postgresql if self._connection.dialect.name == "postgresql" else sqlite
        statement = build.insert(ReviewRow).on_conflict_do_nothing(
            index_elements=["lead_a", "lead_b"]
        )
        rows = [
            {**members(one), "evidence": [dict(row) for row in one.evidence]} for one in reviews
        ]
        self._connection.execute(statement, rows)

    def get(self, review_id: str) -> Review:
        """Raises NotFound."""
        row = self._connection.execute(
            select(ReviewRow.__table__).where(ReviewRow.review_id == review_id)
        ).one_or_none()
        if row is None:
            raise NotFound(f"there is no review {review_id}; `leadflow reviews list` names them")
        return _review(row)

    def page(
        self, *, state: ReviewState = ReviewState.OPEN, limit: int = 50, offset: int = 0
    ) -> list[Review]:
        """Questions in that state, the likeliest pair first."""
        statement = (
            select(ReviewRow.__table__)
            .where(ReviewRow.state == state)
            .order_by(ReviewRow.probability.desc(), ReviewRow.review_id)
            .limit(limit)
            .offset(offset)
        )
        return [_review(row) for row in self._connection.execute(statement)]

    def count(self, state: ReviewState = ReviewState.OPEN) -> int:
        """How many questions are in that state."""
        statement = select(func.count()).where(ReviewRow.state == state)
        return self._connection.execute(statement).scalar_one()

    def of(self, lead_ids: Collection[str]) -> list[Review]:
        """Every question that names one of these leads."""
        found: dict[str, Review] = {}
        for some in chunks(lead_ids, size=400):
            statement = select(ReviewRow.__table__).where(
                or_(ReviewRow.lead_a.in_(some), ReviewRow.lead_b.in_(some))
            )
            for row in self._connection.execute(statement):
                found[row.review_id] = _review(row)
        return [found[review_id] for review_id in sorted(found)]

    def between(self, one: Collection[str], other: Collection[str]) -> list[Review]:
        """The questions with one lead on each side."""
        left, right = set(one), set(other)
        smaller = min(left, right, key=len)
        return [
            review
            for review in self.of(smaller)
            if (review.lead_a in left and review.lead_b in right)
            or (review.lead_a in right and review.lead_b in left)
        ]

    def set_state(
        self,
        review_ids: Collection[str],
        state: ReviewState,
        *,
        by: str | None = None,
        at: datetime | None = None,
    ) -> None:
        """Answer questions, or open them again (without `by` and `at`)."""
        for some in chunks(review_ids):
            self._connection.execute(
                update(ReviewRow)
                .where(ReviewRow.review_id.in_(some))
                .values(state=state, decided_by=by, decided_at=at)
            )

    def put_answer(self, review: Review) -> None:
        """Remember an answer about a pair, whether it was asked about or not."""
        known = self.between([review.lead_a], [review.lead_b])
        if known:
            self.set_state(
                [one.review_id for one in known],
                review.state,
                by=review.decided_by,
                at=review.decided_at,
            )
            return
        self._connection.execute(insert(ReviewRow), _row(review))


def _row(review: Review) -> dict[str, Any]:
    return {**members(review), "evidence": [dict(one) for one in review.evidence]}


def _review(row: Row[Any]) -> Review:
    told = dict(row._mapping)
    return Review(
        **{**told, "state": ReviewState(told["state"]), "evidence": told["evidence"] or ()}
    )
