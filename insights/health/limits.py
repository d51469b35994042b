"""From when on something is worth an alarm.

The values were set on simulated markets that stand still and on such that do not
(`benchmarks/drift.py`, docs/model-health.md has the figures): at most one false alarm in a year of
a thousand leads a month, all alarms together.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """When an alarm is raised.

    fewest         leads, of the newest days, from which on anything is said
    psi            population stability index beyond chance; .1 is where custom says "look at it"
    alpha          probability of chance alone, for all fields of one look together
    fewest_won     conversions expected among newly known outcomes from which on they are judged
    margin         how far conversions may be off what was shown, as a share of it
    p_promises     probability of so many conversions at the edge of that margin
    odds           the cumulative sum looks for true odds this many times those shown, or 1/odds
    reached        where it stands when it is an alarm
    """

    fewest: int = 50
    psi: float = 0.1
    alpha: float = 0.01
    fewest_won: float = 5.0
    margin: float = 0.1
    p_promises: float = 0.002
    odds: float = 1.5
    reached: float = 7.0


USUAL = Limits()
