"""What a configuration costs for a stretch of use: arithmetic alone, exact to the one place where it rounds.

PRICE-2 Unit price × quantity × minutes / span minutes × (1 − discount), rounded half away from zero once per component
        line to the currency's unit; totals add rounded lines.
PRICE-3 Timestamps are cut to the minute first; a span is half-open.
PRICE-4 A coupon lowers what is paid, not the taxable amount, never below zero. Over several resources it is split by
        value with largest remainder; by months it is shown equally.
PRICE-5 Tax is computed once per invoice and tax group, on the sum of its rounded lines before coupons: an inclusive
        gross splits into net and tax, exclusive adds it. It is shared back to the lines by largest remainder, and
        both are stored; every later figure prints the stored shares.
ID-9    One invoice has one currency; nothing ever converts. Percentages are whole basis points.

Quotes, invoices and the close of a month all ask here. Each line keeps everything its amount was made of.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import groupby

from kanal.catalog.tariff import Tariff, Use
from kanal.catalog.tax import WHOLE, Tax
from kanal.kit.currency import Currency
from kanal.kit.money import CurrenciesDiffer, Money
from kanal.kit.period import Period
from kanal.kit.plain import Plain
from kanal.kit.rounding import split_by_largest_remainder, to_minor_units


@dataclass(frozen=True, slots=True)
class Discount:
    """In basis points, and where it came from: whose rate it is, and which one."""

    rate: int = 0
    source: str = ""
    reference: str = ""

    def __post_init__(self) -> None:
        if not 0 <= self.rate <= WHOLE:
            raise ValueError(f"{self.rate} basis points are no discount")

    def to_json(self) -> dict[str, Plain]:
        return {"rate": self.rate, "source": self.source, "reference": self.reference}


NO_DISCOUNT = Discount()


@dataclass(frozen=True, slots=True, kw_only=True)
class Component:
    """One part of a configuration. `key` tells it from the others of its resource and settles who gets an odd unit."""

    key: str
    item: str
    use: Use
    tariff: Tariff
    tax: Tax
    discount: Discount = NO_DISCOUNT


@dataclass(frozen=True, slots=True)
class Segment:
    """One resource in one configuration, from a moment up to another."""

    period: Period
    components: tuple[Component, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One component over one stretch. `amount` is rounded, after discount; it holds its tax or it does not."""

    component: Component
    period: Period
    list_amount: int
    amount: int
    tax: int = 0
    coupon: int = 0

    @property
    def discounted(self) -> int:
        return self.list_amount - self.amount

    @property
    def net(self) -> int:
        return self.gross - self.tax

    @property
    def gross(self) -> int:
        """What is owed for it, coupon or not."""
        return self.amount if self.component.tax.is_inclusive else self.amount + self.tax

    @property
    def due(self) -> int:
        return self.gross - self.coupon

    def to_json(self) -> dict[str, Plain]:
        """Every input of the amount and every step to it, so that it can be explained and computed again."""
        component = self.component
        steps = component.tariff.steps(component.use)
        return {
            "key": component.key,
            "item": component.item,
            "quantity": str(component.use.quantity),
            "counted_before": None if component.use.before is None else str(component.use.before),
            "counted_in_all": None if component.use.whole is None else str(component.use.whole),
            "tariff": component.tariff.to_json(),
            "steps": [step.to_json() for step in steps],
            "period": self.period.to_json(),
            "minutes": self.period.minutes,
            "span_minutes": component.tariff.span.minutes,
            "discount": component.discount.to_json(),
            "exact": str(_exact(component, self.period)),
            "list_amount": self.list_amount,
            "amount": self.amount,
            "tax_of": component.tax.to_json(),
            "tax": self.tax,
            "net": self.net,
            "gross": self.gross,
            "coupon": self.coupon,
            "due": self.due,
        }


@dataclass(frozen=True, slots=True)
class TaxSum:
    tax: Tax
    net: int
    amount: int


@dataclass(frozen=True, slots=True)
class Bill:
    """The lines of one invoice, taxed; what a quote shows of one resource."""

    lines: tuple[Line, ...]
    currency: str

    @property
    def list_amount(self) -> int:
        return sum(line.list_amount for line in self.lines)

    @property
    def discounted(self) -> int:
        return sum(line.discounted for line in self.lines)

    @property
    def net(self) -> int:
        return sum(line.net for line in self.lines)

    @property
    def tax(self) -> int:
        return sum(line.tax for line in self.lines)

    @property
    def gross(self) -> int:
        return sum(line.gross for line in self.lines)

    @property
    def coupon(self) -> int:
        return sum(line.coupon for line in self.lines)

    @property
    def due(self) -> Money:
        return Money(self.gross - self.coupon, self.currency)

    @property
    def taxes(self) -> list[TaxSum]:
        """One row for each tax group, from the stored shares."""
        lines = sorted(self.lines, key=_tax_of)
        groups = [(tax, list(of_it)) for tax, of_it in groupby(lines, key=_tax_of)]
        return [TaxSum(tax, sum(line.net for line in of_it), sum(line.tax for line in of_it)) for tax, of_it in groups]


# --- Lines --------------------------------------------------------------------------------------------------------


def bill_of(segments: Sequence[Segment]) -> Bill:
    """One invoice: each segment's components become lines, and all of them are taxed together."""
    currencies = {component.tariff.currency for segment in segments for component in segment.components}
    if len(currencies) != 1:
        raise CurrenciesDiffer(f"an invoice has one currency, not {sorted(currencies)}")
    lines = [line_of(component, segment.period) for segment in segments for component in segment.components]
    return Bill(tuple(_taxed(lines)), currencies.pop())


def line_of(component: Component, period: Period) -> Line:
    """Untaxed: the tax is the invoice's."""
    undiscounted = replace(component, discount=NO_DISCOUNT)
    return Line(
        component=component,
        period=period,
        list_amount=_rounded(undiscounted, period),
        amount=_rounded(component, period),
    )


def _rounded(component: Component, period: Period) -> int:
    return to_minor_units(_exact(component, period), Currency.of(component.tariff.currency).decimals)


def _exact(component: Component, period: Period) -> Fraction:
    """In whole currency, before the one rounding."""
    of_span = component.tariff.span.minutes
    time = Fraction(1) if of_span is None else Fraction(period.minutes, of_span)
    return component.tariff.amount(component.use) * time * Fraction(WHOLE - component.discount.rate, WHOLE)


# --- Tax ----------------------------------------------------------------------------------------------------------


def _taxed(lines: Sequence[Line]) -> list[Line]:
    taxed = list(lines)
    for tax in sorted({line.component.tax for line in lines}):
        places = [place for place, line in enumerate(lines) if line.component.tax == tax]
        amounts = [lines[place].amount for place in places]
        keys = [(lines[place].component.key, lines[place].period.start, place) for place in places]
        for place, share in zip(places, shares(tax.of(sum(amounts)), amounts, keys), strict=True):
            taxed[place] = replace(lines[place], tax=share)
    return taxed


def _tax_of(line: Line) -> Tax:
    return line.component.tax


def shares(total: int, weights: Sequence[int], keys: Sequence[object]) -> list[int]:
    """By largest remainder; what weighs nothing never gets anything."""
    assert total == 0 or any(weights), "something to share, and nobody to share it among"
    return split_by_largest_remainder(total, weights, keys) if any(weights) else [0] * len(weights)


# --- Coupons ------------------------------------------------------------------------------------------------------


def with_coupon(bills: Sequence[Bill], worth: int, covers: Callable[[Line], bool] = lambda _line: True) -> list[Bill]:
    """The bills of one order with a coupon shared over the lines that it covers: first by bill, then by line."""
    if worth < 0:
        raise ValueError("a coupon is worth something")
    if len({bill.currency for bill in bills}) > 1:
        raise CurrenciesDiffer("an order has one currency")
    values = [[line.gross if covers(line) else 0 for line in bill.lines] for bill in bills]
    by_bill = [sum(of_bill) for of_bill in values]
    parts = shares(min(worth, sum(by_bill)), by_bill, range(len(bills)))
    return [_lowered(bill, part, of_bill) for bill, part, of_bill in zip(bills, parts, values, strict=True)]


def _lowered(bill: Bill, part: int, values: Sequence[int]) -> Bill:
    keys = [(line.component.key, line.period.start, place) for place, line in enumerate(bill.lines)]
    parts = zip(bill.lines, shares(part, values, keys), strict=True)
    return replace(bill, lines=tuple(replace(line, coupon=share) for line, share in parts))


def coupon_by_months(coupon: int, months: int) -> list[int]:
    """As the usage report shows it: in equal parts, the odd units in the first months."""
    return split_by_largest_remainder(coupon, [1] * months)
