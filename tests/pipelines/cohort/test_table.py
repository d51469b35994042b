"""The cohort of a store: nothing in it was learnt later, and serving says the same."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pandas import isna

from leads.campaigns import TouchpointKind
from leads.clock import ClockBasis
from leads.errors import InvalidInput
from leads.events import EventKind
from leads.lifecycle import Stage
from pipelines.cohort.asked import Asked
from pipelines.cohort.inputs import inputs_as_of
from pipelines.cohort.table import OURS, cohort_table
from tests.databases import KINDS, open_store
from tests.factories import NOON, a_campaign, a_lead, a_touchpoint, a_version
from tests.store.test_population import a_move, an_event
from tests.stores import clear

DAY = timedelta(days=1)
NOW = NOON + 400 * DAY
ASKED = Asked(every_days=20, window_days=30)
N = 60


@pytest.fixture(params=KINDS)
def store(request, tmp_path):
    with open_store(request.param, tmp_path) as (opened, _):
        yield opened


def a_click(message_id, lead_id, at, *, known_at=None, url="/a"):
    """On one of the two links of a mail."""
    told = {"mail_id": "M", "url": url, "links_in_mail": 2}
    times = {"occurred_at": at, "known_at": known_at or at}
    return an_event(message_id, lead_id, kind=EventKind.EMAIL_CLICKED, attributes=told, **times)


def a_past(store):
    """Sixty leads of twelve companies, half of which convert; each says and does something."""
    ids = [f"L-{number:02}" for number in range(N)]
    arrived = {lead_id: NOON + number * DAY for number, lead_id in enumerate(ids)}
    with store.writing() as unit:
        unit.campaigns.add([a_campaign("C-1")])
        unit.leads.add(
            [
                a_lead(lead_id, created_at=arrived[lead_id], account=f"domain:{number % 12}")
                for number, lead_id in enumerate(ids)
            ]
        )
        said = {"clock": ClockBasis.SOURCE, "batch_id": "B", "origin": "crm"}
        unit.history.add_versions(
            [
                a_version(
                    lead_id,
                    occurred_at=arrived[lead_id] + days * DAY,
                    known_at=arrived[lead_id] + days * DAY,
                    fields={"employees": 10 + days, "country": "Germany"},
                    attributes={"product": "ab"[days % 2]},
                    **said,
                )
                for days in (0, 25)
                for lead_id in ids
            ]
        )
        unit.events.add(
            [
                an_event(f"{lead_id}-{day}", lead_id, occurred_at=at, known_at=at)
                for lead_id in ids
                for day in (1, 15, 33)
                if (at := arrived[lead_id] + day * DAY)
            ]
        )
        unit.events.add(
            [a_click(f"{lead_id}-c", lead_id, arrived[lead_id] + 2 * DAY) for lead_id in ids]
        )
        unit.history.move(
            [
                a_move(lead_id, to, arrived[lead_id] + day * DAY)
                for number, lead_id in enumerate(ids)
                for to, day in ((Stage.MQL, 22), (Stage.SQL, 45))[: 1 + number % 2]
            ]
        )
        unit.history.move([a_move(ids[0], Stage.RECYCLED, NOON + 200 * DAY)])
    return ids


def table_of(store, asked=ASKED):
    with store.reading() as unit:
        return cohort_table(unit, asked, now=NOW, min_class=20)


def rows_of(table):
    """(lead, moment) -> what the model may look at."""
    frame = table.frame.set_index(["lead_id", "as_of"])
    looked_at = frame.drop(columns=[name for name in OURS if name in frame])
    return {
        key: {name: repr(value) for name, value in row.items() if not isna(value)}
        for key, row in looked_at.to_dict("index").items()
    }


def test_a_row_says_what_was_known_at_its_moment(store):
    a_past(store)

    rows = rows_of(table_of(store))

    first = {moment: row for (lead, moment), row in rows.items() if lead == "L-01"}
    assert [float(row["employees"]) for _, row in sorted(first.items())] == [10, 10, 35]


LATER = st.lists(
    st.tuples(
        st.sampled_from(["field", "event", "click", "touchpoint", "move", "stitched"]),
        st.integers(0, N - 1),
        st.integers(0, 60),
        st.sampled_from(["Germany", "France", None]),
    ),
    min_size=1,
    max_size=6,
)


def insert_later(store, ids, told, *, known_at):
    """Facts of any time that reach us afterwards."""
    with store.writing() as unit:
        for number, (what, lead, day, country) in enumerate(told):
            times = {"occurred_at": NOON + (lead + day) * DAY, "known_at": known_at}
            if what == "field":
                fields = {"country": country, "employees": 9999, "website": "other.example"}
                told_of = {"fields": fields, "attributes": {"product": "later", "news": "x"}}
                clock = ClockBasis.SOURCE if day % 2 else ClockBasis.UNKNOWN
                version = a_version(ids[lead], batch_id="later", origin="crm", clock=clock)
                unit.history.add_versions(
                    [type(version)(**{**_members(version), **told_of, **times})]
                )
            elif what == "event":
                kind = EventKind.DEMO_REQUESTED
                unit.events.add([an_event(f"later-{number}", ids[lead], kind=kind, **times)])
            elif what == "click":
                at = NOON + (lead + 2) * DAY + timedelta(seconds=day % 8)
                click = a_click(f"later-{number}", ids[lead], at, known_at=known_at, url="/b")
                unit.events.add([click])
            elif what == "stitched":
                at = times["occurred_at"]
                visit = an_event(
                    f"later-{number}", None, anonymous_id=f"c{number}", occurred_at=at, known_at=at
                )
                unit.events.add([visit])
                unit.anonymous_ids.stitch(f"c{number}", ids[lead], at=known_at, cause="form")
            elif what == "touchpoint":
                touch = a_touchpoint(
                    f"later-{number}", lead_id=ids[lead], kind=TouchpointKind.ATTENDED, **times
                )
                unit.touchpoints.add([touch])
            else:
                move = a_move(ids[lead], Stage.ENGAGED, times["occurred_at"])
                unit.history.move([type(move)(**{**_members(move), "known_at": known_at})])


def _members(record):
    return {name: getattr(record, name) for name in type(record).__slots__}


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(told=LATER)
def test_what_became_known_later_changes_no_row(store, told):
    clear(store)
    ids = a_past(store)
    before = rows_of(table_of(store))

    insert_later(store, ids, told, known_at=NOON + 300 * DAY)
    after = rows_of(table_of(store))

    assert len(before) > N
    for key, row in before.items():
        assert after[key] == row


@pytest.mark.parametrize(
    ("what", "whose"), [("field", {"L-01"}), ("click", {"L-01", "L-13", "L-25"})]
)
def test_what_was_known_in_time_does_change_the_row(store, what, whose):
    """Else the test before could not fail. Colleagues see the click, too."""
    ids = a_past(store)
    before = rows_of(table_of(store))

    known_at = NOON + 3 * DAY + timedelta(seconds=5)
    insert_later(store, ids, [(what, 1, 1, "France")], known_at=known_at)
    after = rows_of(table_of(store))

    assert {lead for (lead, moment), row in after.items() if before[lead, moment] != row} == whose


def test_serving_is_told_what_the_row_says(store):
    a_past(store)
    table = table_of(store)
    rows = rows_of(table)

    for lead, moment in list(rows)[::7]:
        with store.reading() as unit:
            told = inputs_as_of(unit, [lead], now=moment.to_pydatetime())[lead]
        known = {name: value for name, value in told.items() if value is not None}
        assert {name: _plain(repr(value)) for name, value in known.items()} == {
            name: _plain(text) for name, text in rows[lead, moment].items()
        }


def _plain(text):
    """A column of whole numbers with gaps holds fractions: 10.0 is 10."""
    return text.removesuffix(".0")


def test_every_candidate_is_accounted_for_on_the_report(store):
    a_past(store)
    told = table_of(store, Asked(window_days=30)).to_json()

    assert told["candidates"] == N
    assert told["learnt"] + told["immature"] + sum(told["excluded"].values()) == N
    assert told["converted"] == N / 2


def test_no_leads_and_no_outcomes_are_told_apart(store):
    with pytest.raises(InvalidInput, match="no leads in the store"):
        table_of(store)
    with store.writing() as unit:
        unit.leads.add([a_lead()])
    with pytest.raises(InvalidInput, match="no stage move and no opportunity"):
        table_of(store)


def test_thirty_leads_are_too_few_and_it_says_how_many_are_needed(store):
    a_past(store)

    with store.reading() as unit, pytest.raises(InvalidInput) as refused:
        cohort_table(unit, Asked(window_days=30), now=NOW)

    told = str(refused.value)
    assert "30 converted" in told
    assert "at least 40 of each" in told
    assert "--min-class 20" in told
    assert "day-one" in told


def test_a_window_longer_than_the_history_is_told(store):
    a_past(store)

    with pytest.raises(InvalidInput, match="--window 1000d is longer than the history"):
        table_of(store, Asked(window_days=1000))


def test_moves_of_the_future_count_nowhere_and_are_told(store):
    ids = a_past(store)
    before = table_of(store).to_json()
    with store.writing() as unit:
        later = a_move(ids[0], Stage.SQL, NOW + 9 * DAY)
        unit.history.move([type(later)(**{**_members(later), "known_at": NOW - DAY})])

    after = table_of(store)

    assert after.to_json() == before
    assert "future" in after.warnings[0]


@pytest.mark.parametrize(
    "wrong",
    [
        {"conversion": "order"},
        {"window": "90"},
        {"window": "0d"},
        {"snapshots": "weekly"},
    ],
)
def test_a_wrong_option_is_named(wrong):
    right = {"conversion": "sql", "window": "90d", "snapshots": "hand-over"}

    with pytest.raises(InvalidInput, match=f"--{next(iter(wrong))}"):
        Asked.of(**{**right, **wrong})
