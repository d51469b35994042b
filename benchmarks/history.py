"""History features of many leads beside the same aggregates in DuckDB's SQL.

    python -m benchmarks.history [leads]      # 100,000 leads with 5,000,000 acts, and less

Each size runs in a process of its own, ours and DuckDB (all cores) in turn; ours is one thread.
Both begin with acts in memory as columns in no order (ours sorts them within its time) and end
with the columns in memory; every column is compared. Aims: not slower than DuckDB, memory linear.
*Simulated* acts.
"""

import json
import resource
import subprocess
import sys
import time
from collections.abc import Sequence

import duckdb
import numpy as np
import pandas as pd

from features.history import catalogue
from features.history.acts import CAMPAIGN_KINDS, CODES, KINDS, NO_CAMPAIGN, Acts
from features.history.many import history_of
from features.history.searching import DAY

LEADS = 100_000
ACTS_EACH = 50
ROUNDS = 3
HUNDREDTH = 0.0051  # ours are rounded to it
_T0 = 20_000 * DAY


def main() -> None:
    if sys.argv[1:2] == ["--size"]:
        print(json.dumps(measured(int(sys.argv[2]))))
        return
    leads = int(sys.argv[1]) if len(sys.argv) > 1 else LEADS
    print("leads     acts        ours     DuckDB   ratio   our peak memory above the acts'")
    for n in (leads // 4, leads // 2, leads):
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.history", "--size", str(n)],
            stdout=subprocess.PIPE,
            check=True,
        )
        told = json.loads(done.stdout.splitlines()[-1])
        print(
            f"{n:7,}   {n * ACTS_EACH:9,}   {told['ours']:5.2f} s   {told['duckdb']:5.2f} s  "
            f"{told['ours'] / told['duckdb']:5.2f}   {told['peak_mb']:,.0f} MB"
            f" ({told['columns_mb']:,.0f} MB of it the columns)",
            flush=True,
        )


def measured(n_leads: int) -> dict[str, float]:
    columns, pairs = drawn(n_leads, seed=7)
    acts = Acts.of(**columns)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    ours, theirs = [], []
    found = history_of(acts, **pairs)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    tables = as_tables(columns, pairs)
    for _ in range(ROUNDS):
        began = time.perf_counter()
        found = history_of(Acts.of(**columns), **pairs)
        ours.append(time.perf_counter() - began)
        began = time.perf_counter()
        answer = in_sql(*tables)
        theirs.append(time.perf_counter() - began)
    compare(found, answer)
    return {
        "ours": min(ours),
        "duckdb": min(theirs),
        "peak_mb": peak / 1024,
        "columns_mb": sum(column.nbytes for column in found.values()) / 2**20,
    }


def drawn(n_leads: int, *, seed: int) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    rng = np.random.default_rng(seed)
    n = n_leads * ACTS_EACH
    rates = np.r_[np.full(len(KINDS), 1.0)]
    for kind, rate in {"page_visited": 30, "touch_emailed": 12, "email_opened": 8}.items():
        rates[KINDS.index(kind)] = rate
    occurred = _T0 - rng.integers(1, 200 * DAY, n)
    known = occurred + np.where(rng.random(n) < 0.01, rng.integers(0, 5 * DAY, n), 90_000_000)
    columns = {
        "who": rng.integers(0, n_leads, n),
        "kind": rng.choice(len(KINDS), size=n, p=rates / rates.sum()).astype(np.int16),
        "occurred": occurred,
        "known": known,
        "weight": np.where(rng.random(n) < 0.1, rng.random(n), 1.0),
        "campaign": np.where(
            rng.random(n) < 0.2, rng.integers(0, len(CAMPAIGN_KINDS), n), -1
        ).astype(np.int16),
        "seconds": np.where(rng.random(n) < 0.5, np.nan, rng.exponential(40.0, n)),
        "rating": np.full(n, np.nan),
    }
    for name in ("weight", "seconds"):  # to the grain of ours, so that both add up the same
        columns[name] = np.rint(columns[name] * 1024) / 1024
    as_of = _T0 - rng.integers(0, 30 * DAY, n_leads)
    pairs = {
        "leads": np.arange(n_leads),
        "as_of": as_of,
        "created": as_of - rng.integers(DAY, 200 * DAY, n_leads),
        "accounts": rng.integers(-1, n_leads // 3, n_leads),
    }
    return columns, pairs


def as_tables(
    columns: dict[str, np.ndarray], pairs: dict[str, np.ndarray]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    told = pd.DataFrame(columns)
    asked = pd.DataFrame(
        {
            "who": pairs["leads"],
            "as_of": pairs["as_of"],
            "created": pairs["created"],
            "account": pairs["accounts"][pairs["leads"]],
        }
    )
    return told, asked


def in_sql(acts: pd.DataFrame, pairs: pd.DataFrame) -> pd.DataFrame:  # noqa: ARG001  DuckDB finds them
    return duckdb.sql(query()).df()


def query() -> str:
    """The same columns, as one would write them in SQL."""
    day = DAY

    def among(kinds: Sequence[str]) -> str:
        return f"kind IN ({', '.join(str(CODES[kind]) for kind in kinds)})"

    def of(group: str) -> str:
        return among(catalogue.GROUPS[group])

    def total(kinds: Sequence[str], days: int) -> str:
        return f"coalesce(sum(weight) FILTER (WHERE {among(kinds)} AND age <= {days * day}), 0)"

    def within(group: str, days: int) -> str:
        return total(catalogue.GROUPS[group], days)

    def counted(group: str, days: int) -> str:
        others = catalogue.INSTEAD.get(group)
        acts = within(group, days)
        return f"greatest({acts}, {total(others, days)})" if others else acts

    columns = [
        f"{counted(group, days)} AS {group}_{days}d"
        for group, windows in catalogue.COUNTED.items()
        for days in windows
    ]
    human = "weight >= 0.5"
    columns += [
        f"count(DISTINCT (age - 1) // {day}) FILTER (WHERE {of('activity')} AND {human}"
        f" AND age <= {days * day}) AS active_days_{days}d"
        for days in catalogue.ACTIVE_DAYS
    ]
    columns += [
        f"coalesce(sum(weight * pow(2, -((age - 1) // {day // 24}) / {24 * days}.0))"
        f" FILTER (WHERE {of(group)}), 0) AS {fresh}_{group}"
        for group in catalogue.FADING
        for fresh, days in catalogue.HALF_LIVES.items()
    ]
    columns += [
        f"min(age) FILTER (WHERE {of(group)} AND {human}) // {day} AS {name}"
        for name, group in catalogue.SINCE.items()
    ]
    sent, opened = within("emails_sent", 90), within("email_opens", 90)
    week, month = within("web_acts", 7), within("web_acts", 28)
    columns += [
        (
            f"max(age) FILTER (WHERE {of('activity')} AND {human}) // {day}"
            " AS days_since_first_activity"
        ),
        "arg_min(rating, age) FILTER (WHERE NOT isnan(rating)) AS last_rating",
        f"({week} + 0.5) / (({month} - {week}) / 3 + 0.5) AS website_trend",
        (
            f"count(DISTINCT kind) FILTER (WHERE {of('activity')} AND weight > 0"
            f" AND age <= {90 * day}) AS kinds_of_acts_90d"
        ),
        (
            f"CASE WHEN {sent} > 0 THEN 100 * ({opened} + 0.5) / ({sent} + 2) END"
            " AS email_open_percent_90d"
        ),
        (
            f"CASE WHEN {sent} > 0 THEN 100 * ({within('email_clicks', 90)} + 0.2) / ({sent} + 2)"
            " END AS email_click_percent_90d"
        ),
        f"count(*) FILTER (WHERE {of('emails_sent')} AND age < answered) AS emails_since_response",
        (
            f"coalesce(sum(seconds) FILTER (WHERE NOT isnan(seconds) AND age <= {30 * day}), 0)"
            " AS seconds_on_pages_30d"
        ),
        (
            f"count(DISTINCT campaign) FILTER (WHERE campaign <> {NO_CAMPAIGN}"
            f" AND age <= {90 * day}) AS campaign_kinds_90d"
        ),
        f"arg_max(campaign, age) FILTER (WHERE campaign <> {NO_CAMPAIGN}) AS first_campaign",
        f"arg_min(campaign, age) FILTER (WHERE campaign <> {NO_CAMPAIGN}) AS last_campaign",
    ]
    return f"""
    WITH seen AS (
        SELECT p.who, p.as_of - a.occurred AS age, a.* EXCLUDE (who),
        FROM pairs p JOIN acts a ON a.who = p.who
        WHERE a.occurred < p.as_of AND a.known <= p.as_of
    ), answers AS (
        SELECT *, least(min(CASE WHEN {of("responses")} AND {human} THEN age END)
            OVER (PARTITION BY who), {90 * day}) AS answered
        FROM seen
    ), own AS (SELECT who, {", ".join(columns)} FROM answers GROUP BY who
    ), near AS (
        SELECT p.who, count(DISTINCT a.who) FILTER (WHERE a.{human}) AS colleagues_active_30d,
            sum(a.weight) AS colleague_activity_30d,
            coalesce(sum(a.weight) FILTER (WHERE {of("pricing_visits")}), 0)
                AS colleague_pricing_visits_30d
        FROM pairs p JOIN pairs c ON c.account = p.account AND c.who <> p.who
            JOIN acts a ON a.who = c.who
        WHERE p.account >= 0 AND {of("activity")} AND a.occurred < p.as_of
            AND a.occurred >= p.as_of - {30 * day} AND a.known <= p.as_of
        GROUP BY p.who
    )
    SELECT p.who, p.account, (p.as_of - p.created) // {day} AS days_since_created,
        own.* EXCLUDE (who), near.* EXCLUDE (who)
    FROM pairs p LEFT JOIN own USING (who) LEFT JOIN near USING (who) ORDER BY p.who
    """


def compare(ours: dict[str, np.ndarray], theirs: pd.DataFrame) -> None:
    words = np.array([*CAMPAIGN_KINDS, None], dtype=object)
    known = theirs["account"].to_numpy() >= 0
    for name, column in ours.items():
        if column.dtype == object:
            codes = theirs[name.removesuffix("_kind")].fillna(-1).astype(int)
            assert list(words[codes]) == list(column), name
            continue
        other = theirs[name].to_numpy(dtype=float)
        if "colleague" in name:
            other = np.where(known, np.nan_to_num(other), np.nan)
        assert np.allclose(column, other, rtol=0, atol=HUNDREDTH, equal_nan=True), name


if __name__ == "__main__":
    main()
