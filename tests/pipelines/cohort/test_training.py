"""What is told when leads are not any more what the champion learnt from."""

import pandas as pd

from features.schema import DeclaredField, Field, Kind
from pipelines.cohort.training import no_longer


def test_a_column_that_vanished_or_changed_its_type_is_told_and_others_are_not():
    fields = [
        Field(name="employees", kind=Kind.NUMBER),
        Field(name="industry", kind=Kind.CATEGORY),
        Field(name="budget", kind=Kind.NUMBER),
    ]
    bands = ["1-10", "11-50", "51-200"] * 10
    frame = pd.DataFrame({"employees": bands, "industry": ["Retail", "Software", None] * 10})

    changed, gone = no_longer(fields, frame, {})

    assert "'employees' held a number" in changed
    assert "holds a category now" in changed
    assert "'budget'" in gone
    assert "not there any more" in gone


def test_a_column_whose_type_is_declared_is_taken_at_its_word():
    fields = [Field(name="branch", kind=Kind.CATEGORY)]
    frame = pd.DataFrame({"branch": [float(number) for number in range(90)]})

    assert len(no_longer(fields, frame, {})) == 1
    assert no_longer(fields, frame, {"branch": DeclaredField(kind=Kind.CATEGORY)}) == ()
