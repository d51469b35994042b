"""What was decided about the headers of a table, and why."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class How(StrEnum):
    """Why a header is that field, the surest first."""

    TOLD = "told"
    PRESET = "preset"
    NAME = "name"
    ALIAS = "alias"
    PREFIXED = "prefixed"
    SIMILAR = "similar"
    VALUES = "values"


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """A header that might have been a field and was kept as an attribute.

    winner      the header that is the field instead; None when its values are not of that field
    """

    header: str
    field: str
    winner: str | None

    def __str__(self) -> str:
        """As a sentence."""
        if self.winner is None:
            why = f"is called like {self.field} but its values are not"
        else:
            why = f"could also be {self.field}, which is {self.winner!r}"
        return f"{self.header!r} {why}: kept as an attribute"


@dataclass(frozen=True, slots=True, kw_only=True)
class HeaderMapping:
    """The decision for a whole table.

    preset          the preset that was told or recognised by itself
    fields          header -> field; no field twice
    attributes      headers kept under their own names, in the table's order
    ignored         headers told to be left out
    how             header -> why, for each of `fields`
    ambiguous       attributes that might have been a field
    """

    kind: str
    preset: str | None
    fields: Mapping[str, str]
    attributes: tuple[str, ...]
    ignored: tuple[str, ...]
    how: Mapping[str, How]
    ambiguous: tuple[Doubt, ...]

    def record(self, row: Mapping[str, object]) -> dict[str, object]:
        """A row of the table under the names of our fields, with what is left in `attributes`."""
        record = {field: row[header] for header, field in self.fields.items() if header in row}
        kept = {header: row[header] for header in self.attributes if row.get(header) is not None}
        return {**record, "attributes": kept}

    def header_of(self, field: str) -> str | None:
        """The header that is this field, if there is one."""
        return next((header for header, is_field in self.fields.items() if is_field == field), None)
