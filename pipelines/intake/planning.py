"""How a file will be read: its mapping, its way of writing dates, its source. Nothing is written.

The whole file is read once here, so that an import that begins can also end: a ragged line or a
damaged archive is found before the first row is taken in.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cleansing.dates import day_order
from cleansing.mapping import HeaderMapping, match_headers, read_map
from cleansing.places import normal_country
from leads.errors import InvalidInput
from leads.imports import ImportKind
from leads.progress import Progress, silent
from pipelines.intake.reading import TIMES, DayOrder
from pipelines.intake.rows import Row, rows_of
from pipelines.tables import AS_FOUND, TableOptions, open_table
from pipelines.tables.reading import digest_of

if TYPE_CHECKING:
    import pandas as pd

    from pipelines.tables import TableReader

SAMPLED = 200
"""Values of a column that help to find out what it is."""
MOST_OF_A_SOURCE = 200
SYSTEMS = ("salesforce", "hubspot", "dynamics", "odoo")
"""Presets that are a source when they are told: a spreadsheet in Chinese may be anybody's, and so
may one whose headers only look like a system's.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What somebody says about a file that would otherwise be found out or left open.

    lead_source   whose ids stand in the column of leads, of a file of facts
    currency      of amounts that name none
    """

    source: str | None = None
    preset: str | None = None
    map: Path | None = None
    country: str | None = None
    day_first: bool | None = None
    lead_source: str | None = None
    currency: str | None = None
    table: TableOptions = field(default=AS_FOUND)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How a file will be read.

    undecided   headers of times that could be read two ways in the rows seen first
    """

    path: Path
    kind: ImportKind
    source: str
    mapping: HeaderMapping
    order: DayOrder
    undecided: tuple[str, ...]
    country: str | None
    lead_source: str
    currency: str | None
    table: TableOptions
    n_rows: int
    digest: str
    warnings: tuple[str, ...]

    def options(self) -> dict[str, Any]:
        """What decides how rows are read, as JSON: an import goes on only with the same."""
        return {
            "fields": dict(self.mapping.fields),
            "ignored": sorted(self.mapping.ignored),
            "day_first": {name: self.order.of(name) for name in sorted(TIMES)},
            "country": self.country,
            "lead_source": self.lead_source,
            "currency": self.currency,
            "table": self.table.arguments(),
        }

    def rows(self, *, skip: int = 0) -> "tuple[TableReader, Any]":
        """The reader, for its progress, and the rows."""
        reader = open_table(self.path, **self.table.arguments(), nested=True)
        return reader, rows_of(reader, self.mapping, skip=skip)

    def whole(self, row: Row) -> dict[str, Any]:
        """A row as it was handed in."""
        return row.whole(self.mapping)


def plan_import(
    path: Path, *, kind: ImportKind, asked: Asked | None = None, progress: Progress = silent
) -> Plan:
    """Read the file through and decide. Raises InvalidInput, NotFound."""
    asked = asked or Asked()
    country = _country(asked.country)
    told = read_map(asked.map, kind=kind) if asked.map else {}
    with open_table(path, **asked.table.arguments(), nested=True) as reader:
        first: pd.DataFrame | None = None
        for frame in reader:
            first = frame if first is None else first
            progress("check", reader.read_bytes, reader.total_bytes)
        progress("check", reader.total_bytes, reader.total_bytes)
    assert first is not None  # a reader without a row raises
    samples = {str(header): _samples(first[header]) for header in first.columns}
    told = {header: field for header, field in told.items() if header in samples}
    mapping = match_headers(
        list(samples), kind=kind, preset=asked.preset, told=told, samples=samples
    )
    _refuse_empty(path, mapping)
    orders = {
        name: day_order(str(value) for value in samples[header])
        for header, name in mapping.fields.items()
        if name in TIMES
    }
    return Plan(
        path=path,
        kind=kind,
        source=(source := _source(path, mapping, asked)),
        mapping=mapping,
        order=DayOrder(told=asked.day_first, by_field=orders),
        undecided=_undecided(mapping, samples, orders) if asked.day_first is None else (),
        country=country,
        lead_source=asked.lead_source or source,
        currency=_currency(asked.currency),
        table=asked.table,
        n_rows=reader.n_rows,
        digest=digest_of(path),
        warnings=reader.warnings,
    )


def _samples(column: "pd.Series[Any]") -> list[object]:
    return list(column.dropna().head(SAMPLED).tolist())


def _source(path: Path, mapping: HeaderMapping, asked: Asked) -> str:
    if asked.source is not None:
        if not asked.source.strip() or not asked.source.isprintable():
            raise InvalidInput("--source is empty; name the system or the list, such as crm")
        if len(asked.source) > MOST_OF_A_SOURCE:
            raise InvalidInput(
                f"--source has {len(asked.source):,} characters, more than {MOST_OF_A_SOURCE};"
                " name the system or the list, such as crm"
            )
        return asked.source.strip()
    if asked.preset in SYSTEMS:
        return asked.preset
    has_ids = {"external_id", "message_id", "lead"} & set(mapping.fields.values())
    if has_ids:
        ids = ", ".join(sorted(repr(mapping.header_of(name)) for name in has_ids))
        raise InvalidInput(
            f"{path}: whose ids are in {ids}? Name the system with --source, the same each time, or"
            " say --preset; a lead is known again by its source and id"
        )
    return (path.name.split(".")[0] or path.name)[:MOST_OF_A_SOURCE]


def _refuse_empty(path: Path, mapping: HeaderMapping) -> None:
    if not mapping.fields:
        shown = ", ".join(mapping.attributes[:10])
        raise InvalidInput(
            f"{path}: none of its headers is a field of {mapping.kind} ({shown});"
            " write which is which into a file for --map"
        )


def _undecided(
    mapping: HeaderMapping,
    samples: Mapping[str, Sequence[object]],
    orders: Mapping[str, bool | None],
) -> tuple[str, ...]:
    from cleansing.dates import normal_date

    def is_open(header: str) -> bool:
        found = (normal_date(value) for value in samples[header] if isinstance(value, str))
        return any(each is not None and each.is_ambiguous for each in found)

    return tuple(
        header
        for header, name in mapping.fields.items()
        if name in orders and orders[name] is None and is_open(header)
    )


def _country(told: str | None) -> str | None:
    if told is None:
        return None
    country = normal_country(told)
    if country is None:
        raise InvalidInput(f"--country {told!r} is not a country; use DE, Germany or 德国")
    return country.code


def _currency(told: str | None) -> str | None:
    from cleansing.money import normal_currency

    return None if told is None else normal_currency(told, pointer="--currency")
