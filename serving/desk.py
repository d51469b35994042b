"""The scoring desk: a request's bytes in, an answer's bytes out.

One lead without reasons takes less time than handing it to a thread, so it is scored on the
event loop. Batches, large bodies, what is not plainly right and reasons go to a few threads, and a
queue that grows too long is refused rather than left waiting.
"""

import asyncio
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic_core import to_json

from leads.access import Scope
from leads.clock import Clock
from leads.ids import new_ids
from leads.score import Explanation, Locale, Score
from serving import answers
from serving.answering import Answering
from serving.errors import SINGLE_BYTES, Refusal, too_large
from serving.keys import ANYBODY, Caller
from serving.metrics import DAY_ONE, Meters
from serving.models import CHAMPION, Chosen, Models
from serving.reading import (
    Asked,
    read_explain_request,
    read_plain_score_request,
    read_score_request,
)
from serving.schemas import ExplainRequest, ScoreOptions
from serving.store_desk import StoreDesk
from serving.told import tell, tell_one, to_store

if TYPE_CHECKING:
    from scoring.profile import Following
    from scoring.profile.acts import Acts
    from store.unit_of_work import UnitOfWork

FEW_LEADS = 20
SMALL_BYTES = 64_000
FEW_BYTES = 4_000
"""A body that needs a closer look gets it on the event loop only up to here."""
THREADS = 2
WAITING = 32
"""Requests that may be in the hands of threads or waiting for one."""

T = TypeVar("T")


class Repeated(bytes):
    """An answer that was given before, to the same request."""


class Desk:
    """Answers requests with the model being served."""

    def __init__(
        self, *, models: Models, clock: Clock, meters: Meters, store: StoreDesk | None = None
    ) -> None:
        self._models = models
        self._store = store or StoreDesk(None)
        self._clock = clock
        self._meters = meters
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="desk")
        self._places = threading.BoundedSemaphore(WAITING)

    def close(self) -> None:
        """Let go of the threads."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    async def score(
        self,
        body: bytes,
        *,
        caller: Caller = ANYBODY,
        key: str | None = None,
        deadline: float | None = None,
    ) -> bytes:
        """The answer to a score request; `key` is its Idempotency-Key.

        Raises InvalidInput, NoChampion or Refusal.
        """
        first = self._models.first()
        served, role = first.served, first.role
        asked = read_plain_score_request(body) if len(body) <= SMALL_BYTES else None
        if asked is None:
            if len(body) > FEW_BYTES:
                asked = await self._aside(lambda: _read(body), deadline)
            else:
                asked = read_score_request(body)
        if asked.options.model != CHAMPION:
            chosen = self._models.pick(asked.options.model, pointer="/options/model")
            served, role = chosen.served, chosen.role
        if not asked.is_plain:
            return await self._score_told(asked, served, role, body, caller, key, deadline)
        if len(asked.leads) > FEW_LEADS or asked.options.explain or role == DAY_ONE:
            return await self._aside(lambda: self._score(asked, served, role), deadline)
        return self._score(asked, served, role)

    async def explain(
        self, body: bytes, *, caller: Caller = ANYBODY, deadline: float | None = None
    ) -> bytes:
        """The answer to an explain request.

        Raises InvalidInput, NotFound, NoChampion or Refusal.
        """
        self._models.first()
        request = await self._aside(lambda: read_explain_request(body), deadline)
        chosen = self._models.pick(request.model, pointer="/model")
        if request.lead_id is None and request.lead.lead_id is None:
            return await self._aside(lambda: self._explain(request, chosen, None), deadline)
        caller.need(Scope.LEADS_READ)
        return await self._store.reading(
            lambda unit: self._explain(request, chosen, unit), deadline=deadline
        )

    async def _score_told(
        self,
        asked: Asked,
        served: Answering,
        role: str,
        body: bytes,
        caller: Caller,
        key: str | None,
        deadline: float | None,
    ) -> bytes:
        """For leads that are stored, or to be, or described in a source's own names."""
        is_stored = any(lead.lead_id is not None for lead in asked.leads)
        if is_stored:
            caller.need(Scope.LEADS_READ)
        now = self._clock()
        if asked.options.persist:
            caller.need(Scope.LEADS_WRITE)
            kept = await self._store.writing_once(
                lambda unit: self._results(asked, served, role, unit, now),
                status=200,
                deadline=deadline,
                caller=caller.actor,
                key=key,
                route="POST /v1/score",
                payload=body,
                now=now,
            )
            content = kept.content.encode()
            return Repeated(content) if kept.is_repeated else content
        if not is_stored:
            return await self._aside(
                lambda: to_json(self._results(asked, served, role, None, now)), deadline
            )
        return await self._store.reading(
            lambda unit: to_json(self._results(asked, served, role, unit, now)), deadline=deadline
        )

    def _results(
        self,
        asked: Asked,
        served: Answering,
        role: str,
        unit: "UnitOfWork | None",
        now: datetime,
    ) -> answers.Members:
        calibrated, locale = served.is_calibrated, asked.options.locale
        leads, mistakes = tell(asked, served, unit, now=now)
        ids = new_ids(len(leads), at=now)
        results: dict[int, answers.Members] = {}
        kept = []
        scores = _scores([(one.attributes, one.acts) for one in leads], asked.options, served, now)
        for lead, (score, explanation), prediction_id in zip(leads, scores, ids, strict=True):
            result = answers.scored(
                score,
                external_id=lead.external_id,
                prediction_id=prediction_id,
                scored_at=answers.instant(now),
                calibrated=calibrated,
                following=self._following(lead.whole, locale),
                explanation=explanation,
            )
            results[lead.position] = answers.with_lead_id(result, lead.asked_for)
            if asked.options.persist:
                kept.append(
                    to_store(
                        lead,
                        score,
                        served,
                        prediction_id=prediction_id,
                        now=now,
                    )
                )
        if kept:
            assert unit is not None
            unit.scores.add(kept)
        self._meters.scored(n_ok=len(results), n_errors=len(mistakes), role=role)
        by_id = _ids_asked_for(asked)
        for i, problems in mistakes.items():
            refused = answers.refused(problems, external_id=asked.external_ids[i])
            results[i] = answers.with_lead_id(refused, by_id.get(i))
        return {"model": served.named, "results": [results[i] for i in sorted(results)]}

    def _score(self, asked: Asked, served: Answering, role: str) -> bytes:
        now = self._clock()
        at, calibrated, locale = answers.instant(now), served.is_calibrated, asked.options.locale
        ids = iter(new_ids(len(asked.leads), at=now))
        results = [
            answers.scored(
                score,
                external_id=lead.external_id,
                prediction_id=next(ids),
                scored_at=at,
                calibrated=calibrated,
                following=self._following(lead.attributes, locale),
                explanation=explanation,
            )
            for lead, (score, explanation) in zip(
                asked.leads,
                _scores(
                    [(lead.attributes, None) for lead in asked.leads], asked.options, served, now
                ),
                strict=True,
            )
        ]
        self._meters.scored(n_ok=len(results), n_errors=len(asked.mistakes), role=role)
        if asked.mistakes:
            results = _in_order(results, asked)
        return to_json({"model": served.named, "results": results})

    def _explain(self, request: ExplainRequest, chosen: Chosen, unit: "UnitOfWork | None") -> bytes:
        served, now = chosen.served, self._clock()
        lead = tell_one(request, served, unit, now=now)
        explanation = served.explain(
            lead.attributes, top=request.top, locale=request.locale, now=now, acts=lead.acts
        )
        self._meters.scored(n_ok=1, role=chosen.role)
        explained = answers.explained(explanation, model=served.named)
        return to_json(answers.with_lead_id(explained, lead.asked_for))

    def _following(self, lead: Mapping[str, Any], locale: Locale) -> "Following | None":
        fallback = self._models.fallback
        return None if fallback is None else fallback.following(lead, locale)

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
    leads: Sequence[tuple[Mapping[str, Any], "Acts | None"]],
    options: ScoreOptions,
    served: Answering,
    now: datetime,
) -> Iterator[tuple[Score, Explanation | None]]:
    """Each lead's score, explained if reasons were asked for."""
    top, locale = options.explain, options.locale
    for lead, acts in leads:
        if top:
            found = served.explain(lead, top=top, locale=locale, now=now, acts=acts)
            yield found.score, found
        else:
            yield served.score(lead, now=now, acts=acts), None


def _ids_asked_for(asked: Asked) -> dict[int, str]:
    """The ids leads were asked for by, by position."""
    good = (i for i in range(len(asked.external_ids)) if i not in asked.mistakes)
    found = zip(good, asked.leads, strict=True)
    return {i: lead.lead_id for i, lead in found if lead.lead_id is not None}


def _in_order(results: Sequence[answers.Members], asked: Asked) -> list[answers.Members]:
    """Results and refusals, in the order the leads were given."""
    good = iter(results)
    return [
        answers.refused(asked.mistakes[i], external_id=external_id)
        if i in asked.mistakes
        else next(good)
        for i, external_id in enumerate(asked.external_ids)
    ]
