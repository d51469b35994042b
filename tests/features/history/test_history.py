"""Both paths, both clocks, and the edges of windows."""

import numpy as np
import pytest

from features.history.acts import CAMPAIGN_CODES, CODES, EMAILED, KINDS, Acts
from features.history.catalogue import HISTORY
from features.history.many import history_of
from features.history.one import history_of_one
from features.history.searching import DAY
from features.schema import Kind
from features.values import EPOCH, MICROSECOND
from tests.features.history.by_hand import counted_by_hand, rows_of

T0 = 20_000 * DAY


def acts_of(*told, **columns):
    """Acts of (who, kind, days before T0), known at once."""
    occurred = np.array([T0 - round(days * DAY) for _, _, days in told], np.int64)
    return Acts.of(
        who=np.array([who for who, _, _ in told]),
        kind=np.array([CODES[kind] for _, kind, _ in told]),
        occurred=occurred,
        known=columns.pop("known", occurred),
        **{name: np.array(column) for name, column in columns.items()},
    )


def one(acts, *, lead=0, accounts=(-1,), as_of=T0, created=T0 - 100 * DAY):
    return {
        name: column[0]
        for name, column in history_of(
            acts,
            leads=np.array([lead]),
            as_of=np.array([as_of]),
            created=np.array([created]),
            accounts=np.array(accounts),
        ).items()
    }


def random_acts(rng, *, n_leads, n_acts):
    """With ties, late ones, ones at the very edges of windows, and ones of the future."""
    edges = np.array([0, 1, 7, 28, 30, 90]) * DAY
    spread = rng.integers(-5 * DAY, 120 * DAY, n_acts)
    at_edge = rng.random(n_acts) < 0.2
    age = np.where(at_edge, rng.choice(edges, n_acts) + rng.integers(-1, 2, n_acts), spread)
    occurred = T0 - age
    late = np.where(rng.random(n_acts) < 0.15, rng.integers(0, 60 * DAY, n_acts), 0)
    return {
        "who": rng.integers(0, n_leads, n_acts),
        "kind": rng.integers(0, len(KINDS), n_acts),
        "occurred": occurred,
        "known": occurred + late,
        "weight": np.where(rng.random(n_acts) < 0.3, rng.random(n_acts), 1.0),
        "campaign": rng.integers(-1, len(CAMPAIGN_CODES), n_acts),
        "seconds": np.where(rng.random(n_acts) < 0.5, np.nan, rng.exponential(30, n_acts)),
        "rating": np.where(rng.random(n_acts) < 0.9, np.nan, rng.integers(1, 6, n_acts)),
        "before": np.where(rng.random(n_acts) < 0.2, rng.random(n_acts), 1.0),
        "since": occurred + rng.integers(0, 2 * DAY, n_acts),
    }


def same(one_column, other):
    if one_column.dtype == object:
        return list(one_column) == list(other)
    return np.array_equal(one_column, other, equal_nan=True)


def test_a_lead_alone_has_the_same_features_as_among_many_in_ten_thousand_cases():
    rng = np.random.default_rng(11)
    n_leads, n_pairs = 700, 10_000
    columns = random_acts(rng, n_leads=n_leads, n_acts=12_000)
    acts = Acts.of(**columns)
    accounts = rng.integers(-1, 250, n_leads)
    leads = rng.integers(0, n_leads, n_pairs)
    as_of = T0 - rng.choice([0, 1, DAY, 20 * DAY, 100 * DAY], n_pairs)
    created = as_of - rng.integers(0, 200 * DAY, n_pairs)
    many = history_of(acts, leads=leads, as_of=as_of, created=created, accounts=accounts)

    of_account = {code: np.flatnonzero(accounts == code) for code in np.unique(accounts)}
    rows_of_lead = [np.flatnonzero(columns["who"] == lead) for lead in range(n_leads)]
    for i in range(n_pairs):
        code = accounts[leads[i]]
        near = of_account[code] if code >= 0 else leads[i : i + 1]
        chosen = np.concatenate([rows_of_lead[lead] for lead in near])
        place = np.full(n_leads, -1)
        place[near] = np.arange(len(near))
        own = Acts.of(
            **{name: column[chosen] for name, column in columns.items() if name != "who"},
            who=place[columns["who"][chosen]],
        )
        alone = history_of_one(
            own,
            lead=int(place[leads[i]]),
            accounts=np.full(len(near), 0 if code >= 0 else -1),
            created=EPOCH + int(created[i]) * MICROSECOND,
            as_of=EPOCH + int(as_of[i]) * MICROSECOND,
        )
        for name, value in alone.items():
            known = many[name][i]
            missing = known is None or known != known  # noqa: PLR0124  NaN
            assert value == (None if missing else known), (name, i)


@pytest.mark.parametrize("seed", range(20))
def test_what_happens_or_becomes_known_later_changes_nothing(seed):
    rng = np.random.default_rng([3, seed])
    columns = random_acts(rng, n_leads=40, n_acts=800)
    leads, accounts = np.arange(40), rng.integers(-1, 12, 40)
    as_of = np.full(40, T0 - 10 * DAY)
    told = {"leads": leads, "as_of": as_of, "created": as_of - DAY, "accounts": accounts}
    before = history_of(Acts.of(**columns), **told)
    later = random_acts(rng, n_leads=40, n_acts=800)
    is_later = (later["occurred"] >= as_of[0]) | (later["known"] > as_of[0])
    assert is_later.any()
    both = {k: np.concatenate([columns[k], later[k][is_later]]) for k in columns}
    after = history_of(Acts.of(**both), **told)
    assert all(same(before[name], after[name]) for name in before)


def test_the_order_in_which_acts_are_handed_in_changes_nothing():
    rng = np.random.default_rng(5)
    columns = random_acts(rng, n_leads=30, n_acts=3_000)
    columns["occurred"] = columns["occurred"] // DAY * DAY  # many at the same instant
    columns["known"] = columns["occurred"]
    told = {
        "leads": np.arange(30),
        "as_of": np.full(30, T0),
        "created": np.full(30, T0 - DAY),
        "accounts": rng.integers(0, 8, 30),
    }
    first = history_of(Acts.of(**columns), **told)
    for seed in range(5):
        mixed = np.random.default_rng(seed).permutation(3_000)
        again = history_of(Acts.of(**{k: v[mixed] for k, v in columns.items()}), **told)
        assert all(same(first[name], again[name]) for name in first)


def test_pieces_are_no_more_than_a_way_to_save_memory(monkeypatch):
    rng = np.random.default_rng(6)
    acts = Acts.of(**random_acts(rng, n_leads=50, n_acts=2_000))
    told = {
        "leads": np.arange(50),
        "as_of": np.full(50, T0),
        "created": np.full(50, T0),
        "accounts": rng.integers(-1, 9, 50),
    }
    whole = history_of(acts, **told)
    monkeypatch.setattr("features.history.many.MOST_ROWS", 60)
    monkeypatch.setattr("features.history.accounts.MOST_ROWS", 60)
    pieces = history_of(acts, **told)
    assert all(same(whole[name], pieces[name]) for name in whole)


def test_the_columns_are_those_of_the_catalogue_even_for_nobody():
    empty = np.empty(0, np.int64)
    found = history_of(Acts.none(), leads=empty, as_of=empty, created=empty, accounts=empty)
    assert list(found) == [feature.name for feature in HISTORY]
    assert len(set(found)) == len(HISTORY)
    assert all(len(column) == 0 for column in found.values())


def test_a_lead_that_did_nothing_has_counts_of_zero_and_nothing_since():
    found = one(Acts.none())
    assert found["page_visits_30d"] == 0
    assert np.isnan(found["days_since_last_activity"])
    assert np.isnan(found["email_open_percent_90d"])
    assert np.isnan(found["colleagues_active_30d"])
    assert found["last_campaign_kind"] is None
    assert found["days_since_created"] == 100


def test_a_window_holds_its_first_instant_and_not_the_moment_itself():
    exactly = acts_of((0, "page_visited", 7), (0, "page_visited", 0))
    assert one(exactly)["page_visits_7d"] == 1
    assert one(exactly, as_of=T0 + 1)["page_visits_7d"] == 1
    assert one(exactly, as_of=T0 + 1)["page_visits_30d"] == 2


def test_an_act_counts_from_when_it_was_known():
    visit = acts_of((0, "page_visited", 5), known=np.array([T0 - DAY]))
    assert one(visit, as_of=T0 - DAY - 1)["page_visits_30d"] == 0
    assert one(visit, as_of=T0 - DAY)["page_visits_30d"] == 1


def test_what_a_machine_did_weighs_less():
    opens = acts_of((0, "email_opened", 2), (0, "email_opened", 3), weight=[0.25, 1.0])
    found = one(opens)
    assert found["email_opens_7d"] == 1.25
    assert found["active_days_7d"] == 1
    assert found["days_since_last_activity"] == 3


def test_an_act_fades_by_half_each_half_life():
    found = one(acts_of((0, "page_visited", 7), (0, "page_visited", 14)))
    assert found["fresh_page_visits"] == 0.75
    assert found["lasting_page_visits"] == pytest.approx(
        0.5 ** (7 / 30) + 0.5 ** (14 / 30), abs=0.01
    )


def test_mails_are_answered_or_not():
    sent = [(0, EMAILED, day) for day in (40, 20, 10, 5)]
    found = one(acts_of(*sent, (0, "email_clicked", 19)))
    assert found["emails_sent_30d"] == 3
    assert found["emails_since_response"] == 2
    assert one(acts_of(*sent))["emails_since_response"] == 4
    assert found["email_click_percent_90d"] == 20  # (1 + 0.2) / (4 + 2)


def test_colleagues_are_the_others_of_the_same_company():
    acts = acts_of(
        (0, "page_visited", 1),
        (1, "pricing_visited", 2),
        (1, "page_visited", 3),
        (2, "page_visited", 4),
        (3, "page_visited", 5),
        (1, "page_visited", 31),
        (2, EMAILED, 1),
    )
    found = one(acts, accounts=(7, 7, 7, 8))
    assert found["colleagues_active_30d"] == 2
    assert found["colleague_activity_30d"] == 3
    assert found["colleague_pricing_visits_30d"] == 1
    assert one(acts, lead=3, accounts=(7, 7, 7, 8))["colleagues_active_30d"] == 0


def test_the_first_and_the_last_campaign_are_named_by_kind():
    webinar, fair = CAMPAIGN_CODES["webinar"], CAMPAIGN_CODES["trade_fair"]
    acts = acts_of((0, "touch_invited", 50), (0, "touch_attended", 9), campaign=[fair, webinar])
    found = one(acts)
    assert (found["first_campaign_kind"], found["last_campaign_kind"]) == ("trade_fair", "webinar")
    assert found["campaign_kinds_90d"] == 2
    assert found["events_visited_30d"] == 1


def test_feedback_and_dwell_time():
    acts = acts_of(
        (0, "feedback_given", 9),
        (0, "feedback_given", 2),
        (0, "page_visited", 1),
        rating=[2, 5, np.nan],
        seconds=[np.nan, np.nan, 42.5],
    )
    found = one(acts)
    assert found["last_rating"] == 5
    assert found["seconds_on_pages_30d"] == 42.5


def test_a_rising_number_of_visits_is_a_rising_trend():
    rising = one(acts_of(*[(0, "page_visited", day) for day in (1, 2, 3, 4, 20)]))
    falling = one(acts_of(*[(0, "page_visited", day) for day in (10, 12, 14, 20)]))
    assert rising["website_trend"] > 1 > falling["website_trend"]
    assert one(Acts.none())["website_trend"] == 1


def test_what_a_form_notes_twice_counts_once_and_what_a_list_brings_counts_too():
    by_form = one(acts_of((0, "registered", 4), (0, "touch_registered", 4)))
    by_list = one(acts_of((0, "touch_registered", 4), (0, "touch_registered", 9)))

    assert by_form["registrations_30d"] == 1
    assert by_list["registrations_30d"] == 2


def test_a_webinar_that_was_checked_in_is_one_event_visited():
    found = one(acts_of((0, "webinar_attended", 3), (0, "touch_attended", 3)))

    assert (found["events_visited_30d"], found["webinars_30d"]) == (1, 1)


def test_an_act_weighs_what_was_thought_of_it_at_the_moment():
    clicks = acts_of(
        (0, "email_clicked", 5),
        weight=[0.25],
        before=[1.0],
        since=[T0 - 2 * DAY],
    )

    assert one(clicks, as_of=T0 - 2 * DAY - 1)["email_clicks_30d"] == 1
    assert one(clicks, as_of=T0 - 2 * DAY)["email_clicks_30d"] == 0.25


def test_days_since_are_whole_days():
    found = one(acts_of((0, "page_visited", 3.9)), created=T0 - 10 * DAY + 1)

    assert found["days_since_last_visit"] == 3
    assert found["days_since_created"] == 9


def test_the_features_are_those_counted_by_hand_in_four_hundred_cases():
    rng = np.random.default_rng(12)
    columns = random_acts(rng, n_leads=60, n_acts=2_400)
    leads = rng.integers(0, 60, 400)
    as_of = T0 - rng.choice([0, 1, DAY, 20 * DAY, 100 * DAY], 400)
    told = {"leads": leads, "as_of": as_of, "created": as_of - rng.integers(0, 90 * DAY, 400)}
    accounts = rng.integers(-1, 20, 60)

    found = history_of(Acts.of(**columns), **told, accounts=accounts)

    rows = rows_of(columns)
    for i in range(400):
        expected = counted_by_hand(
            rows,
            lead=int(leads[i]),
            as_of=int(as_of[i]),
            created=int(told["created"][i]),
            accounts=accounts.tolist(),
        )
        for name, column in found.items():
            value = expected[name]
            if value is None:
                assert column[i] is None or np.isnan(column[i]), (name, i)
            elif isinstance(value, set):
                assert column[i] in value, (name, i)
            else:
                assert column[i] == pytest.approx(value, abs=0.011), (name, i)


def test_there_are_two_categories_and_no_name_twice():
    assert sum(feature.kind is Kind.CATEGORY for feature in HISTORY) == 2
    assert len({feature.name for feature in HISTORY}) == len(HISTORY)
