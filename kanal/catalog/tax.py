"""A rate of tax, and the tax of an amount.

PRICE-5 Tax is computed on the sum of an invoice's lines of one group: a gross one holds it, to a net one it is added.
ID-9    Percentages are whole basis points.
"""

from __future__ import annotations

from dataclasses import dataclass

from kanal.kit.plain import Plain
from kanal.kit.rounding import divide_half_away

WHOLE = 10_000  # basis points


@dataclass(frozen=True, slots=True, order=True)
class Tax:
    """The group an item is taxed in, its rate in basis points then, and whether the price holds it already."""

    group: str
    rate: int
    is_inclusive: bool

    def __post_init__(self) -> None:
        if not 0 <= self.rate <= WHOLE:
            raise ValueError(f"{self.rate} basis points are no rate of tax")

    def of(self, amount: int) -> int:
        """The tax inside a gross amount, or on a net one."""
        return divide_half_away(amount * self.rate, WHOLE + self.rate if self.is_inclusive else WHOLE)

    def to_json(self) -> dict[str, Plain]:
        return {"group": self.group, "rate": self.rate, "is_inclusive": self.is_inclusive}
