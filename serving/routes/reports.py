"""Reports, worked out at most once a minute."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from leads.access import Scope
from leads.score import Locale
from serving.answers import Members
from serving.doors import Answer, Call, Documents, Route
from serving.schemas_reports import HealthOut, HealthQuery

if TYPE_CHECKING:
    from store.unit_of_work import UnitOfWork

KEPT = timedelta(minutes=1)
MOST_KEPT = 16


class Kept:
    """The newest answers, by what they are about."""

    def __init__(self) -> None:
        self._answers: dict[tuple[object, ...], tuple[datetime, Members]] = {}

    def get(self, about: tuple[object, ...], *, now: datetime) -> Members | None:
        """An answer that is not older than a minute."""
        at, answer = self._answers.get(about, (now - KEPT, None))
        return answer if now - at < KEPT else None

    def put(self, about: tuple[object, ...], answer: Members, *, now: datetime) -> None:
        """Keep one; the oldest goes when there are too many."""
        self._answers.pop(about, None)
        self._answers[about] = (now, answer)
        while len(self._answers) > MOST_KEPT:
            del self._answers[next(iter(self._answers))]


_kept = Kept()


async def model_health(call: Call) -> Answer:
    """The champion's health, from the scores that were kept."""
    asked = call.asked(HealthQuery)
    served = call.champion.require()
    locale = Locale(asked.locale)
    about = (call.store, served.pointer.name, served.pointer.version, asked.days, locale)
    answer = _kept.get(about, now=call.now)
    if answer is not None:
        return Answer(answer)

    def work(unit: "UnitOfWork") -> Members:
        from pipelines.health.looking import look_at_store
        from pipelines.health.report import health_members
        from pipelines.models import Model

        model = Model(
            name=served.pointer.name, version=served.pointer.version, bundle=served.bundle
        )
        return health_members(look_at_store(unit, model, now=call.now, days=asked.days), locale)

    answer = await call.reading(work)
    _kept.put(about, answer, now=call.now)
    return Answer(answer)


ROUTES: Sequence[Route] = (
    Route(
        "GET",
        "/v1/reports/model-health",
        model_health,
        scope=Scope.LEADS_READ,
        documents=Documents(
            summary="The champion's health",
            description="What moved since training, since when, and whether promises came true;"
            " worked out at most once a minute from scores kept with `options.persist`.",
            answer=HealthOut,
            query=HealthQuery,
        ),
    ),
)
