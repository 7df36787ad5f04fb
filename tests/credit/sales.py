"""Sales of every shape: as the worked cases tell them, and as hypothesis invents them."""

from collections.abc import Sequence

from hypothesis import strategies as st

from kanal.credit.pour import Bearer, Payment, Pour, Sale, SaleLine
from kanal.kit.rounding import divide_half_away, split_by_largest_remainder

GRANTS = ("soon", "late")


def a_sale(
    prices: Sequence[int],
    costs: Sequence[int],
    *,
    coupon: int = 0,
    borne_by: Bearer = Bearer.PROVIDER,
    partner: bool = True,
    groups: Sequence[str] = (),
    rates: dict[str, int] | None = None,
) -> Sale:
    """Tax is inside the cost, taken once per group and shared to its lines; a coupon is shared by value."""
    groups = groups or ["VAT10"] * len(prices)
    taxes = [0] * len(costs)
    for group in set(groups):
        places = [place for place, name in enumerate(groups) if name == group]
        rate = (rates or {}).get(group, 10)
        weights = [costs[place] for place in places]
        tax = divide_half_away(sum(weights) * rate, 100 + rate)
        for place, share in zip(places, split_by_largest_remainder(tax, weights), strict=True):
            taxes[place] = share
    coupons = split_by_largest_remainder(min(coupon, sum(prices)), prices)
    lines = zip(prices, costs, taxes, groups, coupons, strict=True)
    return Sale(tuple(SaleLine(*line) for line in lines), partner=partner, coupon_borne_by=borne_by)


def in_order(due: int, *, promo: int, wallet: int) -> Payment:
    """PAY-1 Promotional, then purchased money, then the line."""
    promo = min(due, promo)
    wallet = min(due - promo, wallet)
    return Payment({"grant": promo} if promo else {}, wallet, due - promo - wallet)


NAMES = {("WALLET", "PARTNER"): "SHORTFALL"}


def standing(pours: Sequence[Pour]) -> dict[str, int]:
    """What stands on the accounts after these pours; those at nothing are left out."""
    sums: dict[str, int] = {}
    for pour in pours:
        for place, change in ((pour.source, -pour.amount), (pour.target, pour.amount)):
            name = NAMES.get((place.kind.value, place.owner), place.kind.value)
            sums[name] = sums.get(name, 0) + change
    return {name: amount for name, amount in sums.items() if amount}


def in_words(text: str) -> dict[str, int]:
    words = text.split()
    return {name: int(amount) for name, amount in zip(words[::2], words[1::2], strict=True)}


AMOUNTS = st.one_of(st.integers(0, 12), st.integers(0, 5_000), st.integers(0, 10**9))


@st.composite
def sales(draw: st.DrawFn) -> Sale:
    partner = draw(st.booleans())
    prices = draw(st.lists(AMOUNTS, min_size=1, max_size=4))
    costs = [draw(AMOUNTS) for _ in prices] if partner else prices
    groups = [draw(st.sampled_from(["VAT10", "VAT8", "VAT5"])) for _ in prices]
    coupon = draw(st.one_of(st.just(0), st.integers(0, sum(prices)), st.just(sum(prices))))
    borne_by = draw(st.sampled_from(Bearer)) if partner else Bearer.PROVIDER
    rates = {"VAT10": 10, "VAT8": 8, "VAT5": 5}
    return a_sale(prices, costs, coupon=coupon, borne_by=borne_by, partner=partner, groups=groups, rates=rates)


@st.composite
def payments(draw: st.DrawFn, sale: Sale) -> Payment:
    line = draw(st.one_of(st.just(0), st.integers(0, sale.due), st.just(sale.due))) if sale.partner else 0
    promo = draw(st.one_of(st.just(0), st.integers(0, sale.due - line)))
    soon = draw(st.integers(0, promo))
    promos = {grant: amount for grant, amount in zip(GRANTS, (soon, promo - soon), strict=True) if amount}
    return Payment(promos, sale.due - line - promo, line)
