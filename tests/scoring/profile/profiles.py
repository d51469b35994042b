"""Profiles for tests."""

from pathlib import Path

from scoring.profile import read_profile
from scoring.profile.reading import parse_profile

PACKAGED = Path(__file__).resolve().parents[3] / "playbook" / "profile.toml"

SMALL = """
[probability]
average = 0.03
at_0 = 0.01
at_50 = 0.05
at_100 = 0.20

[tiers]
A = 70
B = 40
C = 20

[[fit]]
name = "large"
points = 30
when = { field = "employees", op = "ge", value = 500 }

[[fit]]
name = "private"
points = -10
when = { field = "email_is_free", op = "eq", value = true }

[[behaviour]]
kind = "pricing_visited"
points = 10
cap = 25
half_life_days = 10

[[must_follow]]
name = "giants"
when = { field = "employees", op = "ge", value = 5000 }
"""


def packaged():
    return read_profile(PACKAGED)


def small(extra=""):
    return parse_profile((SMALL + extra).encode(), name="test")
