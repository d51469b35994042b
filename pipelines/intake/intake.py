"""Taking leads in: known ones are updated, doubles merged or asked about, the rest are new.

Used by imports, the API, forms and check-ins alike. The order of decisions for one record:
refused -> known by (source, external id): unchanged or updated -> double: merged or asked about
-> new. A merged record is still a lead of its own with its own id, facts and keys, so that
undoing the merge gives exactly it back.
"""

from collections.abc import Sequence
from datetime import datetime

from cleansing.matching import Matcher, keys_of
from cleansing.matching.leads import STORED
from cleansing.survivorship import fold
from leads.clock import ClockBasis
from leads.errors import Problem
from leads.ids import new_ids
from leads.lead import LeadVersion, OutsideId
from pipelines.enrichment import ask_for
from pipelines.intake import doubles
from pipelines.intake.changes import Changes, changes_of
from pipelines.intake.handed import Handed, Outcome, Taken, is_ours
from pipelines.intake.prepared import IDENTIFYING, Prepared, prepare, there
from pipelines.intake.times import mistimed
from pipelines.intake.workspace import Workspace
from pipelines.locks import INTAKE_LOCK
from store.unit_of_work import UnitOfWork

__all__ = ["Handed", "Intake", "Outcome", "Taken", "take_in"]


def take_in(
    unit: UnitOfWork,
    handed: Sequence[Handed],
    *,
    now: datetime,
    batch_id: str | None = None,
    default_country: str | None = None,
    day_first: bool | None = None,
) -> list[Taken]:
    """What became of each record, in their order. Nothing is raised for a bad one: it is refused.

    Runs in the caller's transaction; the store has what it says once that is committed.
    `default_country` and `day_first` help reading, see `cleansing.clean`.
    """
    records = [
        prepare(each, default_country=default_country, day_first=day_first) for each in handed
    ]
    intake = Intake(default_country=default_country, day_first=day_first)
    return intake.take(unit, records, now=now, batch_id=batch_id)


class Intake:
    """Takes chunks of prepared records in. Keep one for a file: its matcher remembers."""

    def __init__(
        self,
        *,
        matcher: Matcher | None = None,
        default_country: str | None = None,
        day_first: bool | None = None,
    ) -> None:
        self._matcher = matcher
        self._default_country, self._day_first = default_country, day_first

    def take(
        self,
        unit: UnitOfWork,
        records: Sequence[Prepared],
        *,
        now: datetime,
        batch_id: str | None = None,
    ) -> list[Taken]:
        """As `take_in`, for records made ready before."""
        unit.lock(INTAKE_LOCK)
        matcher = self._matcher or Matcher(stored=max(STORED, unit.intake.size()))
        work = Workspace(unit, now=now, batch_id=batch_id)
        work.load([record for record in records if not record.problems])
        erased = unit.erasures.erased({_name(record) for record in records})
        fresh = iter(sorted(new_ids(len(records), at=now)))
        taken = []
        for record, lead_id in zip(records, fresh, strict=True):
            problems = _refusals(record, work, erased)
            if problems:
                taken.append(Taken(outcome=Outcome.REFUSED, problems=tuple(problems)))
            elif _name(record) in work.outside:
                taken.append(self._again(record, work))
            else:
                taken.append(self._new(record, lead_id, work, matcher))
        work.save()
        ask_for(unit, _with_news(taken), now=now)
        return [_spoken_for(each, work) for each in taken]

    def _new(self, record: Prepared, lead_id: str, work: Workspace, matcher: Matcher) -> Taken:
        handed, now = record.handed, work.now
        others, matches = doubles.judge(record, work, matcher)
        everything = Changes(
            fields=record.cleaned.fields,
            typed=record.cleaned.typed,
            attributes=there(handed.attributes),
        )
        version = _version(record, lead_id, everything, work)
        created_at = handed.created_at or handed.occurred_at or now
        work.create(lead_id, version, created_at=created_at)
        work.name(_outside(record, lead_id, work, first_seen=now))
        work.find_by(lead_id, record.keys, is_new=True)
        _stitch(record, lead_id, work)
        outcome, review_ids = Outcome.CREATED, []
        if doubles.is_merge(matches):
            actor = handed.actor or handed.said_by
            doubles.join(work, lead_id, others[0], matches[0].pair, actor=actor)
            outcome = Outcome.MERGED
        elif matches:
            outcome = Outcome.REVIEW
            review_ids = [
                doubles.ask(work, lead_id, other, match.pair)
                for other, match in list(zip(others, matches, strict=True))[: doubles.MOST_ASKED]
            ]
        return Taken(
            outcome=outcome,
            recorded_on=lead_id,
            review_ids=tuple(review_ids),
            problems=record.cleaned.problems,
        )

    def _again(self, record: Prepared, work: Workspace) -> Taken:
        known = work.outside[_name(record)]
        lead_id = known.lead_id
        if known.digest == record.digest:
            _stitch(record, lead_id, work)  # the only news may be who the visitor was
            return Taken(outcome=Outcome.UNCHANGED, recorded_on=lead_id)
        said_before = _said_before(record, lead_id, work)
        if twice := _twice(record, known, said_before, work):
            return Taken(outcome=Outcome.REFUSED, problems=(twice,))
        _stitch(record, lead_id, work)
        changes = changes_of(
            record,
            said_before,
            default_country=self._default_country,
            day_first=self._day_first,
        )
        work.name(_outside(record, lead_id, work, first_seen=known.first_seen))
        if not changes:
            return Taken(outcome=Outcome.UNCHANGED, recorded_on=lead_id)
        work.say(_version(record, lead_id, changes, work))
        own = [each for each in work.versions_of(work.root_of(lead_id)) if each.lead_id == lead_id]
        work.find_by(lead_id, keys_of(fold(own).fields), is_new=False)
        return Taken(outcome=Outcome.UPDATED, recorded_on=lead_id, problems=record.cleaned.problems)


def _with_news(taken: Sequence[Taken]) -> list[str]:
    """The leads of which there may be company background to fill in since."""
    nothing = (Outcome.UNCHANGED, Outcome.REFUSED)
    return [each.recorded_on for each in taken if each.recorded_on and each.outcome not in nothing]


def _refusals(record: Prepared, work: Workspace, erased: set[tuple[str, str]]) -> list[Problem]:
    problems = list(record.problems)
    if _name(record) in erased:
        detail = "this person was erased on request and is not taken in again"
        problems.append(Problem(pointer="external_id", code="erased", detail=detail))
    if record.handed.origin is None and is_ours(record.handed.source):
        detail = f"{record.handed.source!r} is a name of our own; call the source otherwise"
        problems.append(Problem(pointer="source", code="reserved_source", detail=detail))
    is_known = _name(record) in work.outside
    if not is_known and not any(name in record.cleaned.fields for name in IDENTIFYING):
        detail = "a new lead needs a name, a mail address, a telephone number or a company"
        problems.append(Problem(pointer="full_name", code="nobody", detail=detail))
    for name in ("occurred_at", "created_at"):
        moment = getattr(record.handed, name)
        if moment is not None and (wrong := mistimed(name, moment, now=work.now)):
            problems.append(wrong)
    return problems


def _twice(
    record: Prepared, known: OutsideId, said_before: Sequence[LeadVersion], work: Workspace
) -> Problem | None:
    """The same id twice in one file with different data; a history has its own times."""
    if work.batch_id is None or known.batch_id != work.batch_id:
        return None
    times = {each.occurred_at for each in said_before if each.clock is ClockBasis.SOURCE}
    at = record.handed.occurred_at
    if at is not None and times and at not in times:
        return None
    detail = (
        f"{record.external_id!r} stands in row {known.row_number} already with other values; keep"
        " one of them, or give each its time of change"
    )
    return Problem(pointer="external_id", code="same_id_twice", detail=detail)


def _said_before(record: Prepared, lead_id: str, work: Workspace) -> list[LeadVersion]:
    return [
        each
        for each in work.versions_of(work.root_of(lead_id))
        if each.lead_id == lead_id and each.origin == record.handed.said_by
    ]


def _version(record: Prepared, lead_id: str, changes: Changes, work: Workspace) -> LeadVersion:
    """With its two times: of a file's history both are the source's, as far as it tells them.

    Since when a lead is there does not say since when it is as it is: what a file has are the
    values at its export, and what the API is told are those of now.
    """
    occurred_at = record.handed.occurred_at
    no_time = ClockBasis.UNKNOWN if work.batch_id else ClockBasis.ARRIVAL
    return LeadVersion(
        lead_id=lead_id,
        occurred_at=occurred_at or work.now,
        known_at=occurred_at if occurred_at and work.batch_id else work.now,
        clock=ClockBasis.SOURCE if occurred_at else no_time,
        origin=record.handed.said_by,
        actor=record.handed.actor,
        batch_id=work.batch_id,
        fields=changes.fields,
        typed=changes.typed,
        attributes=changes.attributes,
    )


def _outside(record: Prepared, lead_id: str, work: Workspace, *, first_seen: datetime) -> OutsideId:
    return OutsideId(
        source=record.handed.source,
        external_id=record.external_id,
        lead_id=lead_id,
        digest=record.digest,
        batch_id=work.batch_id,
        row_number=record.handed.row_number,
        first_seen=first_seen,
        last_seen=work.now,
    )


def _stitch(record: Prepared, lead_id: str, work: Workspace) -> None:
    """In a file, whose visitor somebody was counts as known since the source knows the lead."""
    handed = record.handed
    if handed.anonymous_id is not None:
        told = handed.created_at or handed.occurred_at if work.batch_id else None
        work.stitch(handed.anonymous_id, lead_id, at=told or work.now, cause=handed.said_by)


def _spoken_for(taken: Taken, work: Workspace) -> Taken:
    if taken.recorded_on is None:
        return taken
    return Taken(
        outcome=taken.outcome,
        lead_id=work.root_of(taken.recorded_on),
        recorded_on=taken.recorded_on,
        review_ids=taken.review_ids,
        problems=taken.problems,
    )


def _name(record: Prepared) -> tuple[str, str]:
    return record.handed.source, record.external_id
