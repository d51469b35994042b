"""How much each level of agreement says: Fellegi and Sunter's weights with a third class.

Beside the same person (m) and strangers (u) there are two people who share a company or a
household (r): they agree on what is shared as often as one person does with himself. Without
that class a company's name, domain, city and switchboard would add up to a certain match.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from cleansing.matching.fields import Field
from cleansing.matching.words import Level

Floats = NDArray[np.float64]

SAME, RELATED, STRANGERS = 0, 1, 2

SLOPE = 0.83
INTERCEPT_AT_COMPANIES = -1.1
INTERCEPT_OF_ONE = -1.8
"""Calibration: log odds are multiplied by the slope and, where rows are people at companies, added
to by an intercept; by the last one where a single lead is matched, which sees less of its
surroundings. Fields of one record go wrong together and namesakes come in groups, so that the
odds of independent fields are too sure. Found on development seeds of the simulated leads.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """The chances of each level in each class.

    tables    one a field: shape (3, n_levels + 1), natural logarithms; the last level is
              "missing", which says nothing (0 in each class)
    shares    the share of the pairs of all records that are the same, related, strangers
    slope, intercept     the calibration of log odds
    """

    tables: tuple[Floats, ...]
    shares: tuple[float, float, float]
    slope: float = SLOPE
    intercept: float = 0.0


NEUTRAL = (("family", Level.SWAPPED), ("email", Level.FITTING))
"""What is shown and weighs nothing: the given name has said it already, the names have."""


def log_table(field: Field, chances: Floats) -> Floats:
    """Chances of shape (3, n_levels) as logarithms, with the column for missing values."""
    logs = np.concatenate([np.log(chances), np.zeros((3, 1))], axis=1)
    for code, level in enumerate(field.comparer.levels):
        if (field.comparer.name, level) in NEUTRAL:
            logs[:, code] = 0.0
    return logs


def default_chances(field: Field) -> Floats:
    """The shipped chances of a field's levels, shape (3, n_levels)."""
    table = _shipped()[field.comparer.name]
    return np.array([table[level] for level in field.comparer.levels], dtype=np.float64).T


def level_codes(field: Field) -> dict[Level, int]:
    """Level -> its column in the field's table."""
    levels = field.comparer.levels
    return {level: code for code, level in enumerate((*levels, Level.MISSING))}


@cache
def _shipped() -> Mapping[str, Mapping[str, list[float]]]:
    text = files(__package__).joinpath("weights.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)
