"""Every sentence people read, one catalogue a language; the texts are in the TOML files here."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from leads.score import Locale


@cache
def messages(locale: Locale) -> Mapping[str, str]:
    """The texts of a language by dotted key; `str.format` fills their placeholders.

    >>> messages(Locale.EN)["effect.raises"]
    'raises'
    """
    text = files(__name__).joinpath(f"{locale}.toml").read_text(encoding="utf-8")
    return _flat(tomllib.loads(text))


def _flat(tree: Mapping[str, Any], prefix: str = "") -> dict[str, str]:
    flat: dict[str, str] = {}
    for key, value in tree.items():
        if isinstance(value, dict):
            flat |= _flat(value, f"{prefix}{key}.")
        else:
            flat[f"{prefix}{key}"] = value
    return flat
