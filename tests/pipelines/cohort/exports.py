"""Exports as awkward as companies hand them in, made small; interest drives who converts.

Each is a folder of files for `leadflow import`, and what a person would call the columns by.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd

DAY = timedelta(days=1)
START = datetime(2025, 1, 1, tzinfo=UTC)
LAST = 420
"""Days after the start on which everything was exported."""


@dataclass(frozen=True, kw_only=True)
class People:
    """What really happened, by lead."""

    created: list
    handed_over: list
    converted: np.ndarray
    converted_at: list
    visits: list
    employees: np.ndarray
    industry: np.ndarray


def some_people(n=420, *, seed=1):
    """Leads of a year; those with more visits and a fitting industry convert, a fifth of all."""
    rng = np.random.default_rng(seed)
    came = np.sort(rng.uniform(0, 330, n))
    visits = rng.poisson(2.5, n)
    industry = rng.choice(["Software", "Retail", "Logistics"], n)
    log_odds = -3.4 + 0.75 * visits + 0.9 * (industry == "Software")
    converted = rng.random(n) < 1 / (1 + np.exp(-log_odds))
    created = [START + day * DAY for day in came]
    handed_over = [at + 10 * DAY for at in created]
    waited = rng.uniform(3, 40, n)
    return People(
        created=created,
        handed_over=handed_over,
        converted=converted,
        converted_at=[at + days * DAY for at, days in zip(handed_over, waited, strict=True)],
        visits=[
            sorted(at + day * DAY for day in rng.uniform(0.5, 9.5, times))
            for at, times in zip(created, visits, strict=True)
        ],
        employees=np.round(np.exp(rng.normal(4, 1, n))),
        industry=industry,
    )


def chinese_workbook(folder, people):
    """Chinese headers and words, dates as Excel keeps them, activities with a word for the kind."""
    n = len(people.created)
    folder.mkdir()
    leads = pd.DataFrame(
        {
            "线索编号": [f"X{i}" for i in range(n)],
            "姓名": [f"王{chr(0x4E00 + 7 * i)}" for i in range(n)],
            "公司名称": [f"华{chr(0x5000 + 3 * i)}科技有限公司" for i in range(n)],
            "行业": people.industry,
            "员工人数": people.employees,
            "创建时间": [at.replace(tzinfo=None) for at in people.created],
        }
    )
    moves = [(f"X{i}", "市场合格", at) for i, at in enumerate(people.handed_over)]
    moves += [
        (f"X{i}", "销售合格", at) for i, at in enumerate(people.converted_at) if people.converted[i]
    ]
    stages = pd.DataFrame(moves, columns=["线索编号", "阶段", "时间"])
    stages["时间"] = [at.replace(tzinfo=None) for at in stages["时间"]]
    acts = [(f"X{i}", "网页浏览", at) for i, visits in enumerate(people.visits) for at in visits]
    events = pd.DataFrame(acts, columns=["线索编号", "类型", "时间"])
    events["时间"] = [at.replace(tzinfo=None) for at in events["时间"]]
    for name, frame in (("leads", leads), ("stages", stages), ("events", events)):
        frame.to_excel(folder / f"{name}.xlsx", index=False)


def lifecycle_csv(folder, people):
    """A lifecycle stage and a date of change on each lead, times in several zones, mail addresses
    for ids, and every lead's first export a year before the last.
    """
    n = len(people.created)
    folder.mkdir()
    zones = ["+08:00", "Z", "-05:00"]
    leads = pd.DataFrame(
        {
            "Record ID": [f"{1000 + i}" for i in range(n)],
            "First Name": [f"Ann{i}" for i in range(n)],
            "Last Name": [f"Brown{i}" for i in range(n)],
            "Email": [f"ann{i}@company{i}.example" for i in range(n)],
            "Industry": people.industry,
            "Number of Employees": people.employees,
            "Lifecycle Stage": ["customer" if won else "lead" for won in people.converted],
            "Create Date": [_written(at, zones[i % 3]) for i, at in enumerate(people.created)],
            "Last Modified Date": [
                _written(at + 60 * DAY, zones[(i + 1) % 3]) for i, at in enumerate(people.created)
            ],
        }
    )
    moves = []
    for i, at in enumerate(people.handed_over):
        moves.append((f"ann{i}@company{i}.example", "MQL", _written(at, zones[i % 3])))
        if people.converted[i]:
            at = people.converted_at[i]  # noqa: PLW2901
            moves.append((f"ann{i}@company{i}.example", "SQL", _written(at, zones[(i + 2) % 3])))
    acts = [
        (f"ann{i}@company{i}.example", "page view", _written(at, zones[k % 3]))
        for i, visits in enumerate(people.visits)
        for k, at in enumerate(visits)
    ]
    pd.DataFrame(moves, columns=["Email", "Stage", "Date"]).to_csv(
        folder / "stages.csv", index=False
    )
    pd.DataFrame(acts, columns=["Email", "Type", "Date"]).to_csv(folder / "events.csv", index=False)
    leads.to_csv(folder / "leads.csv", index=False)


def created_only(folder, people):
    """Only a date of creation, and a contract number that sales fills in at closing."""
    n = len(people.created)
    folder.mkdir()
    pd.DataFrame(
        {
            "id": [f"L{i}" for i in range(n)],
            "name": [f"Bob{i} Marsh{i}" for i in range(n)],
            "company": [f"Firm {i}" for i in range(n)],
            "industry": people.industry,
            "employees": people.employees,
            "created_at": [_written(at, "Z") for at in people.created],
            "contract_no": [
                f"{700_000 + 13 * i}" if won else None for i, won in enumerate(people.converted)
            ],
        }
    ).to_csv(folder / "leads.csv", index=False)
    moves = [(f"L{i}", "MQL", _written(at, "Z")) for i, at in enumerate(people.handed_over)]
    moves += [
        (f"L{i}", "SQL", _written(at, "Z"))
        for i, at in enumerate(people.converted_at)
        if people.converted[i]
    ]
    pd.DataFrame(moves, columns=["lead", "stage", "occurred_at"]).to_csv(
        folder / "stages.csv", index=False
    )
    acts = [
        (f"L{i}", "page_visited", _written(at, "Z"))
        for i, visits in enumerate(people.visits)
        for at in visits
    ]
    pd.DataFrame(acts, columns=["lead", "kind", "occurred_at"]).to_csv(
        folder / "events.csv", index=False
    )


def _written(at, zone):
    """The instant as a clock in that zone shows it."""
    hours = 0 if zone == "Z" else int(zone[:3])
    return (at + timedelta(hours=hours)).strftime("%Y-%m-%dT%H:%M:%S") + zone
