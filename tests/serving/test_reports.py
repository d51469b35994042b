import asyncio
import json
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from scoring.bundle import load_bundle
from scoring.pointer import read_pointer
from serving.doors import Call
from serving.keys import Caller
from serving.routes import TABLE
from serving.schemas_reports import HealthOut
from serving.store_desk import StoreDesk
from store.database import Store
from tests.serving import models

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
PATH = "/v1/reports/model-health"


@pytest.fixture
def ask(written, tmp_path):
    pointer = read_pointer(written, models.NAME)
    served = SimpleNamespace(pointer=pointer, bundle=load_bundle(pointer.bundle))
    champion = SimpleNamespace(require=lambda: served)
    store = Store.open(f"sqlite:///{tmp_path / 'leadflow.db'}")
    desk = StoreDesk(lambda: store)

    async def carried_out(query, now):
        route, values = TABLE.find("GET", PATH)
        call = Call(
            route=route,
            path=values,
            query=query,
            headers={},
            body=b"",
            caller=Caller(actor="key:test", scopes=frozenset()),
            client=None,
            request_id="r",
            now=now,
            deadline=asyncio.get_running_loop().time() + 60,
            store=desk,
            champion=champion,
        )
        return await route.handler(call)

    yield lambda query="", now=NOW: json.loads(asyncio.run(carried_out(query, now)).content())
    desk.close()


def test_the_champions_health_has_the_documented_shape(ask):
    told = HealthOut.model_validate_json(json.dumps(ask("days=60&locale=zh")))

    assert (told.model["version"], told.days, told.alarms) == ("1", 60, [])


def test_it_is_worked_out_once_a_minute_for_each_question(ask):
    first = ask()

    assert ask(now=NOW + timedelta(seconds=59)) == first
    assert ask("days=7", now=NOW + timedelta(seconds=59)) != first
    later = ask(now=NOW + timedelta(seconds=61))
    assert later["as_of"] == "2026-03-02T12:01:01Z"
