"""How often one address may knock at a public door: a token bucket per address and door, in this process.

Each web process counts for itself, so the true limit is this one times the number of processes; it is a
dam against floods, not an account. Addresses are kept in memory only, for minutes.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from wangge.foundation.errors import TooMany

MOST_ADDRESSES = 50_000


class TooOften(TooMany):
    """More requests from this address than the door takes; says when to come again."""

    code = "limits.too_often"


@dataclass
class Door:
    """`burst` requests at once, refilled at `per_minute`."""

    burst: float
    per_minute: float
    _levels: dict[str, tuple[float, float]] = field(default_factory=dict)

    def knock(self, address: str) -> None:
        """Take one request from the address's bucket, or TooOften (429)."""
        now = time.monotonic()
        level = self._require(address, now)
        if len(self._levels) >= MOST_ADDRESSES:
            self._levels.clear()
        self._levels[address] = (level - 1, now)

    def require_open(self, address: str) -> None:
        """TooOften (429) where the bucket is empty; takes nothing."""
        self._require(address, time.monotonic())

    def forget_rested(self) -> None:
        """Drop the addresses whose bucket has filled up again: nothing is remembered longer than it counts."""
        now, per_s = time.monotonic(), self.per_minute / 60
        full = [one for one, (level, since) in self._levels.items() if level + (now - since) * per_s >= self.burst]
        for address in full:
            del self._levels[address]

    def _require(self, address: str, now: float) -> float:
        level, since = self._levels.get(address, (self.burst, now))
        level = min(self.burst, level + (now - since) * self.per_minute / 60)
        if level < 1:
            raise TooOften(retry_after_s=int((1 - level) * 60 / self.per_minute) + 1)
        return level
