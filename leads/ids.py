"""Ids that sort by time: UUID version 7 (RFC 9562)."""

import os
from datetime import datetime


def new_ids(n: int, *, at: datetime) -> list[str]:
    """Fresh ids; those made in one call are in no order among themselves."""
    stamp = f"{int(at.timestamp() * 1000):012x}"
    head = f"{stamp[:8]}-{stamp[8:]}-7"
    chance = os.urandom(10 * n).hex()
    return [_id(head, chance[20 * i : 20 * i + 20]) for i in range(n)]


def new_id(*, at: datetime) -> str:
    """One fresh id."""
    return new_ids(1, at=at)[0]


def _id(head: str, chance: str) -> str:
    return f"{head}{chance[:3]}-{_VARIANT[chance[3]]}{chance[4:7]}-{chance[7:19]}"


_VARIANT = {digit: "89ab"[int(digit, 16) % 4] for digit in "0123456789abcdef"}
"""The first digit of the fourth group says that this is a UUID."""
