"""How hard dirty leads are, as the table of docs/sandbox.md.

python -m tests.sandbox.dirt.difficulty
"""

import sys
from itertools import combinations

import pandas as pd

from sandbox.dirt.leads import dirty_leads

_MOST = 2_000  # a key so common is no key


def pairs_of(keys):
    rows = pd.Series(range(len(keys))).groupby(pd.Series(keys)).agg(list)
    groups = [group for key, group in rows.items() if key and len(group) < _MOST]
    return {pair for group in groups for pair in combinations(group, 2)}


def keys_of(leads):
    """What a spreadsheet would compare: small letters, no spaces around, digits of numbers."""
    names = [
        " ".join(sorted(" ".join(map(_plain, parts)).split()))
        for parts in zip(leads["first_name"], leads["last_name"], leads["full_name"], strict=True)
    ]
    return {
        "mail": [_plain(mail) if "@" in (mail or "") else "" for mail in leads["email"]],
        "name": names,
        "name and company": [
            f"{name}|{_plain(company)}" if name and company else ""
            for name, company in zip(names, leads["company"], strict=True)
        ],
        "phone": ["".join(filter(str.isdigit, phone or ""))[-9:] for phone in leads["phone"]],
    }


def measure(dirty):
    """The figures of one set of leads, by what they say."""
    true, keys = pairs_of(dirty.person), keys_of(dirty.leads)
    found = {name: pairs_of(values) for name, values in keys.items()}
    figures = {"rows that repeat an earlier person": 1 - len(set(dirty.person)) / len(dirty.person)}
    for name, pairs in found.items():
        figures[f"true pairs with the same {name}"] = len(pairs & true) / len(true)
        figures[f"pairs with the same {name} that are true"] = len(pairs & true) / len(pairs)
    easy = found["mail"] | found["name"] | found["phone"]
    figures["true pairs with neither mail, name nor phone the same"] = len(true - easy) / len(true)
    namesakes = (found["name"] & pairs_of(dirty.company)) - true
    figures["colleagues' rows of the same name, per row"] = len(namesakes) / len(dirty.leads)
    moved = [dirty.company[one] != dirty.company[other] for one, other in true]
    figures["true pairs at two companies"] = sum(moved) / len(true)
    figures["rows with the name in Chinese"] = sum(map(_in_chinese, keys["name"])) / len(
        dirty.leads
    )
    return figures


def _plain(text):
    return (text or "").strip().lower()


def _in_chinese(name):
    return any("\u4e00" <= sign <= "\u9fff" for sign in name)


def main():
    columns = {}
    for n_people, seeds in ((4_000, 10), (20_000, 3)):
        table = pd.DataFrame(
            [measure(dirty_leads(seed=seed, n_people=n_people)) for seed in range(seeds)]
        )
        columns[n_people] = [
            f"{column.mean():.3f} ({column.min():.3f} to {column.max():.3f})"
            for _, column in table.items()
        ]
    lines = ["| what | 4,000 people | 20,000 people |", "|---|---|---|"]
    for name, small, large in zip(table, *columns.values(), strict=True):
        lines.append(f"| {name} | {small} | {large} |")
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
