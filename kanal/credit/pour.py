"""Where the money of one sale goes, and how it comes back: arithmetic alone, exact to the unit.

SETTLE-1 What the provider gets is the cost, whatever the customer's price; the rest is between customer and partner.
SETTLE-2 From a wallet: the price less coupon leaves the customer, the cost goes to the provider, the rest is margin.
SETTLE-3 Below cost, the partner's wallet gives what is missing.
SETTLE-4 On a line: both debts arise, at the price and at the cost; a sale paid part by wallet and part by line splits
         its cost, its tax and a provider's coupon in that proportion, rounded for the wallet, the rest for the line.
SETTLE-5 A refund takes both prices back pro rata, from those who got them.
SETTLE-6 A direct customer, or a partner for itself, buys at cost: no margin, no shortfall, no line.
PAY-2    What goes back goes to the last payer first, and never more than that payer paid.

docs/chart.md tells the same in words.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal, TypeAlias

from kanal.credit.shares import Proportion, Span, fitted
from kanal.ledger.flows import Kind

Owner: TypeAlias = Literal["CUSTOMER", "PARTNER", "PROVIDER"]


class Bearer(StrEnum):
    """Who gives what a coupon pays. A partner's lowers the price, and so the margin: no account gives it."""

    PROVIDER = "PROVIDER"
    PARTNER = "PARTNER"


@dataclass(frozen=True, slots=True)
class Place:
    """An account before it has a book, an owner's id and a currency."""

    kind: Kind
    owner: Owner
    detail: str = ""


PROMOTION = Place(Kind.PROMOTION, "PROVIDER")
WALLET = Place(Kind.WALLET, "CUSTOMER")
SHORTFALL = Place(Kind.WALLET, "PARTNER")
OWED = Place(Kind.OWED, "CUSTOMER")
DUE = Place(Kind.DUE, "PARTNER")
OWED_COST = Place(Kind.OWED_COST, "PARTNER")
LINE = Place(Kind.LINE, "CUSTOMER")
LINE_USED = Place(Kind.LINE_USED, "CUSTOMER")
EXPOSURE = Place(Kind.EXPOSURE, "PARTNER")
EXPOSURE_USED = Place(Kind.EXPOSURE_USED, "PARTNER")
REVENUE = Place(Kind.REVENUE, "PROVIDER")
MARGIN = Place(Kind.MARGIN, "PARTNER")


def promo(grant: str) -> Place:
    return Place(Kind.PROMO, "CUSTOMER", grant)


def tax(group: str) -> Place:
    return Place(Kind.TAX, "PROVIDER", group)


@dataclass(frozen=True, slots=True)
class SaleLine:
    """One component: what the customer's price and the cost are, the tax inside the cost, and its share of a coupon."""

    price: int
    cost: int
    tax: int
    tax_group: str
    coupon: int = 0

    def __post_init__(self) -> None:
        if not (0 <= self.coupon <= self.price and 0 <= self.tax <= self.cost):
            raise ValueError(f"{self} pays more by coupon than it costs, or is taxed above its cost")


@dataclass(frozen=True, slots=True)
class Sale:
    """What is bought: through a partner at two prices, or from the provider at one (`partner` is False)."""

    lines: tuple[SaleLine, ...]
    partner: bool
    coupon_borne_by: Bearer = Bearer.PROVIDER

    def __post_init__(self) -> None:
        if not self.partner and any(line.price != line.cost for line in self.lines):
            raise ValueError("who buys from the provider buys at cost (SETTLE-6)")
        if not self.partner and self.coupon_borne_by is not Bearer.PROVIDER and self.coupon:
            raise ValueError("without a partner, a coupon is the provider's")

    @property
    def price(self) -> int:
        return sum(line.price for line in self.lines)

    @property
    def coupon(self) -> int:
        return sum(line.coupon for line in self.lines)

    @property
    def due(self) -> int:
        """What the customer pays: price less coupon."""
        return self.price - self.coupon

    @property
    def taxes(self) -> dict[str, int]:
        groups: dict[str, int] = {}
        for line in self.lines:
            groups[line.tax_group] = groups.get(line.tax_group, 0) + line.tax
        return groups


@dataclass(frozen=True, slots=True)
class Payment:
    """What each payer gives, in the order in which they pay: promotional money by grant, the wallet, the line."""

    promos: Mapping[str, int] = field(default_factory=dict)
    wallet: int = 0
    line: int = 0

    @property
    def total(self) -> int:
        return sum(self.promos.values()) + self.wallet + self.line


@dataclass(frozen=True, slots=True)
class Part:
    """What one part of a sale, the wallet's or the line's, took and gave; of a refund, the same given back.

    `missing` is the part of the cost that nobody else paid: the partner's wallet gives it, or its debt (OWED_COST).
    In a refund `margin` may be below zero: then it takes what rounding leaves; and a part's revenue by a unit.
    """

    coupon: int = 0
    promos: Mapping[str, int] = field(default_factory=dict)
    wallet: int = 0
    missing: int = 0
    revenue: int = 0
    taxes: Mapping[str, int] = field(default_factory=dict)
    margin: int = 0

    @property
    def tax(self) -> int:
        return sum(self.taxes.values())

    @property
    def cost(self) -> int:
        return self.revenue + self.tax

    def __post_init__(self) -> None:
        took = self.coupon + sum(self.promos.values()) + self.wallet + self.missing
        if took != self.cost + self.margin:
            raise ValueError(f"{self} does not balance")

    def less(self, other: Part) -> Part:
        return Part(
            coupon=self.coupon - other.coupon,
            promos=_less(self.promos, other.promos),
            wallet=self.wallet - other.wallet,
            missing=self.missing - other.missing,
            revenue=self.revenue - other.revenue,
            taxes=_less(self.taxes, other.taxes),
            margin=self.margin - other.margin,
        )


@dataclass(frozen=True, slots=True)
class Split:
    """How one sale was settled, kept with it for good; of a refund, what of it went back."""

    by_wallet: Part = field(default_factory=Part)
    by_line: Part = field(default_factory=Part)
    line: int = 0  # what the customer owes its partner, and the line's used part

    def less(self, other: Split) -> Split:
        return Split(self.by_wallet.less(other.by_wallet), self.by_line.less(other.by_line), self.line - other.line)

    @property
    def paid(self) -> int:
        """By the customer, whatever with."""
        return sum(self.by_wallet.promos.values()) + self.by_wallet.wallet + self.line


def _less(mine: Mapping[str, int], others: Mapping[str, int]) -> dict[str, int]:
    return {name: amount - others.get(name, 0) for name, amount in mine.items()}


# --- Buying ------------------------------------------------------------------------------------------------------


def split_sale(sale: Sale, payment: Payment) -> Split:
    if payment.total != sale.due:
        raise ValueError(f"{payment} does not pay {sale.due}")
    if payment.line and not sale.partner:
        raise ValueError("a line is a partner's customer's (SETTLE-6)")
    due = sale.due
    cost = sum(line.cost for line in sale.lines)
    coupon = sale.coupon if sale.coupon_borne_by is Bearer.PROVIDER else 0
    of_wallet = Proportion(due - payment.line, due if payment.line else 0)
    by_wallet = of_wallet.of(cost)
    taxes = _taxes_by_wallet(sale.taxes, of_wallet, Span(sum(sale.taxes.values()) - (cost - by_wallet), by_wallet))
    coupon_by_wallet = of_wallet.of(coupon)
    promos = dict(payment.promos)
    return Split(
        _part(cost=by_wallet, taxes=taxes, coupon=coupon_by_wallet, promos=promos, wallet=payment.wallet),
        _part(cost=cost - by_wallet, taxes=_less(sale.taxes, taxes), coupon=coupon - coupon_by_wallet),
        payment.line,
    )


def _taxes_by_wallet(taxes: Mapping[str, int], share: Proportion, total: Span) -> dict[str, int]:
    """Neither part is taxed above its cost."""
    shares = {group: share.of(amount) for group, amount in taxes.items()}
    return fitted(shares, {group: Span(0, amount) for group, amount in taxes.items()}, total)


def _part(
    *, cost: int, taxes: Mapping[str, int], coupon: int, promos: Mapping[str, int] | None = None, wallet: int = 0
) -> Part:
    """What is paid beside the line's own debt; missing to the cost, or over it."""
    promos = promos or {}
    over = coupon + sum(promos.values()) + wallet - cost
    return Part(
        coupon=coupon,
        promos=promos,
        wallet=wallet,
        missing=max(-over, 0),
        revenue=cost - sum(taxes.values()),
        taxes=dict(taxes),
        margin=max(over, 0),
    )


# --- Moving ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Pour:
    source: Place
    target: Place
    amount: int


def pours_of_sale(split: Split) -> list[Pour]:
    """Everything that money and debts do at the capture of a sale; limits move beside it."""
    wallets, lines = split.by_wallet, split.by_line
    return [
        *poured([*_payers(wallets), (SHORTFALL, wallets.missing)], [*_costs(wallets), (MARGIN, wallets.margin)]),
        *poured([(OWED, split.line)], [(DUE, split.line)]),
        *poured([*_payers(lines), (OWED_COST, lines.missing)], [*_costs(lines), (MARGIN, lines.margin)]),
    ]


def pours_of_refund(back: Split) -> list[Pour]:
    """The same accounts backwards. Margin gives, or takes where rounding leaves a unit over."""
    wallets, lines = back.by_wallet, back.by_line
    margin = wallets.margin + lines.margin
    costs = [*_costs(wallets), *_costs(lines)]
    return [
        *poured(
            [*_summed(costs), (MARGIN, max(margin, 0))],
            [
                (PROMOTION, wallets.coupon + lines.coupon),
                *_payers(wallets)[1:],
                (SHORTFALL, wallets.missing),
                (OWED_COST, lines.missing),
                (MARGIN, max(-margin, 0)),
            ],
        ),
        *poured([(DUE, back.line)], [(OWED, back.line)]),
    ]


def _summed(amounts: Sequence[tuple[Place, int]]) -> list[tuple[Place, int]]:
    sums: dict[Place, int] = {}
    for place, amount in amounts:
        sums[place] = sums.get(place, 0) + amount
    return list(sums.items())


def _payers(part: Part) -> list[tuple[Place, int]]:
    grants = [(promo(grant), amount) for grant, amount in part.promos.items()]
    return [(PROMOTION, part.coupon), *grants, (WALLET, part.wallet)]


def _costs(part: Part) -> list[tuple[Place, int]]:
    return [(REVENUE, part.revenue), *((tax(group), amount) for group, amount in part.taxes.items())]


def poured(sources: Sequence[tuple[Place, int]], sinks: Sequence[tuple[Place, int]]) -> Iterator[Pour]:
    """Each source in turn fills the sinks in their order."""
    if sum(amount for _, amount in sources) != sum(amount for _, amount in sinks):
        raise ValueError(f"{sources} do not fill {sinks}")
    waiting = [(place, amount) for place, amount in sinks if amount]
    for source, amount in sources:
        left = amount
        while left:
            sink, room = waiting[0]
            flowing = min(left, room)
            yield Pour(source, sink, flowing)
            left -= flowing
            waiting[0] = (sink, room - flowing)
            if flowing == room:
                waiting.pop(0)
