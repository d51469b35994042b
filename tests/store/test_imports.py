import pytest

from leads.errors import NotFound
from leads.imports import Batch, ImportKind, Quarantined, RowOutcome
from tests.factories import NOON

IMPORTED, ASIDE = RowOutcome.IMPORTED, RowOutcome.QUARANTINED


def a_batch(batch_id="B-1", **given):
    told = {"kind": ImportKind.LEADS, "source": "crm", "file_name": "a.csv", "file_digest": "d"}
    return Batch(**{"batch_id": batch_id, "started_at": NOON, "actor": "cli", **told, **given})


def unfinished(unit, **options):
    return unit.imports.unfinished(kind="leads", source="crm", file_digest="d", options=options)


def test_counts_grow_with_each_chunk_and_equal_the_rows(store):
    with store.writing() as unit:
        unit.imports.open(a_batch())
        unit.imports.advance("B-1", outcomes=[(1, IMPORTED, "L-1"), (2, ASIDE, None)], in_review=1)
        unit.imports.advance("B-1", outcomes=[(3, IMPORTED, "L-3")], in_review=0)

    with store.reading() as unit:
        batch = unit.imports.get("B-1")
        assert (batch.done_rows, batch.imported, batch.quarantined, batch.in_review) == (3, 2, 1, 1)
        assert unit.imports.counted("B-1") == batch.counts
        assert unit.imports.outcomes_of("B-1")[2] == (ASIDE, None)


def test_an_unfinished_batch_is_found_by_the_same_file_and_options_only(store):
    with store.writing() as unit:
        unit.imports.open(a_batch(options={"day_first": True, "noted": {"stored": 9}}))

        assert unfinished(unit, day_first=True).batch_id == "B-1"
        assert unfinished(unit, day_first=False) is None
        unit.imports.finish("B-1", at=NOON)
        assert unfinished(unit, day_first=True) is None


def test_what_was_put_aside_comes_back_by_row(store):
    first = Quarantined(
        row_number=2, field="Mail", value="=x", code="c", reason="r", row={"Mail": "=x", "n": [1]}
    )
    second = Quarantined(row_number=1, field="Id", value=None, code="c", reason="r")
    with store.writing() as unit:
        unit.imports.open(a_batch())
        unit.imports.put_aside("B-1", [first, second])

        assert list(unit.imports.put_aside_of("B-1")) == [second, first]


def test_an_unknown_batch_is_not_found(store):
    with store.reading() as unit, pytest.raises(NotFound, match="no import B-9"):
        unit.imports.get("B-9")


def test_of_a_rehearsal_nothing_is_kept(store):
    with store.rehearsing() as unit:
        unit.imports.open(a_batch())

    with store.reading() as unit:
        assert unit.imports.latest() == []
