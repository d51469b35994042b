"""The truth is exact: against an enumeration of all hidden paths, and against the market itself."""

from itertools import product

import numpy as np
import pytest

from sandbox import behaviour, fit
from sandbox.campaigns import plan_campaigns
from sandbox.market import intercept_of
from sandbox.people import draw_companies, draw_people
from sandbox.process import convert, live_until_hand_over
from sandbox.spec import HARD, MarketSpec
from sandbox.truth import filtered_states, p_given_all, p_given_record, true_log_hazard
from tests.sandbox.tools import won

TINY = MarketSpec(
    name="tiny",
    base_rate=0.2,
    label_weeks=2,
    nurture_days=(2, 3),
    history_days=20,
    machine_noise=1.2,
    missing=2.0,
    drift=1.0,
    interest_effect=0.9,
    fit_effect=0.8,
)
STATES = range(len(behaviour.STATES))


def tiny_market(*, n, seed=5, spec=TINY):
    rng = np.random.default_rng(seed)
    people = draw_people(
        companies=draw_companies(n, rng=rng),
        campaigns=plan_campaigns(n_days=60, rng=rng),
        created_day=rng.integers(0, 20, n),
        nurture_days=rng.integers(2, 4, n),
        spec=spec,
        rng=rng,
    )
    return people, *live_until_hand_over(people, spec, rng=rng)


def poisson(count, mean):
    return np.exp(-mean) * mean**count / np.prod(np.arange(1, count + 1))


def p_of_day(people, record, lead, day, state):
    weekend = (people.created_day[lead] + day) % 7 >= 5
    pace = 0.35 if weekend else 1.0
    acts = [
        poisson(int(count), rate * pace)
        for count, rate in zip(record.web[day, lead], behaviour.WEB_RATES[:, state], strict=True)
    ]
    return np.prod(acts) * p_of_mail(record.mail[day, lead], people.gateway[lead], state)


def p_of_mail(mail, gateway, state):
    """By listing who acted: the person opens, the person clicks, a machine opens, one clicks."""
    if mail == behaviour.MAIL_NONE:
        return 1.0
    opens, clicks = behaviour.P_OPEN[state], behaviour.P_CLICK_IF_OPENED[state]
    m_opens = behaviour.P_MACHINE_OPEN[gateway] * TINY.machine_noise
    m_clicks = behaviour.P_MACHINE_CLICK[gateway] * TINY.machine_noise
    total = 0.0
    for o, c, mo, mc in product((False, True), repeat=4):
        p = (opens if o else 1 - opens) * (clicks if c else 1 - clicks)
        p *= (m_opens if mo else 1 - m_opens) * (m_clicks if mc else 1 - m_clicks)
        is_clicked = (o and c) or mc
        seen = 3 if is_clicked else 2 if (o or mo) else 1
        total += p * (seen == mail)
    return total


def p_by_enumeration(people, record, lead, *, intercept):
    """P(converts, record) / P(record), summed over every path and every possible company."""
    moves, weekly = behaviour.daily_moves(), np.linalg.matrix_power(behaviour.daily_moves(), 7)
    n_days, with_conversion, total = int(record.n_days[lead]), 0.0, 0.0
    day = np.array([people.created_day[lead] + n_days])
    moved = fit.drifted(day, TINY)
    person = fit.person_fit(
        seniority=people.seniority[[lead]],
        channel=people.channel[[lead]],
        region=people.region[[lead]],
        product=people.product[[lead]],
        is_free_mail=people.is_free_mail[[lead]],
        moved=moved,
    )
    level = intercept + fit.general_level(moved) + TINY.fit_effect * person
    acts = np.array(
        [[p_of_day(people, record, lead, d, state) for state in STATES] for d in range(n_days)]
    )
    for industry, band in product(range(9), range(6)):
        if people.has_industry[lead] and industry != people.industry[lead]:
            continue
        if people.has_employees[lead] and band != people.band[lead]:
            continue
        size = fit.size_fit(np.array([industry]), np.array([band]), moved)
        log_hazard = level + TINY.fit_effect * size
        log_hazard = log_hazard + TINY.interest_effect * behaviour.INTEREST_HAZARD
        p_week = 1 - np.exp(-np.exp(log_hazard))
        lost = {
            end: (1 - p_week[end]) * sum(weekly[end, then] * (1 - p_week[then]) for then in STATES)
            for end in STATES
        }
        for path in product(STATES, repeat=n_days + 1):
            p = fit.p_industry_and_band()[industry, band] * people.p_first_state[lead, path[0]]
            gap = behaviour.P_INDUSTRY_MISSING[path[0]] * TINY.missing
            p *= 1 - gap if people.has_industry[lead] else gap
            gap = behaviour.P_EMPLOYEES_MISSING[path[0]] * TINY.missing
            p *= 1 - gap if people.has_employees[lead] else gap
            for d in range(n_days):
                p *= acts[d, path[d]] * moves[path[d], path[d + 1]]
            total += p
            with_conversion += p * (1 - lost[path[-1]])
    return with_conversion / total


def one_of_each_kind(people, record):
    """A few leads, so that every combination of missing fields and lengths is among them."""
    kind = people.has_industry * 4 + people.has_employees * 2 + (record.n_days > 2)
    firsts = [np.flatnonzero(kind == value)[:1] for value in np.unique(kind)]
    return np.concatenate(firsts)


def test_the_truth_equals_the_sum_over_all_hidden_paths():
    people, record, _ = tiny_market(n=200)
    p = p_given_record(people, record, TINY, intercept=-2.0)

    for lead in one_of_each_kind(people, record):
        assert p[lead] == pytest.approx(
            p_by_enumeration(people, record, lead, intercept=-2.0), rel=1e-9
        )


def test_what_the_filter_believes_is_how_often_it_is_so():
    people, record, state = tiny_market(n=20_000, spec=HARD)
    belief = filtered_states(people, record, HARD)

    for which in STATES:
        for part in np.array_split(np.argsort(belief[:, which]), 6):
            expected = belief[part, which]
            error = np.sqrt((expected * (1 - expected)).sum()) / len(part) + 1e-9
            assert abs((state[part] == which).mean() - expected.mean()) < 4.5 * error


def test_a_known_state_converts_as_often_as_the_full_truth_says():
    people, record, state = tiny_market(n=20_000)
    log_hazard = true_log_hazard(people, record.n_days, TINY, intercept=-2.0)

    p = p_given_all(people, state, log_hazard, TINY)
    converted = convert(state, log_hazard, TINY, rng=np.random.default_rng(1)) >= 0

    for which in STATES:
        here = state == which
        error = np.sqrt((p[here] * (1 - p[here])).sum()) / here.sum()
        assert abs(converted[here].mean() - p[here].mean()) < 4.5 * error


@pytest.mark.parametrize("kind", ["p_observable", "p_full"])
@pytest.mark.parametrize("name", ["plain", "hard"])
def test_leads_convert_as_often_as_their_truth_says(name, kind, request):
    market = request.getfixturevalue(name)
    p = getattr(market.truth, kind)[: len(market.leads)]

    for part in np.array_split(np.argsort(p), 10):
        error = np.sqrt((p[part] * (1 - p[part])).sum()) / len(part)
        assert abs(won(market.leads)[part].mean() - p[part].mean()) < 4 * error


def test_the_intercept_belongs_to_the_spec_and_not_to_a_market():
    assert intercept_of(TINY) == intercept_of(
        MarketSpec(**{name: getattr(TINY, name) for name in MarketSpec.__dataclass_fields__})
    )
