"""What travels over the wire about merges, reviews and a person's rights."""

from typing import Annotated, Any, Literal

from pydantic import Field

from leads.lifecycle import Stage
from leads.score import Locale
from serving.schemas import Answer, Request, Value
from serving.schemas_leads import Name


class LocaleQuery(Request):
    """The language of the reasons."""

    locale: Annotated[Locale, Field(strict=False)] = Locale.EN


class MergeIn(LocaleQuery):
    """Two leads that are one person."""

    lead_ids: Annotated[list[Name], Field(min_length=2, max_length=2)]
    preview: bool = Field(default=False, description="Only say what it would do.")


class UndoIn(Request):
    """How a merge is undone."""

    remember: bool = Field(
        default=True,
        description="That the two are different: they are not merged by themselves again.",
    )


class MergeOut(Answer):
    """A merge."""

    merge_id: str
    lead_id: str = Field(description="The lead that speaks for both.")
    absorbed_id: str
    merged_at: str
    actor: str
    cause: Literal["matching", "review", "person"]
    probability: float | None
    reasons: str | None
    undone_at: str | None
    undone_by: str | None


class UndoneOut(MergeOut):
    """A merge that was undone."""

    reopened: list[str] = Field(description="Reviews that are open again.")
    later_merges: list[str] = Field(
        description="Merges into these leads since then, which stand: are they right?"
    )


class FieldAfterOut(Answer):
    """A field after a merge."""

    field: str
    value: Value
    why: str = Field(description="Which rule let it survive; docs/merging.md lists them.")
    origin: str
    of_survivor: Value
    of_absorbed: Value


class PreviewOut(Answer):
    """What a merge would do."""

    lead_id: str
    absorbed_id: str
    decided_by: Literal["stage", "created_at", "lead_id"]
    stage: Stage
    stage_of_absorbed: Stage
    fields: list[FieldAfterOut]
    facts: dict[str, int] = Field(description="What is read through the surviving lead then.")
    kept_apart: list[str] = Field(description="Reviews that say they are different.")


class ReviewsQuery(LocaleQuery):
    """A page of the queue."""

    limit: int = Field(default=50, ge=1, le=200)
    offset: int = Field(default=0, ge=0, le=1_000_000)


class ReviewedLead(Answer):
    """One of the two."""

    recorded_as: str
    lead_id: str | None = Field(default=None, description="The lead that speaks for it now.")
    stage: Stage | None = None
    fields: dict[str, Value] = Field(default_factory=dict)


class ReviewOut(Answer):
    """A pair that a person is asked about."""

    review_id: str
    state: Literal["open", "merged", "different"]
    probability: float
    reasons: str
    leads: list[ReviewedLead]
    opened_at: str
    decided_at: str | None
    decided_by: str | None
    preview: PreviewOut | None


class ReviewsOut(Answer):
    """The queue, the likeliest pair first."""

    open: int
    reviews: list[ReviewOut]


class DecisionIn(Request):
    """What a person decided."""

    decision: Literal["merge", "different"]


class DecidedOut(Answer):
    """The question and, where they were merged, the merge."""

    review: ReviewOut
    merge: MergeOut | None


class ErasedOut(Answer):
    """A person was forgotten."""

    lead_ids: list[str]
    counts: dict[str, int] = Field(description="Table -> rows that were emptied or deleted.")


class ExportOut(Answer):
    """Everything that is known of a person: one list for each kind of record."""

    model_config = Answer.model_config | {"extra": "allow"}

    lead_id: str
    exported_at: str
    current: dict[str, Any]
