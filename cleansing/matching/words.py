"""The words of matching: kinds of columns, levels of agreement, outcomes, and a judged pair."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

MERGE_BAR = 0.98
"""From this probability on two records are merged without asking, unless something forbids it."""

REVIEW_BAR = 0.30
"""From this probability on a person is asked."""

Record = Mapping[str, object]
"""One row: column or field -> value; missing is None, an empty text, or no entry."""


class Kind(StrEnum):
    """What a column holds, which decides how two of its values are compared."""

    PERSON_NAME = "person_name"  # the whole name in one column
    FIRST_NAME = "first_name"
    LAST_NAME = "last_name"
    EMAIL = "email"
    PHONE = "phone"
    COMPANY = "company"
    DOMAIN = "domain"
    TEXT = "text"  # addresses, titles, places: several words
    POSTAL_CODE = "postal_code"
    DATE = "date"
    ID_NUMBER = "id_number"
    NUMBER = "number"
    CATEGORY = "category"
    COUNTRY = "country"
    IGNORE = "ignore"


class Level(StrEnum):
    """How far two values agree; each kind of comparison has some of these, best first."""

    EXACT = "exact"
    SCRIPT = "script"  # the same name in another script
    NICKNAME = "nickname"
    SWAPPED = "swapped"  # first and last name changed places
    INITIAL = "initial"  # one side gives an initial only
    CLOSE = "close"  # a slip of the finger
    LOCAL = "local"  # the same part before the @ at another domain
    FITTING = "fitting"  # two addresses that both fit the one name
    PARTLY = "partly"
    COLLEAGUE = "colleague"  # another address at the same company
    DIFFERS = "differs"
    MISSING = "missing"


class Outcome(StrEnum):
    """What is done with a pair."""

    MERGE = "merge"  # automatically
    REVIEW = "review"  # a person decides
    DIFFERENT = "different"


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What one field says about a pair.

    left, right   the two values as given, None where missing
    weight        log2 of the odds it multiplies: 3 makes "the same" eight times as likely
    """

    field: str
    level: Level
    left: str | None
    right: str | None
    weight: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two records, judged.

    probability   that both are the same person (or thing), calibrated
    veto          why they are never merged by themselves, whatever the probability: a key of the
                  message catalogue under `match.veto`; None for most pairs
    evidence      field by field; prior + the weights = log2 of the odds before calibration
    prior         log2 odds before anything is compared, with what is taken off again because
                  colleagues share their company's facts
    """

    probability: float
    outcome: Outcome
    veto: str | None
    evidence: tuple[Evidence, ...]
    prior: float


def outcome_of(probability: float, veto: str | None, *, merge_bar: float = MERGE_BAR) -> Outcome:
    """The outcome of a pair; a veto sends to a person what would have been merged."""
    if probability >= merge_bar and veto is None:
        return Outcome.MERGE
    return Outcome.REVIEW if probability >= REVIEW_BAR else Outcome.DIFFERENT
