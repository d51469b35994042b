"""Events from a file."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from leads.clock import ClockBasis
from leads.errors import Problem
from leads.events import EventKind, StoredEvent
from leads.imports import RowOutcome
from pipelines.intake.kinds import Result, put_aside
from pipelines.intake.reading import Fact, FactReader, bad_times
from pipelines.intake.rows import storable
from pipelines.intake.whose import Campaigns, People
from pipelines.intake.words import event_kind
from store.unit_of_work import UnitOfWork

_KEPT = ("url", "duration_seconds")


@dataclass(frozen=True, slots=True, kw_only=True)
class EventTaker:
    """Takes events in; each counts once, by (source, message id)."""

    reader: FactReader
    source: str
    lead_source: str
    chunk_rows: int = 5_000

    def take(
        self, unit: UnitOfWork, read: Sequence[Fact], *, now: datetime, batch_id: str
    ) -> list[Result]:
        """What became of each row."""
        people = People(unit, read, source=self.lead_source)
        campaigns = Campaigns(unit, read, source=self.source)
        known = unit.events.outside(
            self.source, {fact.external_id for fact in read if not fact.problems}
        )
        new: list[StoredEvent] = []
        results = []
        for fact in read:
            event = self._event(fact, people, campaigns, now=now, batch_id=batch_id)
            if not isinstance(event, StoredEvent):
                results.append(put_aside(*event))
                continue
            before = known.setdefault(event.message_id, event)
            if before is event:
                new.append(event)
                outcome = RowOutcome.IMPORTED
            elif (before.kind, before.occurred_at) == (event.kind, event.occurred_at) or (
                event.clock is ClockBasis.UNKNOWN and before.kind is event.kind
            ):
                outcome = RowOutcome.UNCHANGED
            else:
                results.append(put_aside(_twice(event, before)))
                continue
            results.append(Result(outcome=outcome, record_id=event.message_id))
        unit.events.add(new)
        _stitch(unit, new)
        taken = {result.record_id for result in results if result.record_id is not None}
        ids = unit.events.ids_of(self.source, taken)
        return [
            replace(result, record_id=ids[result.record_id]) if result.record_id else result
            for result in results
        ]

    def _event(
        self, fact: Fact, people: People, campaigns: Campaigns, *, now: datetime, batch_id: str
    ) -> StoredEvent | Sequence[Problem]:
        problems = [*fact.problems, *bad_times(fact.values, now=now)]
        kind = event_kind(fact.get("kind") or "") if not fact.problems else None
        if kind is None and not fact.problems:
            problems.append(_unknown_kind(fact))
        lead = people.of(fact) if not fact.problems else None
        visitor = fact.get("anonymous_id")
        if isinstance(lead, Problem) and visitor is None:
            problems.append(lead)
        elif lead is None and visitor is None and not fact.problems:
            problems.append(nobody())
        campaign = campaigns.of(fact) if not fact.problems else None
        if problems or kind is None:
            return problems
        at = fact.get("occurred_at")
        attributes = {name: storable(fact.get(name)) for name in _KEPT if fact.get(name)}
        if isinstance(campaign, Problem):  # the act happened, whatever it belongs to
            attributes["campaign"] = fact.get("campaign")
        return StoredEvent(
            source=self.source,
            message_id=fact.external_id,
            lead_id=lead if isinstance(lead, str) else None,
            anonymous_id=visitor,
            kind=kind,
            occurred_at=at or now,
            known_at=max(at, fact.get("known_at") or at) if at else now,
            clock=ClockBasis.SOURCE if at else ClockBasis.UNKNOWN,
            campaign_id=campaign if isinstance(campaign, str) else None,
            attributes={**fact.row.whole_attributes(), **attributes},
            batch_id=batch_id,
        )


def _stitch(unit: UnitOfWork, events: Sequence[StoredEvent]) -> None:
    """An act that names both a lead and a visitor says that they are one, since it is known."""
    whose: dict[str, StoredEvent] = {}
    for event in sorted(events, key=lambda event: event.known_at):
        if event.anonymous_id is not None and event.lead_id is not None:
            whose.setdefault(event.anonymous_id, event)
    for visitor, event in whose.items():
        assert event.lead_id is not None
        unit.anonymous_ids.stitch(visitor, event.lead_id, at=event.known_at, cause="event")


def nobody() -> Problem:
    """What is said of a fact about nobody."""
    detail = "a lead's id, a mail address or a visitor's anonymous id is needed"
    return Problem(pointer="lead", code="unknown_lead", detail=detail)


def _unknown_kind(fact: Fact) -> Problem:
    allowed = ", ".join(EventKind)
    detail = f"{fact.get('kind')!r} is no kind of event we know; right is one of {allowed}"
    return Problem(pointer="kind", code="unknown_kind", detail=detail)


def _twice(event: StoredEvent, before: StoredEvent) -> Problem:
    detail = (
        f"{event.message_id!r} is known as {before.kind} of {before.occurred_at:%Y-%m-%d %H:%M};"
        " an event is never changed"
    )
    return Problem(pointer="message_id", code="same_id_twice", detail=detail)
