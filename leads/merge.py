"""Two leads that are one person, and the question whether they are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

EvidenceRows = Sequence[Mapping[str, Any]]
"""What each field had to say, as JSON; `pipelines.evidence` reads and writes it."""


class MergeCause(StrEnum):
    """Why two leads were merged."""

    MATCHING = "matching"  # by itself
    REVIEW = "review"  # a person was asked
    PERSON = "person"  # a person said so unasked


@dataclass(frozen=True, slots=True, kw_only=True)
class Merge:
    """One lead was absorbed by another, until somebody undoes it.

    survivor_id, absorbed_id   each spoke for itself before; the first speaks for both since
    """

    merge_id: str
    survivor_id: str
    absorbed_id: str
    merged_at: datetime
    actor: str
    cause: MergeCause
    probability: float | None = None
    evidence: EvidenceRows = ()
    undone_at: datetime | None = None
    undone_by: str | None = None
    batch_id: str | None = None


class ReviewState(StrEnum):
    """What became of a question."""

    OPEN = "open"
    MERGED = "merged"
    DIFFERENT = "different"  # remembered: they are not asked about or merged by themselves again


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """Are these two the same person? `lead_a` < `lead_b`, as they were recorded."""

    review_id: str
    lead_a: str
    lead_b: str
    probability: float
    evidence: EvidenceRows = ()
    state: ReviewState = ReviewState.OPEN
    opened_at: datetime
    decided_at: datetime | None = None
    decided_by: str | None = None
    batch_id: str | None = None
