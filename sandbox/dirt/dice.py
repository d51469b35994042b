"""A stream of seeded choices, drawn in blocks because one number at a time is slow in numpy."""

from collections.abc import Sequence
from typing import TypeVar

import numpy as np

_BLOCK = 65_536

T = TypeVar("T")


class Dice:
    """Choices that depend on the seed and on the order in which they are asked for."""

    __slots__ = ("_left", "_rng")

    def __init__(self, *seed: int) -> None:
        self._rng = np.random.default_rng(seed)
        self._left: list[float] = []

    def u(self) -> float:
        """A number in [0, 1)."""
        if not self._left:
            self._left = self._rng.random(_BLOCK).tolist()
        return self._left.pop()

    def chance(self, p: float) -> bool:
        """Whether something of probability `p` happens."""
        return self.u() < p

    def below(self, n: int) -> int:
        """A whole number in 0..n-1."""
        return int(self.u() * n)

    def pick(self, items: Sequence[T]) -> T:
        """One of the items, all equally likely."""
        return items[int(self.u() * len(items))]

    def early(self, items: Sequence[T], lean: float = 2.0) -> T:
        """One of the items, the earlier ones the more often the larger `lean` is above one."""
        return items[int(self.u() ** lean * len(items))]

    def weighted(self, shares: Sequence[tuple[T, float]]) -> T:
        """One of the items by their shares, which sum to one."""
        rest = self.u()
        for item, share in shares:
            rest -= share
            if rest < 0:
                return item
        return shares[-1][0]

    def filled(self, pattern: str) -> str:
        """The pattern with each `#` a digit 0-9 and each `N` a digit 2-9."""
        return "".join(
            str(self.below(10)) if sign == "#" else str(2 + self.below(8)) if sign == "N" else sign
            for sign in pattern
        )
