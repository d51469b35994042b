"""Reading the outcome column: which leads converted, which did not, which do not say.

Two values, never three: a lead that is still open is not lost, so nothing is counted as "the
rest". Leads without an outcome are left out and counted.
"""

import difflib
from dataclasses import dataclass
from typing import Any

import numpy as np

from features.values import FALSE_WORDS, TRUE_WORDS, category_of, is_missing
from leads.errors import InvalidInput

MIN_CLASS = 40
LOWEST_MIN_CLASS = 20
_LISTED = 6

_POSITIVE = TRUE_WORDS | {
    *("1", "won", "win", "closed won", "closed-won", "closedwon", "converted", "conversion"),
    *("customer", "success", "successful", "positive", "sold", "deal", "qualified", "subscribed"),
    *("成交", "已成交", "赢单", "已转化", "转化", "成功", "赢"),
}
_NEGATIVE = FALSE_WORDS | {
    *("0", "-1", "lost", "loss", "closed lost", "closed-lost", "closedlost", "not converted"),
    *("unconverted", "failure", "failed", "negative", "unsold", "unqualified", "disqualified"),
    *("未成交", "输单", "未转化", "失败", "输", "丢单"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What became of each lead.

    labels     (n,) 1 converted, 0 not, NaN when the table does not say
    positive   the value that means converted, as the table writes it
    negative   the other one
    missing    how many leads do not say
    """

    column: str
    labels: np.ndarray
    positive: str
    negative: str
    missing: int


def read_target(frame: Any, *, column: str, positive: str | None = None) -> Target:
    """The outcomes in a column of a pandas frame.

    Raises InvalidInput when the column is not there, does not have exactly two values, or when
    nobody can tell which of the two means converted.
    """
    check_column(frame, column, what="target")
    codes, uniques = frame[column].factorize()
    words = [None if is_missing(value) else category_of(value) for value in uniques.tolist()]
    shown: dict[str, str] = {}
    for word in words:
        if word is not None:
            shown.setdefault(word.casefold(), word)
    chosen = _positive_of(column, shown, positive)
    other = next(key for key in shown if key != chosen)
    value_of = {chosen: 1.0, other: 0.0}
    by_code = [np.nan if word is None else value_of[word.casefold()] for word in words]
    labels = np.array([*by_code, np.nan])[codes]  # a missing value's code is -1: the last entry
    return Target(
        column=column,
        labels=labels,
        positive=shown[chosen],
        negative=shown[other],
        missing=int(np.isnan(labels).sum()),
    )


def check_column(frame: Any, column: str, *, what: str) -> None:
    """Raise InvalidInput when the table has no such column."""
    names = [str(name) for name in frame.columns]
    if column in names:
        return
    near = difflib.get_close_matches(column, names, n=1)
    hint = f"did you mean {near[0]!r}?" if near else f"it has {', '.join(names)}"
    raise InvalidInput(f"the table has no column {column!r} for the {what}; {hint}")


def check_classes(
    labels: np.ndarray, *, target: Target, min_class: int, besides: str = ""
) -> list[str]:
    """Warnings about few outcomes. Raises InvalidInput below `min_class` of either.

    besides   what was left out before counting, for the message
    """
    if min_class < LOWEST_MIN_CLASS:
        raise InvalidInput(
            f"--min-class {min_class}: nothing can be judged on fewer than {LOWEST_MIN_CLASS}"
        )
    won, lost = int((labels == 1).sum()), int((labels == 0).sum())
    counts = (
        f"column {target.column!r} has {won:,} leads with {target.positive!r} "
        f"and {lost:,} with {target.negative!r}{besides}"
    )
    fewest = min(won, lost)
    if fewest < min_class:
        offer = (
            f"; --min-class {LOWEST_MIN_CLASS} accepts fewer, with a warning"
            if fewest >= LOWEST_MIN_CLASS
            else ""
        )
        raise InvalidInput(
            f"{counts}; at least {min_class} of each are needed{offer}. Below this minimum of "
            "history leads are scored by the profile (leadflow profile show)"
        )
    if fewest < MIN_CLASS:
        return [f"{counts}: every figure is rough below {MIN_CLASS} of each"]
    return []


def _positive_of(column: str, shown: dict[str, str], positive: str | None) -> str:
    """The casefolded word that means converted."""
    values = ", ".join(repr(word) for word in list(shown.values())[:_LISTED])
    if len(shown) < 2:
        said = f"has only the value {values}" if shown else "has no value at all"
        raise InvalidInput(f"column {column!r} {said}; a target needs two: converted and not")
    if len(shown) > 2:
        more = ", ..." if len(shown) > _LISTED else ""
        raise InvalidInput(
            f"column {column!r} has {len(shown):,} values ({values}{more}); a target needs exactly "
            "two. Leave out leads that are still open, or empty their outcome"
        )
    if positive is not None:
        wanted = (category_of(positive) or "").casefold()
        if wanted not in shown:
            raise InvalidInput(f"--positive {positive!r} is no value of {column!r}: {values}")
        return wanted
    likely = [word for word in shown if word in _POSITIVE]
    unlikely = [word for word in shown if word in _NEGATIVE]
    if len(likely) == 1:
        return likely[0]
    if len(unlikely) == 1:
        return next(word for word in shown if word not in unlikely)
    raise InvalidInput(
        f"column {column!r} has {values}: say which means converted with --positive VALUE"
    )
