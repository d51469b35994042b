"""Conditions on a lead, as people write them in TOML: field, operator, value, in groups.

    when = { field = "employees", op = "ge", value = 500 }

    [[must_follow.when.all]]
    field = "industry"
    op = "in"
    value = ["software", "软件"]

A group is `all`, `any` or `none` of a list of conditions. What is not known fulfils nothing but
`missing`: a lead without a country is neither in Germany nor, by `ne`, outside of it. Texts are
compared without regard to case, width and the spaces around them.

`read_condition` checks and tells every mistake with its key path, `compile_condition` makes a
closure, `sentence_of` says it in words. There is no expression language: a condition can neither
loop nor hang.
"""

from leads.conditions.compiling import (
    PLAIN,
    Holds,
    Readers,
    Test,
    compile_comparison,
    compile_condition,
)
from leads.conditions.known import LEAD_FIELDS, KnownField, ValueKind
from leads.conditions.reading import read_condition
from leads.conditions.tree import Comparison, Condition, Group, How, Operator, fields_of
from leads.conditions.words import label_of, sentence_of

__all__ = [
    "LEAD_FIELDS",
    "PLAIN",
    "Comparison",
    "Condition",
    "Group",
    "Holds",
    "How",
    "KnownField",
    "Operator",
    "Readers",
    "Test",
    "ValueKind",
    "compile_comparison",
    "compile_condition",
    "fields_of",
    "label_of",
    "read_condition",
    "sentence_of",
]
