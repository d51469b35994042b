"""The routes of merges, reviews and a person's rights, each with the real use case and store."""

import asyncio
import json

import pytest

from leads.access import ALL_SCOPES, Scope
from leads.errors import Conflict, InvalidInput, NotFound
from leads.merge import Review
from pipelines.merging import work_out
from serving.doors import Call
from serving.keys import Caller
from serving.routes import TABLE
from serving.schemas_merges import (
    DecidedOut,
    ErasedOut,
    ExportOut,
    MergeOut,
    PreviewOut,
    ReviewOut,
    ReviewsOut,
    UndoneOut,
)
from serving.store_desk import StoreDesk
from tests.databases import open_store
from tests.factories import NOON, a_lead, a_version

MAIL = {"left": "a@b.example", "right": "a@b.example"}
EVIDENCE = ({"field": "email", "level": "exact", "weight": 9.0, **MAIL},)


@pytest.fixture
def ask(tmp_path):
    """Asks a route, as the gate would, and gives the answer in JSON."""
    with open_store("sqlite", tmp_path) as (store, _):
        fill(store)
        desk = StoreDesk(lambda: store)

        def ask(method, path, body=None, query=""):
            route, values = TABLE.find(method, path)
            call = Call(
                route=route,
                path=values,
                query=query,
                headers={},
                body=json.dumps(body).encode() if body is not None else b"",
                caller=Caller(actor="key:1", scopes=ALL_SCOPES),
                client=None,
                request_id="r",
                now=NOON,
                deadline=None,
                store=desk,
                champion=None,
            )
            return json.loads(asyncio.run(route.handler(call)).content())

        yield ask
        desk.close()


def fill(store):
    with store.writing() as unit:
        ids = ["L-1", "L-2", "L-3"]
        unit.leads.add([a_lead(one) for one in ids])
        unit.history.add_versions(
            [a_version(one, fields={"full_name": f"Anna {one}", "city": "Bonn"}) for one in ids]
        )
        work_out(unit, ids, now=NOON)
        for pair in (("L-1", "L-2"), ("L-1", "L-3")):
            told = {"lead_a": pair[0], "lead_b": pair[1], "evidence": EVIDENCE, "opened_at": NOON}
            unit.reviews.add([Review(review_id=f"R-{pair[1]}", probability=0.7, **told)])


def test_a_merge_is_seen_done_and_undone(ask):
    seen = ask("POST", "/v1/merges", {"lead_ids": ["L-1", "L-2"], "preview": True})
    assert PreviewOut.model_validate(seen).lead_id == "L-1"

    done = MergeOut.model_validate(ask("POST", "/v1/merges", {"lead_ids": ["L-2", "L-1"]}))
    assert (done.lead_id, done.actor, done.cause) == ("L-1", "key:1", "person")
    with pytest.raises(Conflict):
        ask("POST", "/v1/merges", {"lead_ids": ["L-2", "L-1"]})

    undone = UndoneOut.model_validate(ask("POST", f"/v1/merges/{done.merge_id}/undo"))
    assert undone.undone_by == "key:1"
    with pytest.raises(Conflict):
        ask("POST", f"/v1/merges/{done.merge_id}/undo", {"remember": False})


def test_a_review_is_read_in_both_languages_and_decided(ask):
    queue = ReviewsOut.model_validate(ask("GET", "/v1/reviews", query="locale=zh&limit=1"))
    assert (queue.open, len(queue.reviews)) == (2, 1)
    english = ReviewOut.model_validate(ask("GET", "/v1/reviews/R-L-2"))
    assert english.reasons != queue.reviews[0].reasons
    assert english.preview.lead_id == "L-1"

    decided = DecidedOut.model_validate(ask("POST", "/v1/reviews/R-L-2", {"decision": "merge"}))
    assert (decided.review.state, decided.merge.cause) == ("merged", "review")
    assert "e-mail" in decided.merge.reasons

    apart = DecidedOut.model_validate(ask("POST", "/v1/reviews/R-L-3", {"decision": "different"}))
    assert (apart.review.state, apart.merge) == ("different", None)
    with pytest.raises(Conflict, match="was decided on 2026-03-02: different"):
        ask("POST", "/v1/reviews/R-L-3", {"decision": "merge"})


def test_a_person_is_told_everything_and_then_forgotten(ask):
    told = ask("GET", "/v1/leads/L-1/export")
    assert ExportOut.model_validate(told).current["fields"]["full_name"] == "Anna L-1"

    erased = ErasedOut.model_validate(ask("DELETE", "/v1/leads/L-1"))
    assert erased.lead_ids == ["L-1"]
    for method, path in (("DELETE", "/v1/leads/L-1"), ("GET", "/v1/leads/L-1/export")):
        with pytest.raises(NotFound, match="erased on request"):
            ask(method, path)


@pytest.mark.parametrize(
    "body", [{}, {"lead_ids": ["L-1"]}, {"lead_ids": ["L-1", "L-2"], "previw": True}]
)
def test_what_cannot_be_a_merge_is_refused(ask, body):
    with pytest.raises(InvalidInput):
        ask("POST", "/v1/merges", body)


def test_only_an_administrator_erases_and_exports():
    for method, path in (("DELETE", "/v1/leads/L-1"), ("GET", "/v1/leads/L-1/export")):
        assert TABLE.find(method, path)[0].scope is Scope.ADMIN
