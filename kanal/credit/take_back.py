"""How much of a sale comes back for the minutes that are not used, and to whom: arithmetic alone.

SETTLE-5 A refund takes both prices and their tax back pro rata, each line rounded once, from the parties that got them.
PAY-2    Last payer first: the line before the wallet, purchased before promotional money, the grant that ends last
         before the one that ends first. Never more than that payer paid. A coupon's share is not the customer's.
LIFE-10  All refunds of a term together never exceed what was paid; when its last minute comes back, all of it does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from kanal.credit.pour import Bearer, Part, Sale, SaleLine, Split
from kanal.credit.shares import Proportion, Span, fitted
from kanal.kit.rounding import divide_half_away


@dataclass(frozen=True, slots=True)
class Term:
    """A sale as it was settled, and what of it came back so far."""

    sale: Sale
    split: Split
    minutes: int
    refunded: tuple[Refunded, ...] = ()

    @property
    def minutes_left(self) -> int:
        return self.minutes - sum(refund.minutes for refund in self.refunded)

    @property
    def left(self) -> Split:
        left = self.split
        for refund in self.refunded:
            left = left.less(refund.split)
        return left

    @property
    def lines_left(self) -> list[Back]:
        whole = [Back(line.price - line.coupon, line.cost, line.tax, line.coupon) for line in self.sale.lines]
        for refund in self.refunded:
            whole = [line.less(back) for line, back in zip(whole, refund.lines, strict=True)]
        return whole

    def after(self, refund: Refunded) -> Term:
        return replace(self, refunded=(*self.refunded, refund))


@dataclass(frozen=True, slots=True)
class Back:
    """Of one line: the customer's money, the cost with the tax inside it, and the coupon's share."""

    customer: int
    cost: int
    tax: int
    coupon: int

    def less(self, other: Back) -> Back:
        return Back(
            self.customer - other.customer, self.cost - other.cost, self.tax - other.tax, self.coupon - other.coupon
        )


@dataclass(frozen=True, slots=True)
class Refunded:
    minutes: int
    lines: tuple[Back, ...]
    split: Split = field(repr=False)

    @property
    def customer(self) -> int:
        return sum(line.customer for line in self.lines)


def refund_of(term: Term, unused: int) -> Refunded:
    """What comes back for `unused` of the term's minutes."""
    if not 0 < unused <= term.minutes_left:
        raise ValueError(f"{unused} minutes cannot come back of {term.minutes_left}")
    is_last = unused == term.minutes_left
    lines = tuple(
        left if is_last else _pro_rata(line, left, unused, term.minutes)
        for line, left in zip(term.sale.lines, term.lines_left, strict=True)
    )
    return Refunded(unused, lines, _split_back(term, lines))


def _pro_rata(line: SaleLine, left: Back, unused: int, minutes: int) -> Back:
    def share(amount: int, at_most: int) -> int:
        return min(divide_half_away(amount * unused, minutes), at_most)

    cost = share(line.cost, left.cost)
    return Back(
        customer=share(line.price - line.coupon, left.customer),
        cost=cost,
        tax=Span(max(0, left.tax - (left.cost - cost)), min(left.tax, cost)).nearest(share(line.tax, left.tax)),
        coupon=share(line.coupon, left.coupon),
    )


def _split_back(term: Term, lines: Sequence[Back]) -> Split:
    left = term.left
    back = sum(line.customer for line in lines)
    to_line = min(back, left.line)
    share = Proportion(back - to_line, back)
    coupon = sum(line.coupon for line in lines) if term.sale.coupon_borne_by is Bearer.PROVIDER else 0
    coupon_by_wallet = _room(coupon, left.by_wallet.coupon, left.by_line.coupon).nearest(share.of(coupon))
    cost = _Cost(sum(line.cost for line in lines), _taxes(term.sale, lines))
    if term.sale.partner:
        by_wallet = _cost_by_wallet(cost, left, share)
        by_line = cost.less(by_wallet)
    else:
        by_wallet, by_line = _cost_of_direct(back + coupon, cost.taxes, left.by_wallet), _Cost(0, {})
    wallet = min(back - to_line, left.by_wallet.wallet)
    promos = _last_first(back - to_line - wallet, left.by_wallet.promos)
    return Split(
        by_wallet.part(left.by_wallet, coupon=coupon_by_wallet, wallet=wallet, promos=promos),
        by_line.part(left.by_line, coupon=coupon - coupon_by_wallet),
        to_line,
    )


def _room(amount: int, wallet_most: int, line_most: int) -> Span:
    """Never more than either part got."""
    return Span(max(0, amount - line_most), min(amount, wallet_most))


def _taxes(sale: Sale, lines: Sequence[Back]) -> dict[str, int]:
    groups: dict[str, int] = {}
    for line, back in zip(sale.lines, lines, strict=True):
        groups[line.tax_group] = groups.get(line.tax_group, 0) + back.tax
    return groups


def _cost_by_wallet(cost: _Cost, left: Split, share: Proportion) -> _Cost:
    """Cost and tax each by their own rounding; revenue is what is between them, and adds up over both parts."""
    wallets, lines = left.by_wallet, left.by_line
    total = _room(cost.total, wallets.cost, lines.cost).nearest(share.of(cost.total))
    taxes = {
        group: _room(tax, wallets.taxes[group], lines.taxes[group]).nearest(share.of(tax))
        for group, tax in cost.taxes.items()
    }
    return _Cost(total, taxes)


def _cost_of_direct(given: int, taxes: Mapping[str, int], left: Part) -> _Cost:
    """Where there is no margin, revenue gives or takes the unit that rounding leaves."""
    spans = {group: Span(0, amount) for group, amount in left.taxes.items()}
    return _Cost(given, fitted(taxes, spans, Span(max(0, given - left.revenue), given)))


def _last_first(amount: int, promos: Mapping[str, int]) -> dict[str, int]:
    """Grants stand in the order in which they were spent, the soonest to end first."""
    given = {}
    for grant, paid in reversed(list(promos.items())):
        given[grant] = min(amount, paid)
        amount -= given[grant]
    assert amount == 0, "more would go back than was paid"
    return given


@dataclass(frozen=True, slots=True)
class _Cost:
    """What one part gives back of the cost, with the tax inside it."""

    total: int
    taxes: Mapping[str, int]

    @property
    def tax(self) -> int:
        return sum(self.taxes.values())

    @property
    def revenue(self) -> int:
        return self.total - self.tax

    def less(self, other: _Cost) -> _Cost:
        return _Cost(self.total - other.total, {group: self.taxes[group] - other.taxes[group] for group in self.taxes})

    def part(
        self,
        left: Part,
        *,
        coupon: int,
        wallet: int = 0,
        promos: Mapping[str, int] | None = None,
    ) -> Part:
        """Who paid what was missing gets it first, the rest is margin's."""
        promos = promos or {}
        over = self.total - coupon - wallet - sum(promos.values())
        missing = min(max(over, 0), left.missing)
        return Part(
            coupon=coupon,
            promos=promos,
            wallet=wallet,
            missing=missing,
            revenue=self.revenue,
            taxes=self.taxes,
            margin=missing - over,
        )
