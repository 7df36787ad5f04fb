"""Amounts shared between the wallet's part and the line's: in proportion, and inside what either can bear.

SETTLE-4 Rounded for the wallet, the rest for the line.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kanal.kit.rounding import divide_half_away


@dataclass(frozen=True, slots=True)
class Span:
    """What the wallet's share may be, both ends included."""

    least: int
    most: int

    def nearest(self, amount: int) -> int:
        assert self.least <= self.most, "nothing fits"
        return min(max(amount, self.least), self.most)


@dataclass(frozen=True, slots=True)
class Proportion:
    """So much of the whole is the wallet's; where there is no whole, everything is."""

    wallet: int
    whole: int

    def of(self, amount: int) -> int:
        return divide_half_away(amount * self.wallet, self.whole) if self.whole else amount


def fitted(amounts: Mapping[str, int], spans: Mapping[str, Span], total: Span) -> dict[str, int]:
    """Each amount inside its own span, and all together inside theirs, moved by as little as that takes."""
    fitting = {name: spans[name].nearest(amount) for name, amount in amounts.items()}
    off = total.nearest(sum(fitting.values())) - sum(fitting.values())
    for name, amount in fitting.items():
        moved = spans[name].nearest(amount + off)
        fitting[name], off = moved, off - (moved - amount)
    assert off == 0, "the spans do not leave room for the total"
    return fitting
