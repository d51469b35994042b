"""Which column of a stranger's table is which field of ours.

`match_headers` decides by what was told, by a preset (Salesforce, HubSpot, Dynamics 365, Odoo,
Chinese spreadsheets), by the names people use, by near misses of those, and by the values.
"""

from cleansing.mapping.fields import KINDS, fields_of
from cleansing.mapping.mapfile import read_map, write_map
from cleansing.mapping.match import match_headers
from cleansing.mapping.presets import PRESETS
from cleansing.mapping.result import Doubt, HeaderMapping, How
from cleansing.mapping.vocabulary import kind_of_header

__all__ = [
    "KINDS",
    "PRESETS",
    "Doubt",
    "HeaderMapping",
    "How",
    "fields_of",
    "kind_of_header",
    "match_headers",
    "read_map",
    "write_map",
]
