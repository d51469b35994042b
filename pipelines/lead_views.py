"""Leads as they are shown: one with all its names, a search, and its doubles with the reasons."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cleansing.clean import clean
from cleansing.matching import Outcome, keys_of, sentence_of
from leads.errors import InvalidInput, Problem
from leads.lead import Lead, OutsideId
from leads.merge import EvidenceRows, Merge, Review, ReviewState
from leads.score import StoredScore
from pipelines.evidence import pair_of
from store.unit_of_work import UnitOfWork

MOST_FOUND = 1000
"""Leads that one value may lead to in a search; a value of more says too little."""

_DIGITS = re.compile(r"\d")
_PHONE_DIGITS = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadView:
    """A lead with what is kept about it elsewhere.

    merged_ids    the leads it speaks for beside itself
    """

    lead: Lead
    outside_ids: Sequence[OutsideId]
    merged_ids: Sequence[str]
    score: StoredScore | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is searched for; all that is given must fit."""

    email: str | None = None
    phone: str | None = None
    external_id: str | None = None
    source: str | None = None
    q: str | None = None

    @property
    def is_everything(self) -> bool:
        """Whether nothing was asked for."""
        asked = (self.email, self.phone, self.external_id, self.source, self.q)
        return all(one is None for one in asked)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A page of leads, by id. `after` brings the next one; `is_cut`: there were more than we look
    at for one value.
    """

    leads: Sequence[Lead]
    after: str | None
    is_cut: bool


def show_lead(unit: UnitOfWork, lead_id: str) -> LeadView:
    """The lead that speaks for this id. Raises NotFound."""
    lead = unit.leads.get(lead_id)
    cluster = unit.leads.clusters_of([lead.lead_id])[lead.lead_id]
    return LeadView(
        lead=lead,
        outside_ids=unit.leads.outside_ids_of(lead.lead_id),
        merged_ids=[one for one in cluster if one != lead.lead_id],
        score=unit.scores.latest_of(lead.lead_id),
    )


def find_leads(unit: UnitOfWork, wanted: Wanted, *, after: str = "", limit: int = 50) -> Found:
    """The leads that fit, found by their keys. Raises InvalidInput for what has no key."""
    if wanted.is_everything:
        leads = unit.leads.page(after=after, limit=limit + 1)
        return _page(leads, limit=limit, is_cut=False)
    ids, is_cut = _ids(unit, wanted)
    leads = [
        lead
        for lead in unit.leads.rows(set(unit.leads.roots_of(ids).values()))
        if lead.erased_at is None and lead.lead_id > after
    ]
    return _page(sorted(leads, key=lambda lead: lead.lead_id), limit=limit, is_cut=is_cut)


def duplicates_of(unit: UnitOfWork, lead_id: str) -> dict[str, Any]:
    """The questions that are open about a lead, and the merges that stand, with the reasons."""
    lead = unit.leads.get(lead_id)
    cluster = unit.leads.clusters_of([lead.lead_id])[lead.lead_id]
    reviews = [one for one in unit.reviews.of(cluster) if one.state is ReviewState.OPEN]
    merges = unit.merges.of(cluster, standing=True)
    return {
        "lead_id": lead.lead_id,
        "reviews": [_review(one, cluster, unit) for one in reviews],
        "merges": [_merge(one) for one in merges],
    }


def reasons_of(rows: EvidenceRows, *, probability: float | None, outcome: Outcome) -> list[str]:
    """What spoke for and against a pair, as sentences in English."""
    if not rows or probability is None:
        return []
    return [sentence_of(pair_of(rows, probability=probability, outcome=outcome))]


def _review(review: Review, cluster: Sequence[str], unit: UnitOfWork) -> dict[str, Any]:
    other = review.lead_b if review.lead_a in cluster else review.lead_a
    roots = unit.leads.roots_of([other])
    return {
        "review_id": review.review_id,
        "lead_id": roots.get(other, other),
        "probability": review.probability,
        "reasons": reasons_of(
            review.evidence, probability=review.probability, outcome=Outcome.REVIEW
        ),
        "evidence": [dict(row) for row in review.evidence],
        "opened_at": review.opened_at,
    }


def _merge(merge: Merge) -> dict[str, Any]:
    return {
        "merge_id": merge.merge_id,
        "survivor_id": merge.survivor_id,
        "absorbed_id": merge.absorbed_id,
        "merged_at": merge.merged_at,
        "cause": str(merge.cause),
        "actor": merge.actor,
        "probability": merge.probability,
        "reasons": reasons_of(merge.evidence, probability=merge.probability, outcome=Outcome.MERGE),
        "evidence": [dict(row) for row in merge.evidence],
    }


def _ids(unit: UnitOfWork, wanted: Wanted) -> tuple[set[str], bool]:
    """The leads that fit everything that was asked for."""
    sets: list[set[str]] = []
    is_cut = False
    if wanted.source is not None and wanted.external_id is None:
        raise _mistake("external_id", "leads are not searched by source alone: say which one")
    if wanted.external_id is not None:
        if wanted.source is None:
            raise _mistake("source", "an external_id is one of a source: give that, too")
        known = unit.leads.outside(wanted.source, [wanted.external_id])
        sets.append({one.lead_id for one in known.values()})
    for name, given in (("email", wanted.email), ("phone", wanted.phone), ("q", wanted.q)):
        if given is None:
            continue
        found = unit.lead_keys.find(_keys(name, given), most=MOST_FOUND)
        is_cut = is_cut or any(len(ids) > MOST_FOUND for ids in found.values())
        sets.append({one for ids in found.values() for one in ids})
    roots = [set(unit.leads.roots_of(ids).values()) for ids in sets]
    return set.intersection(*roots), is_cut


def _keys(name: str, given: str) -> list[tuple[str, str]]:
    kind = _kind(given) if name == "q" else name
    record: Mapping[str, str] = {{"name": "full_name"}.get(kind, kind): given}
    keys = [key for key in keys_of(clean(record).fields) if key[0] == kind]
    if not keys:
        raise _mistake(name, _HINTS[kind])
    return keys


def _kind(given: str) -> str:
    """What a text that is searched for looks like."""
    if "@" in given:
        return "email"
    return "phone" if len(_DIGITS.findall(given)) >= _PHONE_DIGITS else "name"


_HINTS = {
    "email": "give a whole mail address of a person; info@ and the like are nobody's",
    "phone": "give a telephone number of seven digits or more",
    "name": "give a first and a last name, a mail address or a telephone number",
}


def _mistake(name: str, detail: str) -> InvalidInput:
    problem = Problem(pointer=f"/{name}", code="not_searchable", detail=detail)
    return InvalidInput(detail, [problem])


def _page(leads: Iterable[Lead], *, limit: int, is_cut: bool) -> Found:
    found = list(leads)
    page = found[:limit]
    after = page[-1].lead_id if len(found) > limit else None
    return Found(leads=page, after=after, is_cut=is_cut)
