"""Files as somebody hands them in, and what became of them."""

import csv
import json

from leads.imports import ImportKind
from pipelines.intake.planning import Asked, plan_import
from pipelines.intake.running import bring_in
from tests.factories import NOON


def write_csv(path, header, *rows, encoding="utf-8"):
    """A CSV file of these rows."""
    with path.open("w", newline="", encoding=encoding) as file:
        csv.writer(file).writerows([header, *rows])
    return path


def write_jsonl(path, *rows):
    """A file of JSON objects."""
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
    return path


def plan(path, kind="leads", source="crm", **asked):
    """How the file will be read."""
    return plan_import(path, kind=ImportKind(kind), asked=Asked(source=source, **asked))


def import_(store, path, kind="leads", *, now=NOON, source="crm", **asked):
    """The finished import."""
    planned = plan(path, kind, source, **asked)
    return bring_in(store, planned, actor="test", clock=lambda: now, processes=0)


def counts(done):
    """Outcome -> rows, without the ones there are none of."""
    return {outcome: n for outcome, n in done.batch.counts.items() if n}


def codes(store, done):
    """(row, field, code) of everything that was put aside."""
    with store.reading() as unit:
        aside = list(unit.imports.put_aside_of(done.batch.batch_id))
    return [(one.row_number, one.field, one.code) for one in aside]


def lead_called(store, external_id, source="crm"):
    """The lead that speaks for what a source calls so."""
    with store.reading() as unit:
        known = unit.leads.outside(source, [external_id])[external_id]
        return unit.leads.get(known.lead_id)
