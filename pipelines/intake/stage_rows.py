"""Stage moves from a file: what a CRM's history says a lead went through.

History is history: a jump that our own table of lawful moves forbids really happened there, and is
kept as the source's record, with a remark. A name that is no stage is put aside.
"""

from bisect import bisect_right, insort
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from leads.clock import ClockBasis
from leads.errors import Problem
from leads.imports import RowOutcome
from leads.lead import Lead, StageMove
from leads.lifecycle import NEXT, Stage
from pipelines.intake.event_rows import nobody
from pipelines.intake.kinds import Result, put_aside
from pipelines.intake.reading import Fact, FactReader, bad_times
from pipelines.intake.whose import People
from pipelines.intake.words import stage
from store.unit_of_work import UnitOfWork

DEFINITION = "source"
"""The standard by which the source moved the lead: its own."""

History = list[tuple[datetime, Stage]]


@dataclass(frozen=True, slots=True, kw_only=True)
class StageTaker:
    """Takes moves in; a move is known by its lead, its time and the stage it led to.

    Chunks are large, and within one the moves are taken in the order of their times: where a move
    started is where the one before it had ended.
    """

    reader: FactReader
    lead_source: str
    chunk_rows: int = 20_000

    def take(
        self, unit: UnitOfWork, read: Sequence[Fact], *, now: datetime, batch_id: str
    ) -> list[Result]:
        """What became of each row."""
        people = People(unit, read, source=self.lead_source)
        checked = [_checked(fact, people, now=now) for fact in read]
        lead_ids = {told[0] for told in checked if isinstance(told, tuple)}
        histories = unit.intake.moves_of(lead_ids)
        results: dict[int, Result] = {}
        moves: list[StageMove] = []
        times = [told[2] if isinstance(told, tuple) else now for told in checked]
        in_time = sorted(range(len(read)), key=times.__getitem__)
        for place in in_time:
            told = checked[place]
            if isinstance(told, list):
                results[place] = put_aside(*told)
                continue
            lead_id, to, at = told
            history = histories.setdefault(lead_id, [])
            results[place], move = _moved(read[place], lead_id, to, at, history, batch_id)
            if move is not None:
                moves.append(move)
        unit.intake.add_moves(moves, standing=_standing(unit, moves, histories))
        return [results[place] for place in range(len(read))]


Checked = tuple[str, Stage, datetime]


def _checked(fact: Fact, people: People, *, now: datetime) -> Checked | list[Problem]:
    if fact.problems:
        return list(fact.problems)
    problems = bad_times(fact.values, now=now)
    lead, at = people.of(fact), fact.get("occurred_at")
    if not isinstance(lead, str):
        problems.append(lead or nobody())
    to = stage(fact.get("stage") or "")
    if to is None:
        allowed = ", ".join(Stage)
        detail = f"{fact.get('stage')!r} is no stage we know; right is one of {allowed}"
        problems.append(Problem(pointer="stage", code="unknown_stage", detail=detail))
    if at is None:
        detail = "a move needs its time"
        problems.append(Problem(pointer="occurred_at", code="no_time", detail=detail))
    if problems or to is None or not isinstance(lead, str):
        return problems
    return lead, to, at


def _moved(
    fact: Fact,
    lead_id: str,
    to: Stage,
    at: datetime,
    history: History,
    batch_id: str,
) -> tuple[Result, StageMove | None]:
    if (at, to) in history:
        return Result(outcome=RowOutcome.UNCHANGED, record_id=lead_id), None
    place = bisect_right(history, at, key=lambda moved: moved[0])
    before = history[place - 1][1] if place else Stage.NEW
    if before is to:
        detail = f"the lead was {to} already"
        remark = Problem(pointer="stage", code="no_move", detail=detail)
        told = Result(outcome=RowOutcome.UNCHANGED, record_id=lead_id, remarks=(remark,))
        return told, None
    insort(history, (at, to), key=lambda moved: moved[0])
    remarks: tuple[Problem, ...] = ()
    if to not in NEXT[before]:
        detail = f"{before} to {to} is no move of ours; kept as the source has it"
        remarks = (Problem(pointer="stage", code="unlawful_move", detail=detail),)
    who = fact.get("actor")
    move = StageMove(
        lead_id=lead_id,
        from_stage=before,
        to_stage=to,
        occurred_at=at,
        known_at=at,
        clock=ClockBasis.SOURCE,
        actor=f"rep:{who}" if who else f"import:{batch_id}",
        cause="import",
        reason=fact.get("reason"),
        definition_version=DEFINITION,
        batch_id=batch_id,
    )
    return Result(outcome=RowOutcome.IMPORTED, record_id=lead_id, remarks=remarks), move


def _standing(
    unit: UnitOfWork, moves: Sequence[StageMove], histories: dict[str, History]
) -> dict[str, tuple[Stage, datetime]]:
    """Where the leads that moved stand now; also all they were merged into, if that is news."""
    standing = {}
    for lead_id in sorted({move.lead_id for move in moves}):
        at, to = histories[lead_id][-1]
        standing[lead_id] = (to, at)
    rows = _with_speakers(unit, standing)
    for lead_id, (to, at) in sorted(standing.items()):
        speaker = rows[lead_id].merged_into
        while speaker is not None:
            lead = rows[speaker]
            since = standing.get(speaker, (lead.stage, lead.stage_since))
            if since[0] is Stage.NEW or at >= since[1]:
                standing[speaker] = (to, at)
            speaker = lead.merged_into
    return standing


def _with_speakers(unit: UnitOfWork, lead_ids: Iterable[str]) -> dict[str, Lead]:
    """These leads, those they were merged into, those in their turn, and so on."""
    found: dict[str, Lead] = {}
    wanted = set(lead_ids)
    while wanted:
        found |= {lead.lead_id: lead for lead in unit.leads.rows(wanted)}
        wanted = {one.merged_into for one in found.values() if one.merged_into} - set(found)
    return found
