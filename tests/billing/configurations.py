"""Configurations that the tests of prices begin with, and what to draw at random."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from hypothesis import strategies as st

from kanal.billing.price import Bill, Component, Discount, Segment, bill_of
from kanal.catalog.tariff import Span, Tariff, Tier, Tiering, Use
from kanal.catalog.tax import Tax
from kanal.kit.period import Period

DAY = 1440
MONTH = 30 * DAY
SINCE = datetime(2026, 3, 10, 3, 0, tzinfo=UTC)
INCLUSIVE = Tax("VAT", 1000, is_inclusive=True)
EXCLUSIVE = Tax("VAT", 1000, is_inclusive=False)
UNTAXED = Tax("NONE", 0, is_inclusive=True)


def minutes(count: int, since: datetime = SINCE) -> Period:
    return Period(since, since + timedelta(minutes=count))


def part(
    price: int | str | Decimal,
    *,
    key: str = "part",
    quantity: int | str | Decimal = 1,
    percent: int = 0,
    tax: Tax = UNTAXED,
    span: Span = Span.THIRTY_DAYS,
    currency: str = "VND",
) -> Component:
    tariff = Tariff(unit_price=Decimal(price), span=span, currency=currency)
    use, discount = Use(Decimal(quantity)), Discount(percent * 100)
    return Component(key=key, item=key, use=use, tariff=tariff, tax=tax, discount=discount)


def bill(*components: Component, over: int = MONTH) -> Bill:
    return bill_of([Segment(minutes(over), components)])


def tiers(text: str) -> tuple[Tier, ...]:
    """ "10@10+2; 20@5+3; @5+3": up to 10 at 10 and 2 flat, up to 20 at 5 and 3, above at 5 and 3."""
    made = []
    for each in text.split(";"):
        up_to, _, rest = each.strip().partition("@")
        price, _, flat = rest.partition("+")
        made.append(Tier(Decimal(up_to) if up_to else None, Decimal(price), Decimal(flat or 0)))
    return tuple(made)


prices = st.decimals(0, 10_000_000, places=2)
quantities = st.decimals(0, 10_000, places=3)
taxes = st.builds(Tax, st.sampled_from(["VAT", "REDUCED"]), st.integers(0, 2_500), st.booleans())
discounts = st.builds(Discount, st.integers(0, 10_000))


@st.composite
def tier_lists(draw: st.DrawFn) -> tuple[Tier, ...]:
    ends = sorted(draw(st.sets(st.integers(1, 5_000), max_size=4)))
    return tuple(
        Tier(None if end is None else Decimal(end), draw(prices), draw(st.decimals(0, 1_000, places=2)))
        for end in [*ends, None]
    )


@st.composite
def tariffs(draw: st.DrawFn, *, monotone: bool = False, spans: tuple[Span, ...] = tuple(Span)) -> Tariff:
    kinds = [each for each in Tiering if not (monotone and each is Tiering.VOLUME)]
    tiering = draw(st.sampled_from(kinds))
    return Tariff(
        unit_price=draw(prices),
        span=draw(st.sampled_from(spans)),
        tiering=tiering,
        tiers=draw(tier_lists()) if tiering in {Tiering.GRADUATED, Tiering.VOLUME} else (),
        size=Decimal(draw(st.integers(1, 500))),
        free=Decimal(draw(st.integers(0, 300))),
        least=Decimal(draw(st.integers(0, 100))),
        whole_units=draw(st.booleans()),
    )


@st.composite
def components(draw: st.DrawFn, key: str = "part") -> Component:
    return Component(
        key=key,
        item=key,
        use=Use(draw(quantities)),
        tariff=draw(tariffs()),
        tax=draw(taxes),
        discount=draw(discounts),
    )


@st.composite
def bills(draw: st.DrawFn) -> Bill:
    segments, since = [], SINCE
    for _ in range(draw(st.integers(1, 3))):
        period = minutes(draw(st.integers(1, 3 * MONTH)), since)
        count = draw(st.integers(1, 3))
        segments.append(Segment(period, tuple(draw(components(key=f"part {n}")) for n in range(count))))
        since = period.end
    return bill_of(segments)
