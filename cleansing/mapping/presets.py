"""The headers of well-known systems, and which of the systems a table comes from."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from cleansing.mapping.fields import meant
from cleansing.mapping.vocabulary import key_of
from leads.errors import InvalidInput

_FOLDER = Path(__file__).parents[1] / "presets"
_LEAST = 3  # headers that must fit before a system is recognised
_MOST_FIT = 0.5

PRESETS = ("salesforce", "hubspot", "dynamics", "odoo", "chinese")
"""The systems with a preset; `cleansing/presets/<name>.toml` says what their headers mean."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Preset:
    """One system.

    signs       keys of headers that no other system has
    custom      a company's own columns, which neither fit nor misfit
    fields      for each kind of table: key of a header -> field, "attribute" or "ignore"
    """

    name: str
    title: str
    signs: frozenset[str]
    custom: re.Pattern[str]
    fields: Mapping[str, Mapping[str, str]]

    def fits(self, headers: Sequence[str], kind: str) -> int:
        """How many of the headers it knows; 0 when those are not most of them or show no sign."""
        table = self.fields.get(kind, {})
        keys = {header: key_of(header) for header in headers}
        known = sum(key in table for key in keys.values())
        strange = sum(
            key not in table and not self.custom.search(header) for header, key in keys.items()
        )
        has_sign = any(key in self.signs for key in keys.values())
        is_most = known >= _LEAST and known >= _MOST_FIT * (known + strange)
        return known if has_sign and is_most else 0


def preset_of(name: str, kind: str) -> Preset:
    """The preset of that name. Raises InvalidInput for an unknown one or one without this kind."""
    if name not in PRESETS:
        raise InvalidInput(f"there is no preset {name!r}{meant(name, PRESETS)}")
    preset = _preset(name)
    if kind not in preset.fields:
        raise InvalidInput(
            f"the preset {name!r} knows no {kind}, only {', '.join(preset.fields)}; "
            "leave the preset away and the headers are matched by their names"
        )
    return preset


def detect(headers: Sequence[str], kind: str) -> Preset | None:
    """The system whose headers these are, if they are most of them."""
    best = max((_preset(name) for name in PRESETS), key=lambda preset: preset.fits(headers, kind))
    return best if best.fits(headers, kind) else None


@lru_cache(maxsize=len(PRESETS))
def _preset(name: str) -> Preset:
    table = tomllib.loads((_FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
    kinds = {kind: fields for kind, fields in table.items() if isinstance(fields, dict)}
    return Preset(
        name=name,
        title=table["title"],
        signs=frozenset(key_of(header) for header in table["signs"]),
        custom=re.compile(table["custom"]),
        fields={
            kind: {key_of(header): field for header, field in fields.items()}
            for kind, fields in kinds.items()
        },
    )
