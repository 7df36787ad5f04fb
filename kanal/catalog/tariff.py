"""What a price says: for how much, over which span, in which tiers, what of it is free. Arithmetic alone, and exact.

PRICE-1 A price is for a unit over a stated span: 30 days = 43,200 minutes, an hour, or once.
CLOSE-6 Tiers and free amounts count per resource and month, unless the price says per customer.

Nothing is rounded here: `kanal.billing.price` rounds, once per component line.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise

from kanal.kit.currency import CURRENCIES
from kanal.kit.period import PRICE_MONTH_MINUTES
from kanal.kit.plain import Plain

ZERO = Decimal(0)


class Span(StrEnum):
    """How long a unit may be used for its price; what is sold once has no length."""

    THIRTY_DAYS = "THIRTY_DAYS"
    HOUR = "HOUR"
    ONCE = "ONCE"

    @property
    def minutes(self) -> int | None:
        return {Span.THIRTY_DAYS: PRICE_MONTH_MINUTES, Span.HOUR: 60, Span.ONCE: None}[self]


class Tiering(StrEnum):
    """Each unit at one price; each tier at its own; all at the price of the tier reached; by whole packages."""

    FLAT = "FLAT"
    GRADUATED = "GRADUATED"
    VOLUME = "VOLUME"
    PACKAGE = "PACKAGE"


class CountedPer(StrEnum):
    RESOURCE = "RESOURCE"
    CUSTOMER = "CUSTOMER"


@dataclass(frozen=True, slots=True)
class Tier:
    """Up to and including `up_to`, the last without end. `flat` is due once when the tier is reached."""

    up_to: Decimal | None
    unit_price: Decimal
    flat: Decimal = ZERO

    def to_json(self) -> dict[str, Plain]:
        up_to = None if self.up_to is None else _plain(self.up_to)
        return {"up_to": up_to, "unit_price": _plain(self.unit_price), "flat": _plain(self.flat)}


@dataclass(frozen=True, slots=True)
class Step:
    """So many units, or packages, at one price: what a line shows of the way to its amount."""

    quantity: Decimal
    unit_price: Decimal
    flat: Decimal = ZERO

    @property
    def amount(self) -> Fraction:
        return Fraction(self.quantity) * Fraction(self.unit_price) + Fraction(self.flat)

    def to_json(self) -> dict[str, Plain]:
        return {"quantity": _plain(self.quantity), "unit_price": _plain(self.unit_price), "flat": _plain(self.flat)}


@dataclass(frozen=True, slots=True)
class Use:
    """What is charged now. Where units are sold once and counted over a month, `before` of them were charged already
    (none, not even the flat part, when it is None), and `whole` is what the month comes to in the end.
    """

    quantity: Decimal
    before: Decimal | None = None
    whole: Decimal | None = None

    def __post_init__(self) -> None:
        if self.quantity < 0 or (self.before is not None and self.before < 0):
            raise ValueError(f"{self} is less than nothing")
        if self.whole is not None and self.whole < self.after:
            raise ValueError(f"{self} counts more than there is in the whole")

    @property
    def after(self) -> Decimal:
        return self.quantity + (self.before or ZERO)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tariff:
    """`unit_price` is in whole currency (7.7 VND), of a package where it is sold in packages of `size`.

    First whole units are counted where only those are charged, then the free ones go, then at least `least` remain.
    """

    unit_price: Decimal = ZERO
    currency: str = "VND"
    span: Span = Span.THIRTY_DAYS
    tiering: Tiering = Tiering.FLAT
    tiers: tuple[Tier, ...] = ()
    size: Decimal = Decimal(1)
    free: Decimal = ZERO
    least: Decimal = ZERO
    whole_units: bool = False
    counted_per: CountedPer = CountedPer.RESOURCE

    def __post_init__(self) -> None:
        if self.currency not in CURRENCIES:
            raise ValueError(f"the house has no currency {self.currency!r}")
        if (self.tiering in {Tiering.GRADUATED, Tiering.VOLUME}) != bool(self.tiers):
            raise ValueError(f"tiers and {self.tiering} do not go together")
        prices = [self.unit_price, *(tier.unit_price for tier in self.tiers), *(tier.flat for tier in self.tiers)]
        if min(*prices, self.free, self.least) < 0 or self.size <= 0:
            raise ValueError("a price is never below zero, and a package holds something")
        if self.tiers and not _ascends(self.tiers):
            raise ValueError("each tier ends above the one before it, and the last has no end")

    def billable(self, quantity: Decimal) -> Decimal:
        counted = Decimal(int(quantity)) if self.whole_units else quantity
        return max(counted - self.free, self.least, ZERO)

    def steps(self, use: Use) -> tuple[Step, ...]:
        if use.before is not None and self.span is not Span.ONCE:
            raise ValueError("only what is sold once is counted over a month; the rest is a level kept for a time")
        before = None if use.before is None else self.billable(use.before)
        after = self.billable(use.after)
        match self.tiering:
            case Tiering.FLAT:
                return (Step(after - (before or ZERO), self.unit_price),)
            case Tiering.PACKAGE:
                return (Step(self._packages(after) - self._packages(before or ZERO), self.unit_price),)
            case Tiering.GRADUATED:
                return tuple(self._graduated(before, after))
            case Tiering.VOLUME:
                reached = self._reached(self.billable(use.after if use.whole is None else use.whole))
                flat = reached.flat if before is None else ZERO
                return (Step(after - (before or ZERO), reached.unit_price, flat),)

    def amount(self, use: Use) -> Fraction:
        """For one span, in whole currency, exact."""
        return sum((step.amount for step in self.steps(use)), start=Fraction(0))

    def cliffs(self) -> tuple[Decimal, ...]:
        """Where one unit more costs less in all, as happens when a volume's next tier is cheaper: worth a warning."""
        if self.tiering is not Tiering.VOLUME:
            return ()
        return tuple(
            tier.up_to
            for tier, after in pairwise(self.tiers)
            if tier.up_to is not None
            and tier.up_to * tier.unit_price + tier.flat > tier.up_to * after.unit_price + after.flat
        )

    def to_json(self) -> dict[str, Plain]:
        return {
            "unit_price": _plain(self.unit_price),
            "currency": self.currency,
            "span": self.span.value,
            "tiering": self.tiering.value,
            "tiers": [tier.to_json() for tier in self.tiers],
            "size": _plain(self.size),
            "free": _plain(self.free),
            "least": _plain(self.least),
            "whole_units": self.whole_units,
            "counted_per": self.counted_per.value,
        }

    def _packages(self, billable: Decimal) -> Decimal:
        """A package begun is a package sold."""
        return Decimal(-(-Fraction(billable) // Fraction(self.size)))

    def _graduated(self, before: Decimal | None, after: Decimal) -> Iterator[Step]:
        floor = ZERO
        for place, tier in enumerate(self.tiers):
            top = after if tier.up_to is None else min(after, tier.up_to)
            quantity = max(top - max(before or ZERO, floor), ZERO)
            is_reached = place == 0 or after > floor
            was_reached = before is not None and (place == 0 or before > floor)
            if is_reached and (quantity or not was_reached):
                yield Step(quantity, tier.unit_price, ZERO if was_reached else tier.flat)
            floor = floor if tier.up_to is None else tier.up_to

    def _reached(self, billable: Decimal) -> Tier:
        return next(tier for tier in self.tiers if tier.up_to is None or billable <= tier.up_to)


def _ascends(tiers: tuple[Tier, ...]) -> bool:
    ends = [tier.up_to for tier in tiers]
    known = [end for end in ends[:-1] if end is not None]
    return (
        ends[-1] is None and len(known) == len(ends) - 1 and all(low < high for low, high in pairwise([ZERO, *known]))
    )


def _plain(number: Decimal) -> str:
    """Without an exponent and without noughts that say nothing."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
