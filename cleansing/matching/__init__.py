"""Which records are the same person or thing: one engine for any table and for incoming leads.

    keys_of(lead)                              what to store beside a lead, and to look up
    Matcher().best(lead, candidates)           one incoming lead against stored ones
    dedupe(columns, kinds)                     a whole table, or two
    compare(left, right)                       two leads, judged field by field

The levels, weights and bars are explained in docs/matching.md.
"""

from cleansing.matching.batch import Deduplicated, dedupe
from cleansing.matching.kinds import kinds_of
from cleansing.matching.leads import Frequencies, Match, Matcher, compare, frequencies_of, keys_of
from cleansing.matching.sentences import sentence_of
from cleansing.matching.words import (
    MERGE_BAR,
    REVIEW_BAR,
    Evidence,
    Kind,
    Level,
    Outcome,
    Pair,
    Record,
)

__all__ = [
    "MERGE_BAR",
    "REVIEW_BAR",
    "Deduplicated",
    "Evidence",
    "Frequencies",
    "Kind",
    "Level",
    "Match",
    "Matcher",
    "Outcome",
    "Pair",
    "Record",
    "compare",
    "dedupe",
    "frequencies_of",
    "keys_of",
    "kinds_of",
    "sentence_of",
]
