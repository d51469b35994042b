from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from leads.clock import ClockBasis
from leads.errors import Conflict, NotFound
from leads.lead import StageMove
from leads.lifecycle import NEXT, Stage
from leads.merge import MergeCause, Review, ReviewState
from pipelines.merging import FURTHER, KeptApart, merge, preview, undo
from tests.databases import KINDS, open_store
from tests.factories import NOON, a_lead, a_version, an_outside_id
from tests.stores import clear, everything

LATER = NOON + timedelta(days=1)
PERSON = {"actor": "person:a", "cause": MergeCause.PERSON, "now": LATER}
IDS = [f"L-{n}" for n in range(1, 6)]


@pytest.fixture(params=KINDS)
def store(request, tmp_path):
    with open_store(request.param, tmp_path) as (opened, _):
        yield opened


def put(store, *ids, **given):
    """Leads of these ids, the first the oldest, each with one statement."""
    with store.writing() as unit:
        for age, lead_id in enumerate(ids):
            created = NOON + age * timedelta(hours=1)
            told = a_version(lead_id, occurred_at=created, origin="crm", **given)
            unit.leads.add([a_lead(lead_id, created_at=created, fields=dict(told.fields))])
            unit.history.add_versions([told])
            unit.leads.put_outside([an_outside_id(lead_id, lead_id)])


def a_review(lead_a="L-1", lead_b="L-2", **given):
    told = {"review_id": f"R-{lead_a}-{lead_b}", "probability": 0.6, "opened_at": NOON}
    return Review(lead_a=lead_a, lead_b=lead_b, **{**told, **given})


def test_the_older_lead_speaks_for_both_with_the_newest_values(store):
    put(store, "L-1", "L-2", fields={"city": "Bonn"})
    with store.writing() as unit:
        unit.history.add_versions([a_version("L-2", fields={"city": "Ulm"}, occurred_at=LATER)])

        done = merge(unit, "L-2", "L-1", **PERSON)

        assert (done.survivor_id, done.absorbed_id) == ("L-1", "L-2")
        assert unit.leads.get("L-2").lead_id == "L-1"
        assert unit.leads.get("L-1").fields == {"city": "Ulm"}
        assert [one.external_id for one in unit.leads.outside_ids_of("L-1")] == ["L-1", "L-2"]
        assert next(unit.leads.rows(["L-2"])).fields == {}
        assert [entry["action"] for entry in unit.audit.of("L-2")] == ["lead_merged"]


def test_the_lead_further_along_speaks_for_both(store):
    put(store, "L-1", "L-2")
    with store.writing() as unit:
        unit.leads.add([a_lead("L-3", created_at=LATER, stage=Stage.SAL)])

        merge(unit, "L-1", "L-2", **PERSON)
        merge(unit, "L-2", "L-3", **PERSON)

        assert unit.leads.roots_of(IDS[:3]) == dict.fromkeys(IDS[:3], "L-3")
        assert unit.leads.get("L-1").stage is Stage.SAL


def test_every_stage_has_its_place_and_moving_on_is_further():
    assert sorted(FURTHER) == sorted(Stage)
    for stage in FURTHER[-5:-1]:  # an open one moves on to a further one
        assert any(FURTHER.index(then) > FURTHER.index(stage) for then in NEXT[stage])


@pytest.mark.parametrize(
    ("a", "b", "error", "says"),
    [
        ("L-1", "L-1", Conflict, "with itself"),
        ("L-1", "L-9", NotFound, "no lead L-9"),
        ("L-1", "L-4", NotFound, "erased on request"),
        ("L-1", "L-2", Conflict, "one already: lead L-1 speaks for both"),
        ("L-2", "L-1", Conflict, "one already"),
    ],
)
def test_a_merge_that_cannot_be_is_refused_and_changes_nothing(store, a, b, error, says):
    put(store, "L-1", "L-2", "L-3")
    with store.writing() as unit:
        unit.leads.add([a_lead("L-4", erased_at=NOON)])
        merge(unit, "L-1", "L-2", **PERSON)
    before = everything(store)

    with pytest.raises(error, match=says), store.writing() as unit:
        merge(unit, a, b, **PERSON)
    with pytest.raises(error, match=says), store.reading() as unit:
        preview(unit, a, b)

    assert everything(store) == before


def test_undoing_twice_or_what_never_was_is_refused(store):
    put(store, "L-1", "L-2")
    with store.writing() as unit:
        done = merge(unit, "L-1", "L-2", **PERSON)
        undo(unit, done.merge_id, actor="person:b", now=LATER)

        with pytest.raises(Conflict, match="undone on 2026-03-03 by person:b"):
            undo(unit, done.merge_id, actor="person:b", now=LATER)
        with pytest.raises(NotFound, match="no merge M-9"):
            undo(unit, "M-9", actor="person:b", now=LATER)


def test_a_preview_is_what_the_merge_then_does(store):
    put(store, "L-1", fields={"city": "Bonn", "email": "a@b.example"})
    put(store, "L-2", fields={"city": "Ulm", "phone": "+4930901820"})
    with store.writing() as unit:
        unit.history.add_versions([a_version("L-2", fields={"city": "Ulm"}, occurred_at=LATER)])
    before = everything(store)

    with store.reading() as unit:
        seen = preview(unit, "L-1", "L-2")

    assert everything(store) == before
    assert seen.facts == {"outside_ids": 1, "lead_versions": 2}
    city = next(one for one in seen.fields if one.name == "city")
    assert (city.value, city.why, city.of_survivor, city.of_absorbed) == (
        "Ulm",
        "newest",
        "Bonn",
        "Ulm",
    )
    with store.writing() as unit:
        done = merge(unit, "L-1", "L-2", **PERSON)
        lead = unit.leads.get("L-1")
    assert (seen.survivor_id, seen.absorbed_id) == (done.survivor_id, done.absorbed_id)
    assert {one.name: one.value for one in seen.fields} == lead.fields
    assert seen.stage is lead.stage


def test_a_question_is_answered_by_the_merge_and_open_again_when_it_is_undone(store):
    put(store, "L-1", "L-2", "L-3")
    with store.writing() as unit:
        unit.reviews.add([a_review("L-2", "L-3"), a_review("L-1", "L-3")])
        merge(unit, "L-1", "L-2", **PERSON)
        second = merge(unit, "L-1", "L-3", **PERSON)
        assert unit.reviews.page() == []

        undone = undo(unit, second.merge_id, actor="person:b", now=LATER)

        assert undone.reopened == ("R-L-2-L-3",)
        states = {one.review_id: one.state for one in unit.reviews.of(["L-3"])}
        assert states == {
            "R-L-2-L-3": ReviewState.OPEN,
            "R-L-1-L-3": ReviewState.DIFFERENT,
        }


def test_what_a_person_called_different_is_not_merged_by_itself_nor_in_a_group(store):
    put(store, *IDS)
    matching = {"actor": "system", "cause": "matching", "now": LATER}
    with store.writing() as unit:
        unit.reviews.add([a_review("L-1", "L-3", state=ReviewState.DIFFERENT)])
        merge(unit, "L-1", "L-2", **matching)
        merge(unit, "L-3", "L-4", **matching)

        with pytest.raises(KeptApart, match="L-1 and lead L-3 were said to be different"):
            merge(unit, "L-2", "L-4", **matching)

        assert preview(unit, "L-2", "L-4").kept_apart == ("R-L-1-L-3",)
        merge(unit, "L-2", "L-4", **PERSON)
        assert len(unit.leads.clusters_of(["L-1"])["L-1"]) == 4


def test_an_undone_merge_is_not_made_again_by_itself(store):
    put(store, "L-1", "L-2")
    matching = {"actor": "system", "cause": "matching", "now": LATER}
    with store.writing() as unit:
        done = merge(unit, "L-1", "L-2", **matching)
        undo(unit, done.merge_id, actor="person:b", now=LATER)

        with pytest.raises(KeptApart):
            merge(unit, "L-1", "L-2", **matching)


def test_undoing_an_old_merge_tells_what_was_merged_since(store):
    put(store, "L-1", "L-2", "L-3")
    with store.writing() as unit:
        first = merge(unit, "L-1", "L-2", **PERSON)
        second = merge(unit, "L-1", "L-3", **PERSON)

        undone = undo(unit, first.merge_id, actor="person:b", now=LATER)

        assert undone.later == (second,)
        assert unit.leads.roots_of(IDS[:3]) == {"L-1": "L-1", "L-2": "L-2", "L-3": "L-1"}


# Exact undo: a story with merges that are undone, and the same story without them.

STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("merge"), st.integers(0, 4), st.integers(0, 4)),
        st.tuples(st.just("undo"), st.integers(0, 9), st.just(0)),
        st.tuples(st.just("say"), st.integers(0, 4), st.integers(0, 5)),
        st.tuples(st.just("move"), st.integers(0, 4), st.integers(0, 5)),
        st.tuples(st.just("ask"), st.integers(0, 4), st.integers(0, 4)),
    ),
    min_size=4,
    max_size=14,
)


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=STEPS)
def test_undoing_leaves_the_store_as_if_the_merge_had_never_been(store, steps):
    clear(store)
    story, undone = _tell(store, steps)
    told = _told(store)
    clear(store)

    _tell_again(store, [one for place, one in enumerate(story) if place not in undone])

    assert _told(store) == told


def _told(store):
    """All but what says that something happened: merges, the audit, and when."""
    without = ("updated_at", "decided_at", "version_id", "move_id")
    found = everything(store, without=without)
    return {name: found[name] for name in found if name not in ("merges", "audit_log")}


def _tell(store, steps):
    """Do the steps; what was done, and the places of the merges that were undone."""
    put(store, *IDS, fields={"city": "Bonn"})
    story, places, undone = [], {}, set()
    with store.writing() as unit:
        for number, (what, one, other) in enumerate(steps):
            now = LATER + number * timedelta(minutes=1)
            if what == "undo":
                standing = [one for one in places if places[one] not in undone]
                if standing:
                    chosen = standing[one % len(standing)]
                    undo(unit, chosen, actor="p", now=now, remember=False)
                    undone.add(places[chosen])
                continue
            did = _step(unit, what, IDS[one], other, now=now)
            if did is not None:
                if what == "merge":
                    places[did[-1]] = len(story)
                story.append(did)
    return story, undone


def _step(unit, what, lead_id, other, *, now):
    if what == "merge":
        ids = unit.leads.roots_of([lead_id, IDS[other]])
        if len(set(ids.values())) < 2:
            return None
        done = merge(unit, *ids.values(), actor="p", cause="person", now=now)
        return "merge", (*ids.values(),), now, done.merge_id
    if what == "say":
        unit.history.add_versions([_said(lead_id, other, now)])
        _work_out(unit, lead_id, now)
        return "say", lead_id, other, now
    if what == "move":
        root = unit.leads.get(lead_id)
        onward = sorted(NEXT[root.stage])
        if not onward:
            return None
        to = onward[other % len(onward)]
        unit.history.move([_moved(root.lead_id, root.stage, to, now)])
        return "move", root.lead_id, root.stage, to, now
    if lead_id == IDS[other]:
        return None
    pair = sorted((lead_id, IDS[other]))
    if len(set(unit.leads.roots_of(pair).values())) < 2:
        return None  # those are one; nobody asks
    unit.reviews.add([a_review(*pair)])
    return "ask", pair, now


def _tell_again(store, story):
    put(store, *IDS, fields={"city": "Bonn"})
    with store.writing() as unit:
        for what, *told in story:
            if what == "merge":
                ids, now, _ = told
                merge(unit, *ids, actor="p", cause="person", now=now)
            elif what == "say":
                lead_id, other, now = told
                unit.history.add_versions([_said(lead_id, other, now)])
                _work_out(unit, lead_id, now)
            elif what == "move":
                unit.history.move([_moved(*told)])
            else:
                unit.reviews.add([a_review(*told[0])])


def _said(lead_id, other, now):
    field, origin = ["city", "company", "email"][other % 3], ["form", "person", "crm"][other % 3]
    value = None if other == 5 else f"{lead_id} {other}"
    return a_version(lead_id, fields={field: value}, origin=origin, occurred_at=now, known_at=now)


def _work_out(unit, lead_id, now):
    from pipelines.merging import work_out

    work_out(unit, [unit.leads.get(lead_id).lead_id], now=now)


def _moved(lead_id, stage, to, now):
    return StageMove(
        lead_id=lead_id,
        from_stage=stage,
        to_stage=to,
        occurred_at=now,
        known_at=now,
        clock=ClockBasis.ARRIVAL,
        actor="system",
        cause="test",
        definition_version="1",
    )
