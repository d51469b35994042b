"""Bringing a file in: chunk by chunk, each with its outcomes in one transaction.

Whatever ends the process, the store holds whole chunks and their counts; the same call again goes
on behind the last of them.
"""

import os
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from multiprocessing import get_context, parent_process
from multiprocessing.connection import wait
from threading import Thread
from typing import Any

from leads.clock import Clock
from leads.errors import Conflict
from leads.ids import new_id
from leads.imports import Batch, Quarantined, RowOutcome
from leads.progress import Progress, silent
from pipelines.intake.kinds import Reader, Result, Taker
from pipelines.intake.planning import Plan
from pipelines.intake.rows import Row, in_chunks, storable
from pipelines.intake.takers import taker_of
from pipelines.locks import INTAKE_LOCK
from store.database import Store
from store.unit_of_work import UnitOfWork

AHEAD = 3
"""Chunks that are read before they are needed."""
WORTH_PROCESSES = 4_000
"""Rows from which starting other processes pays."""
LONGEST_SHOWN = 1_000

Chunk = tuple[list[Row], list[Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """A finished import, and what should be told of rows that were taken all the same."""

    batch: Batch
    resumed_at: int
    remarks: Counter[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsed:
    """What would become of the first rows."""

    n_rows: int
    outcomes: Counter[RowOutcome]
    problems: tuple[Quarantined, ...]
    remarks: Counter[str]


def bring_in(
    store: Store,
    plan: Plan,
    *,
    actor: str,
    clock: Clock,
    progress: Progress = silent,
    processes: int = 2,
) -> Imported:
    """Take the whole file in, or what is left of it. Raises Conflict when two do it at once.

    `processes` clean chunks ahead of the one that is written; 0 does it all in this process.
    """
    batch, taker = _begun(store, plan, actor=actor, clock=clock)
    resumed_at, done = batch.done_rows, batch.done_rows
    remarks: Counter[str] = Counter()
    reader, rows = plan.rows(skip=done)
    with ExitStack() as resources:
        resources.enter_context(reader)
        if plan.n_rows - done < WORTH_PROCESSES:
            processes = 0
        pool = resources.enter_context(_pool(processes)) if processes else None
        chunks = in_chunks(rows, size=taker.chunk_rows)
        for some, read in _read_ahead(chunks, taker.reader, pool):
            with store.writing() as unit:
                results = _take(unit, taker, some, read, plan, batch, done=done)
            done += len(some)
            for result in results:
                remarks.update(remark.code for remark in result.remarks)
            progress("import", done, plan.n_rows)
    with store.writing() as unit:
        finished = _finished(unit, batch.batch_id, plan, clock=clock)
    return Imported(batch=finished, resumed_at=resumed_at, remarks=remarks)


def rehearse(store: Store, plan: Plan, *, clock: Clock, most: int = 2_000) -> Rehearsed:
    """What would become of the first rows. Done in a transaction that is taken back."""
    reader, rows = plan.rows()
    outcomes: Counter[RowOutcome] = Counter()
    remarks: Counter[str] = Counter()
    problems: list[Quarantined] = []
    with reader, store.rehearsing() as unit:
        now = clock()
        taker = taker_of(plan, stored=unit.intake.size() + plan.n_rows, actor="rehearsal")
        some = next(in_chunks(rows, size=most))
        results = taker.take(unit, taker.reader(some), now=now, batch_id=new_id(at=now))
        for row, result in zip(some, results, strict=True):
            outcomes[result.outcome] += 1
            remarks.update(remark.code for remark in result.remarks)
            problems += _quarantined(row, result, plan)
    return Rehearsed(
        n_rows=outcomes.total(), outcomes=outcomes, problems=tuple(problems), remarks=remarks
    )


def _begun(store: Store, plan: Plan, *, actor: str, clock: Clock) -> tuple[Batch, Taker]:
    options = plan.options()
    with store.writing() as unit:
        unit.lock(INTAKE_LOCK)
        batch = unit.imports.unfinished(
            kind=plan.kind, source=plan.source, file_digest=plan.digest, options=options
        )
        if batch is None:
            now = clock()
            noted = {"stored": unit.intake.size() + plan.n_rows}
            batch = Batch(
                batch_id=new_id(at=now),
                kind=plan.kind,
                source=plan.source,
                file_name=plan.path.name,
                file_digest=plan.digest,
                options={**options, "noted": noted},
                started_at=now,
                actor=actor,
            )
            unit.imports.open(batch)
    taker = taker_of(
        plan, stored=batch.options["noted"]["stored"], actor=f"import:{batch.batch_id}"
    )
    return batch, taker


def _take(
    unit: UnitOfWork,
    taker: Taker,
    rows: list[Row],
    read: list[Any],
    plan: Plan,
    batch: Batch,
    *,
    done: int,
) -> list[Result]:
    unit.lock(INTAKE_LOCK)
    if unit.imports.get(batch.batch_id).done_rows != done:
        raise Conflict(
            f"{plan.path} is being imported by another process (batch {batch.batch_id});"
            " wait for it, or end it and call again"
        )
    # a file arrives once: what it says without a time must not depend on when its chunk was taken
    results = taker.take(unit, read, now=batch.started_at, batch_id=batch.batch_id)
    pairs = list(zip(rows, results, strict=True))
    unit.imports.advance(
        batch.batch_id,
        outcomes=[(row.number, result.outcome, result.record_id) for row, result in pairs],
        in_review=sum(result.in_review for result in results),
    )
    unit.imports.put_aside(
        batch.batch_id,
        [field for row, result in pairs for field in _quarantined(row, result, plan)],
    )
    return results


def _quarantined(row: Row, result: Result, plan: Plan) -> Iterator[Quarantined]:
    for place, problem in enumerate(result.problems):
        value = row.values.get(problem.pointer, row.attributes.get(problem.pointer))
        header = plan.mapping.header_of(problem.pointer) or problem.pointer
        yield Quarantined(
            row_number=row.number,
            field=str(storable(header)),
            value=None if value is None else str(storable(str(value)))[:LONGEST_SHOWN],
            code=problem.code,
            reason=str(storable(problem.detail)),
            row=plan.whole(row) if place == 0 else None,
        )


def _finished(unit: UnitOfWork, batch_id: str, plan: Plan, *, clock: Clock) -> Batch:
    """The batch, after the sums have been proved."""
    batch = unit.imports.get(batch_id)
    counted = unit.imports.counted(batch_id)
    if not (sum(counted.values()) == batch.done_rows == plan.n_rows and counted == batch.counts):
        raise Conflict(
            f"the sums of import {batch_id} are wrong: {plan.n_rows} rows in the file,"
            f" {batch.counts} counted, {counted} written down; has the file been changed?"
        )
    if batch.finished_at is None:
        unit.imports.finish(batch_id, at=clock())
    return unit.imports.get(batch_id)


def _pool(processes: int) -> ProcessPoolExecutor:
    return ProcessPoolExecutor(
        processes, mp_context=get_context("spawn"), initializer=_end_with_parent
    )


def _end_with_parent() -> None:
    """In a process of the pool: leave when the import was killed; nobody else would tell it."""
    parent = parent_process()
    assert parent is not None

    def watch() -> None:
        wait([parent.sentinel])
        os._exit(1)

    Thread(target=watch, daemon=True).start()


def _read_ahead(
    chunks: Iterable[list[Row]], reader: Reader, pool: ProcessPoolExecutor | None
) -> Iterator[Chunk]:
    """The chunks in their order, each with what was read of it."""
    if pool is None:
        for some in chunks:
            yield some, reader(some)
        return
    waiting: deque[tuple[list[Row], Future[list[Any]]]] = deque()
    for some in chunks:
        waiting.append((some, pool.submit(reader, some)))
        if len(waiting) > AHEAD:
            rows, future = waiting.popleft()
            yield rows, future.result()
    for rows, future in waiting:
        yield rows, future.result()
