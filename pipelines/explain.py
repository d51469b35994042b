"""Explain the score of one lead of a file."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np

from features.values import category_of, is_missing
from leads.errors import InvalidInput, NotFound
from leads.personal import is_person_name
from leads.score import Explanation, Locale
from pipelines.files import replacing
from pipelines.models import Model
from pipelines.reports.lead_sheet import lead_sheet
from pipelines.tables import AS_FOUND, TableOptions, open_table
from scoring.scorer import Scorer

COMPANY = ("company", "Company", "account", "Account", "公司", "公司名称", "客户名称")


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainedLead:
    """A lead as the file has it, and its explanation in each language asked for."""

    lead: dict[str, Any]
    row: int
    explanations: dict[Locale, Explanation]


def find_lead(
    data: Path,
    *,
    row: int | None = None,
    where: str | None = None,
    reading: TableOptions = AS_FOUND,
) -> tuple[int, dict[str, Any]]:
    """One lead of a file: row `row` (from 1), or the first with `where` ("column=value").

    Reads no further than it must. Raises NotFound when there is no such row, InvalidInput when
    `where` is not of that form or names no column.
    """
    with open_table(data, **reading.arguments()) as reader:
        column, value = _condition(where, reader.columns, data) if where else (None, None)
        seen = 0
        for frame in reader:
            if column is not None:
                words = frame[column].map(category_of), frame[column].astype(str).str.strip()
                hits = np.flatnonzero([value in pair for pair in zip(*words, strict=True)])
                at = int(hits[0]) if len(hits) else None
            else:
                at = (row or 1) - 1 - seen if 0 <= (row or 1) - 1 - seen < len(frame) else None
            if at is not None:
                return seen + at + 1, {str(name): value for name, value in frame.iloc[at].items()}
            seen += len(frame)
    asked = f"lead with {where}" if where else f"row {row}"
    raise NotFound(f"{data} has no {asked}; it has {seen:,} rows")


def explain_lead(
    data: Path,
    *,
    scorer: Scorer,
    as_of: datetime,
    row: int | None = None,
    where: str | None = None,
    reading: TableOptions = AS_FOUND,
    top: int = 5,
    locales: tuple[Locale, ...] = (Locale.EN,),
) -> ExplainedLead:
    """The explanation of one lead of a file; `find_lead` says which."""
    at, lead = find_lead(data, row=row, where=where, reading=reading)
    explanations = {
        locale: scorer.explain(lead, top=top, locale=locale, as_of=as_of) for locale in locales
    }
    return ExplainedLead(lead=lead, row=at, explanations=explanations)


def write_sheet(out: Path, explained: ExplainedLead, *, model: Model, as_of: datetime) -> None:
    """Write the lead sheet, one page in every language of `explained`, as HTML."""
    page = lead_sheet(
        explained.explanations,
        who=who(explained.lead) or f"#{explained.row}",
        fields=model.bundle.encoder.fields,
        model_name=model.name,
        model_version=model.version,
        as_of=as_of,
    )
    with replacing(out) as partial:
        partial.write_text(page, encoding="utf-8")


def who(lead: Mapping[str, Any]) -> str:
    """What people call the lead: the name columns it has, and its company."""
    names = [
        str(value) for key, value in lead.items() if is_person_name(key) and not is_missing(value)
    ]
    # Chinese puts the family name first, and no space between
    chinese = all("\u4e00" <= char <= "\u9fff" for name in names for char in name)
    name = "".join(reversed(names)) if chinese else " ".join(names)
    company = next((lead[key] for key in COMPANY if not is_missing(lead.get(key))), None)
    return ", ".join(part for part in (name, str(company or "")) if part)


def _condition(where: str, columns: tuple[str, ...], data: Path) -> tuple[str, str]:
    column, equals, value = where.partition("=")
    if not equals:
        raise InvalidInput(f"--where {where!r}: write column=value, for example lead_id=L-7")
    if column.strip() not in columns:
        raise InvalidInput(f"{data} has no column {column!r}; it has {', '.join(columns)}")
    return column.strip(), value.strip()
