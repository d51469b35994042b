"""The scoring desk: a request's bytes in, an answer's bytes out.

One lead without reasons takes less time than handing it to a thread, so it is scored on the
event loop. Batches, large bodies, what is not plainly right and reasons go to a few threads, and a
queue that grows too long is refused rather than left waiting.
"""

import asyncio
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import TypeVar

from pydantic_core import to_json

from leads.clock import Clock
from leads.score import Reason, Score
from serving import answers
from serving.champion import Champion, Served
from serving.errors import SINGLE_BYTES, Refusal, too_large
from serving.metrics import Meters
from serving.reading import (
    Asked,
    read_explain_request,
    read_plain_score_request,
    read_score_request,
)
from serving.schemas import ExplainRequest

FEW_LEADS = 20
SMALL_BYTES = 64_000
FEW_BYTES = 4_000
"""A body that needs a closer look gets it on the event loop only up to here."""
THREADS = 2
WAITING = 32
"""Requests that may be in the hands of threads or waiting for one."""

T = TypeVar("T")


class Desk:
    """Answers requests with the model being served."""

    def __init__(self, *, champion: Champion, clock: Clock, meters: Meters) -> None:
        self._champion = champion
        self._clock = clock
        self._meters = meters
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="desk")
        self._places = threading.BoundedSemaphore(WAITING)

    def close(self) -> None:
        """Let go of the threads."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    async def score(self, body: bytes, *, deadline: float | None = None) -> bytes:
        """The answer to a score request. Raises InvalidInput, NoChampion or Refusal."""
        served = self._champion.require()
        asked = read_plain_score_request(body) if len(body) <= SMALL_BYTES else None
        if asked is None:
            if len(body) > FEW_BYTES:
                return await self._aside(lambda: self._score(_read(body), served), deadline)
            asked = read_score_request(body)
        if len(asked.leads) > FEW_LEADS or asked.options.explain:
            return await self._aside(lambda: self._score(asked, served), deadline)
        return self._score(asked, served)

    async def explain(self, body: bytes, *, deadline: float | None = None) -> bytes:
        """The answer to an explain request. Raises InvalidInput, NoChampion or Refusal."""
        served = self._champion.require()
        return await self._aside(
            lambda: self._explain(read_explain_request(body), served), deadline
        )

    def _score(self, asked: Asked, served: Served) -> bytes:
        now = self._clock()
        at, calibrated = answers.instant(now), served.bundle.curve.method != "none"
        ids = iter(answers.prediction_ids(len(asked.leads), at=now))
        results = [
            answers.scored(
                score,
                external_id=lead.external_id,
                prediction_id=next(ids),
                scored_at=at,
                calibrated=calibrated,
                reasons=reasons,
            )
            for lead, (score, reasons) in zip(asked.leads, _scores(asked, served, now), strict=True)
        ]
        self._meters.scored(n_ok=len(results), n_errors=len(asked.mistakes))
        if asked.mistakes:
            results = _in_order(results, asked)
        return to_json({"model": served.named, "results": results})

    def _explain(self, request: ExplainRequest, served: Served) -> bytes:
        explanation = served.scorer.explain(
            request.lead.attributes, top=request.top, locale=request.locale, as_of=self._clock()
        )
        self._meters.scored(n_ok=1)
        return to_json(answers.explained(explanation, model=served.named))

    async def _aside(self, work: Callable[[], T], deadline: float | None) -> T:
        """Do `work` in a thread, if one is to be had soon enough."""
        if not self._places.acquire(blocking=False):
            raise Refusal(
                status=503, detail="too many batches are waiting; try again", retry_after=1
            )
        future = self._pool.submit(work)
        future.add_done_callback(lambda _: self._places.release())
        try:
            async with asyncio.timeout_at(deadline):
                return await asyncio.wrap_future(future)
        except TimeoutError:
            raise Refusal(
                status=503,
                detail="not answered in time; ask about fewer leads at a time",
                retry_after=2,
            ) from None


def _read(body: bytes) -> Asked:
    asked = read_score_request(body)
    if len(asked.external_ids) == 1 and len(body) > SINGLE_BYTES:
        raise too_large(SINGLE_BYTES, "a single lead")
    return asked


def _scores(
    asked: Asked, served: Served, now: datetime
) -> Iterator[tuple[Score, tuple[Reason, ...]]]:
    """Each lead's score, with its reasons if they were asked for."""
    top, locale = asked.options.explain, asked.options.locale
    for lead in asked.leads:
        if top:
            found = served.scorer.explain(lead.attributes, top=top, locale=locale, as_of=now)
            yield found.score, found.reasons
        else:
            yield served.scorer.score_one(lead.attributes, as_of=now), ()


def _in_order(results: Sequence[answers.Members], asked: Asked) -> list[answers.Members]:
    """Results and refusals, in the order the leads were given."""
    good = iter(results)
    return [
        answers.refused(asked.mistakes[i], external_id=external_id)
        if i in asked.mistakes
        else next(good)
        for i, external_id in enumerate(asked.external_ids)
    ]
