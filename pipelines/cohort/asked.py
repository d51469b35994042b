"""What is asked of a cohort: which conversion, how soon, and when leads are looked at."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from leads.errors import InvalidInput
from training.cohort import Conversion

HAND_OVER = "hand-over"
_DAYS = re.compile(r"\s*(\d+)\s*d\s*")
_LONGEST = 3_650


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A label, and the moments at which leads are looked at.

    window_days   how long after such a moment a conversion counts
    every_days    between two moments of one lead; None for its hand-over to sales alone
    """

    conversion: Conversion = Conversion.SQL
    window_days: int = 90
    every_days: int | None = None

    @classmethod
    def of(cls, *, conversion: str, window: str, snapshots: str) -> Self:
        """As the command line says it. Raises InvalidInput naming the option."""
        if conversion not in list(Conversion):
            right = ", ".join(Conversion)
            raise InvalidInput(f"--conversion {conversion!r}: right is one of {right}")
        every = None
        if snapshots != HAND_OVER:
            every = days_of(snapshots, option="--snapshots", also=f"{HAND_OVER} or ")
        return cls(
            conversion=Conversion(conversion),
            window_days=days_of(window, option="--window"),
            every_days=every,
        )

    @classmethod
    def of_card(cls, told: Mapping[str, Any]) -> Self:
        """As `to_json` has written it. Raises InvalidInput for what no card of ours says."""
        return cls.of(
            conversion=told["conversion"],
            window=f"{told['window_days']}d",
            snapshots=told["snapshots"],
        )

    @property
    def snapshots(self) -> str:
        """As the option is written."""
        return HAND_OVER if self.every_days is None else f"{self.every_days}d"

    def to_json(self) -> dict[str, Any]:
        """For report and card."""
        return {
            "conversion": str(self.conversion),
            "window_days": self.window_days,
            "snapshots": self.snapshots,
        }


def days_of(text: str, *, option: str, also: str = "") -> int:
    """The days that "90d" says. Raises InvalidInput naming the option."""
    match = _DAYS.fullmatch(text)
    if match is None or not 1 <= int(match[1]) <= _LONGEST:
        raise InvalidInput(
            f"{option} {text!r}: write {also}days from 1d to {_LONGEST}d, for example 90d"
        )
    return int(match[1])
