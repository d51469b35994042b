"""Merging two leads, seeing beforehand what it would do, and undoing it exactly.

A merge writes a pointer and works out the surviving lead's fields again; no fact is moved. So
undoing it, in whatever order and whatever arrived since, leaves the store as if it had never been.
Every id is read through the lead that speaks for it. The caller opens the transaction.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cleansing.survivorship import Current, Why, fold
from leads.errors import Conflict
from leads.fields import FIELDS, Value
from leads.ids import new_id
from leads.lead import Lead
from leads.lifecycle import Stage
from leads.merge import Merge, MergeCause, Review, ReviewState
from pipelines.locks import INTAKE_LOCK
from store.unit_of_work import UnitOfWork

FURTHER: Sequence[Stage] = (
    Stage.NEW,
    Stage.ENGAGED,
    Stage.RECYCLED,
    Stage.DISQUALIFIED,
    Stage.MQL,
    Stage.SAL,
    Stage.SQL,
    Stage.OPPORTUNITY,
    Stage.CUSTOMER,
)
"""The later, the further along. Whoever sales is busy with stays so, whatever a double was told."""


class KeptApart(Conflict):
    """A person said that these leads are different; only a person may merge them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldAfter:
    """A field as it would be after a merge, and what each side has now."""

    name: str
    value: Value
    why: Why
    origin: str
    of_survivor: Value
    of_absorbed: Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What a merge would do; nothing has been done.

    why_survivor   stage, created_at or lead_id: what decides who speaks for both
    stage          the survivor's, which stays
    facts          kind of fact -> how many would be read through the survivor from then on
    kept_apart     reviews in which a person said that the two are different
    """

    survivor_id: str
    absorbed_id: str
    why_survivor: str
    stage: Stage
    stage_of_absorbed: Stage
    fields: tuple[FieldAfter, ...]
    facts: Mapping[str, int]
    kept_apart: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Undone:
    """A merge that stands no more.

    reopened   reviews that are open again
    later      merges that were made into these leads since and stand: look at them too
    """

    merge: Merge
    reopened: tuple[str, ...]
    later: tuple[Merge, ...]


def merge(
    unit: UnitOfWork,
    a: str,
    b: str,
    *,
    actor: str,
    cause: MergeCause | str,
    now: datetime,
    probability: float | None = None,
    evidence: Iterable[Mapping[str, Any]] = (),
    batch_id: str | None = None,
) -> Merge:
    """Let one lead speak for both. Evidence is JSON (`pipelines.evidence.rows_of`).

    Raises NotFound for an unknown or erased lead, Conflict when they are one already, KeptApart
    when `cause` is matching and a person said that leads of the two sides are different.
    """
    unit.lock(INTAKE_LOCK)
    survivor, absorbed, _ = _sides(unit, a, b)
    clusters = unit.leads.clusters_of([survivor.lead_id, absorbed.lead_id])
    between = unit.reviews.between(clusters[survivor.lead_id], clusters[absorbed.lead_id])
    cause = MergeCause(cause)
    apart = [review for review in between if review.state is ReviewState.DIFFERENT]
    if apart and cause is MergeCause.MATCHING:
        raise KeptApart(
            f"lead {apart[0].lead_a} and lead {apart[0].lead_b} were said to be different"
            f" (review {apart[0].review_id}); a person may merge them all the same"
        )
    done = Merge(
        merge_id=new_id(at=now),
        survivor_id=survivor.lead_id,
        absorbed_id=absorbed.lead_id,
        merged_at=now,
        actor=actor,
        cause=cause,
        probability=probability,
        evidence=tuple(evidence),
        batch_id=batch_id,
    )
    unit.merges.add(done)
    unit.leads.point(
        clusters[absorbed.lead_id],
        root_id=survivor.lead_id,
        merged_into={absorbed.lead_id: survivor.lead_id},
    )
    answered = [review.review_id for review in between if review.state is ReviewState.OPEN]
    unit.reviews.set_state(answered, ReviewState.MERGED, by=actor, at=now)
    work_out(unit, [survivor.lead_id], now=now)
    unit.leads.set_current(absorbed.lead_id, fields={}, typed={}, attributes={}, at=now)
    _note(unit, "lead_merged", done, actor=actor, now=now)
    return done


def preview(unit: UnitOfWork, a: str, b: str) -> Preview:
    """What `merge` would do, field by field. Raises what `merge` would."""
    survivor, absorbed, why = _sides(unit, a, b)
    roots = [survivor.lead_id, absorbed.lead_id]
    clusters, versions = unit.leads.clusters_of(roots), unit.history.versions_of(roots)
    told = [one for root in roots for one in versions.get(root, [])]
    told.sort(key=lambda version: version.occurred_at)  # stable, as the store would have them
    current = fold(told)
    between = unit.reviews.between(clusters[roots[0]], clusters[roots[1]])
    return Preview(
        survivor_id=survivor.lead_id,
        absorbed_id=absorbed.lead_id,
        why_survivor=why,
        stage=survivor.stage,
        stage_of_absorbed=absorbed.stage,
        fields=_fields_after(current, survivor, absorbed),
        facts={
            kind: n for kind, n in unit.merges.facts_of(clusters[absorbed.lead_id]).items() if n
        },
        kept_apart=tuple(one.review_id for one in between if one.state is ReviewState.DIFFERENT),
    )


def undo(
    unit: UnitOfWork, merge_id: str, *, actor: str, now: datetime, remember: bool = True
) -> Undone:
    """Part two leads again. `remember` that they are different, so that matching leaves them so.

    Raises NotFound for an unknown merge, Conflict for one that was undone before.
    """
    unit.lock(INTAKE_LOCK)
    done = unit.merges.get(merge_id)
    if done.undone_at is not None:
        raise Conflict(
            f"merge {merge_id} was undone on {done.undone_at:%Y-%m-%d} by {done.undone_by}"
        )
    root = unit.leads.get(done.survivor_id).lead_id  # refuses an erased one
    cluster = unit.leads.clusters_of([root])[root]
    parted = _spoken_for(unit, done.absorbed_id, cluster)
    rest = [lead_id for lead_id in cluster if lead_id not in parted]
    unit.leads.point(sorted(parted), root_id=done.absorbed_id, merged_into={done.absorbed_id: None})
    work_out(unit, [root, done.absorbed_id], now=now)
    _stand_again(unit, done.survivor_id, parted, rest)
    undone = unit.merges.set_undone(done, by=actor, at=now)
    reopened = _reopen(unit, parted, rest)
    if remember:
        pair = sorted((done.survivor_id, done.absorbed_id))
        unit.reviews.put_answer(_different(pair, done, actor=actor, now=now))
    _note(unit, "merge_undone", undone, actor=actor, now=now)
    still_open = [
        review.review_id
        for review in reopened
        if not (remember and {review.lead_a, review.lead_b} == {done.survivor_id, done.absorbed_id})
    ]
    return Undone(
        merge=undone,
        reopened=tuple(still_open),
        later=tuple(
            one for one in unit.merges.of(cluster, standing=True) if one.merged_at >= done.merged_at
        ),
    )


def work_out(unit: UnitOfWork, root_ids: Sequence[str], *, now: datetime) -> None:
    """Work out the current values of leads that speak for themselves from what was said."""
    versions = unit.history.versions_of(root_ids)
    for root_id in root_ids:
        current = fold(versions.get(root_id, []))
        unit.leads.set_current(
            root_id,
            fields=current.fields,
            typed=current.typed,
            attributes=current.attributes,
            at=now,
        )


def survivor_of(one: Lead, other: Lead) -> tuple[Lead, Lead, str]:
    """Who speaks for both, who is absorbed, and by what that was decided."""
    for name, key in _RULES:
        if key(one) != key(other):
            return (one, other, name) if key(one) < key(other) else (other, one, name)
    raise Conflict(f"lead {one.lead_id} cannot be merged with itself")


def _further(lead: Lead) -> int:
    return -FURTHER.index(lead.stage)


_RULES: Sequence[tuple[str, Any]] = (  # Any: each compares by another type
    ("stage", _further),
    ("created_at", lambda lead: lead.created_at),
    ("lead_id", lambda lead: lead.lead_id),
)


def _sides(unit: UnitOfWork, a: str, b: str) -> tuple[Lead, Lead, str]:
    if a == b:
        raise Conflict(f"lead {a} cannot be merged with itself; name two leads")
    one, other = unit.leads.get(a), unit.leads.get(b)
    if one.lead_id == other.lead_id:
        raise Conflict(f"lead {a} and lead {b} are one already: lead {one.lead_id} speaks for both")
    return survivor_of(one, other)


def _fields_after(current: Current, survivor: Lead, absorbed: Lead) -> tuple[FieldAfter, ...]:
    names = [*FIELDS, *sorted(set(current.fields) - set(FIELDS))]
    return tuple(
        FieldAfter(
            name=name,
            value=current.fields[name],
            why=current.chosen[name].why,
            origin=current.chosen[name].version.origin,
            of_survivor=survivor.fields.get(name),
            of_absorbed=absorbed.fields.get(name),
        )
        for name in names
        if name in current.fields
    )


def _spoken_for(unit: UnitOfWork, lead_id: str, cluster: Sequence[str]) -> set[str]:
    """The lead and all that were merged into it, directly or not."""
    into: dict[str, list[str]] = {}
    for lead in unit.leads.rows(cluster):
        if lead.merged_into is not None:
            into.setdefault(lead.merged_into, []).append(lead.lead_id)
    found, waiting = {lead_id}, [lead_id]
    while waiting:
        new = set(into.get(waiting.pop(), ())) - found
        found |= new
        waiting += new
    return found


def _stand_again(unit: UnitOfWork, survivor_id: str, parted: set[str], rest: list[str]) -> None:
    """Take back the stages that survivors were told while they spoke for the parted leads: where
    they stand is their own, or what one of those that are left was told since.
    """
    histories = unit.intake.moves_of([*parted, *rest])
    told = {move for lead_id in parted for move in histories.get(lead_id, ())}
    left = {move for lead_id in rest for move in histories.get(lead_id, ())}
    rows = {lead.lead_id: lead for lead in unit.leads.rows(rest)}
    standing, speaker = {}, rows.get(survivor_id)
    while speaker is not None:
        if (speaker.stage_since, speaker.stage) in told - left:
            own = histories.get(speaker.lead_id) or [(speaker.created_at, Stage.NEW)]
            others = _spoken_for(unit, speaker.lead_id, rest) - {speaker.lead_id}
            last = [histories[one][-1] for one in others if histories.get(one)]
            further = [(at, to) for at, to in last if _is_further(to, own[-1][1])]
            at, to = max([own[-1], *further], key=lambda move: move[0])
            standing[speaker.lead_id] = (to, at)
        speaker = rows.get(speaker.merged_into) if speaker.merged_into else None
    unit.intake.add_moves([], standing=standing)


def _is_further(stage: Stage, other: Stage) -> bool:
    return FURTHER.index(stage) > FURTHER.index(other)


def _reopen(unit: UnitOfWork, one: Iterable[str], other: Iterable[str]) -> list[Review]:
    """The questions that the merge had answered by itself are questions again."""
    between = unit.reviews.between(list(one), list(other))
    answered = [review for review in between if review.state is ReviewState.MERGED]
    unit.reviews.set_state([review.review_id for review in answered], ReviewState.OPEN)
    return answered


def _different(pair: Sequence[str], done: Merge, *, actor: str, now: datetime) -> Review:
    return Review(
        review_id=new_id(at=now),
        lead_a=pair[0],
        lead_b=pair[1],
        probability=done.probability or 0.0,
        evidence=done.evidence,
        state=ReviewState.DIFFERENT,
        opened_at=now,
        decided_at=now,
        decided_by=actor,
    )


def _note(unit: UnitOfWork, action: str, done: Merge, *, actor: str, now: datetime) -> None:
    for lead_id, other in (
        (done.survivor_id, done.absorbed_id),
        (done.absorbed_id, done.survivor_id),
    ):
        unit.audit.add(
            action,
            subject_kind="lead",
            subject_id=lead_id,
            actor=actor,
            at=now,
            other=other,
            merge=done.merge_id,
            cause=str(done.cause),
        )
