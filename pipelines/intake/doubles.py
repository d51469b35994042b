"""Whether a new lead is one we have: merged, asked about, or new."""

from cleansing.matching import Match, Matcher, Pair
from cleansing.matching import Outcome as Judgement
from leads.ids import new_id
from leads.merge import Merge, MergeCause, Review
from pipelines.evidence import rows_of
from pipelines.intake.prepared import Prepared
from pipelines.intake.workspace import Workspace
from pipelines.merging import survivor_of

MOST_ASKED = 3
"""Pairs a person is asked about for one new lead."""


def judge(
    record: Prepared, workspace: Workspace, matcher: Matcher
) -> tuple[list[str], list[Match]]:
    """The leads that may be the same, and how each was judged, the likeliest first."""
    roots = workspace.candidates(record.keys)
    if not roots:
        return [], []
    records = [workspace.fields_of(root) for root in roots]
    ranked = matcher.rank(record.cleaned.fields, records)
    return [roots[match.index] for match in ranked], ranked


def join(workspace: Workspace, lead_id: str, other: str, pair: Pair, *, actor: str) -> None:
    """Merge the new lead and a known one."""
    survivor, absorbed, _ = survivor_of(workspace.lead(lead_id), workspace.lead(other))
    workspace.merge(
        Merge(
            merge_id=new_id(at=workspace.now),
            survivor_id=survivor.lead_id,
            absorbed_id=absorbed.lead_id,
            merged_at=workspace.now,
            actor=actor,
            cause=MergeCause.MATCHING,
            probability=pair.probability,
            evidence=rows_of(pair),
            batch_id=workspace.batch_id,
        )
    )


def ask(workspace: Workspace, lead_id: str, other: str, pair: Pair) -> str:
    """Ask a person whether the two are one; the question's id."""
    first, second = sorted((lead_id, other))
    review = Review(
        review_id=new_id(at=workspace.now),
        lead_a=first,
        lead_b=second,
        probability=pair.probability,
        evidence=rows_of(pair),
        opened_at=workspace.now,
        batch_id=workspace.batch_id,
    )
    workspace.ask(review)
    return review.review_id


def is_merge(matches: list[Match]) -> bool:
    """Whether the likeliest is merged without asking."""
    return bool(matches) and matches[0].pair.outcome is Judgement.MERGE
