"""What a configuration costs: the manuals' own examples, the peers' tables, and what holds for every one."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kanal.billing.price import Component, Discount, Line, Segment, bill_of, line_of
from kanal.catalog.tariff import Span, Tariff, Tiering, Use
from kanal.catalog.tax import Tax
from kanal.kit.money import CurrenciesDiffer, Money
from kanal.kit.period import Period
from tests.billing.configurations import (
    DAY,
    EXCLUSIVE,
    MONTH,
    SINCE,
    UNTAXED,
    bill,
    bills,
    components,
    minutes,
    part,
    tariffs,
)

# --- The manuals' own figures -------------------------------------------------------------------------------------

EXAMPLES: list[tuple[str, list[Component], int, int]] = [
    ("a server with its disk for 60 days", [part(90_000), part(35_000)], 60 * DAY, 250_000),
    ("general server and NVMe disk", [part(181_500), part(82_280)], MONTH, 263_780),
    ("metric quota at 25 % less", [part(550_000, percent=25)], MONTH, 412_500),
    ("gold storage", [part(33_000)], MONTH, 33_000),
    ("silver storage", [part(19_800)], MONTH, 19_800),
    ("archive storage, 33,660 for six months", [part(5_610)], 6 * MONTH, 33_660),
    ("3 and 4 servers at half price", [part(1_111_000, quantity=3, percent=50), part(783_640, quantity=4, percent=50)],
     MONTH, 3_233_780),
    ("three Kafka brokers with 100 GB each", [part(1_500_000, quantity=3), part(2_000, quantity=300)],
     MONTH, 5_100_000),
    ("silver renewed by 1 month", [part(19_800)], 1 * MONTH, 19_800),
    ("silver renewed by 3 months", [part(19_800)], 3 * MONTH, 59_400),
    ("silver renewed by 6 months", [part(19_800)], 6 * MONTH, 118_800),
    ("silver renewed by 12 months", [part(19_800)], 12 * MONTH, 237_600),
    ("silver renewed by 24 months", [part(19_800)], 24 * MONTH, 475_200),
    ("general server renewed by 60 days", [part(181_000)], 60 * DAY, 362_000),
    ("general server for 90 days", [part(181_000)], 90 * DAY, 543_000),
    ("resized with 50 days left", [part(520_000)], 50 * DAY, 866_667),
    ("resized back with 20 days left", [part(181_000)], 20 * DAY, 120_667),
    ("80 GB of silver for 5 days", [part(52_800)], 5 * DAY, 8_800),
    ("snapshot of 100 GB for an hour", [part("7.7", quantity=100, span=Span.HOUR)], 60, 770),
    ("snapshot of 100 GB for a day", [part("7.7", quantity=100, span=Span.HOUR)], DAY, 18_480),
    ("snapshot of 100 GB for 30 days", [part("7.7", quantity=100, span=Span.HOUR)], MONTH, 554_400),
    ("snapshot of 10 GB for 3 hours", [part("7.7", quantity=10, span=Span.HOUR)], 180, 231),
    ("snapshot of 20 GB for 20 hours", [part("7.7", quantity=20, span=Span.HOUR)], 1200, 3_080),
    ("snapshot of 20 GB for the next 3 days", [part("7.7", quantity=20, span=Span.HOUR)], 3 * DAY, 11_088),
    ("the same before tax, 10 GB", [part(7, quantity=10, span=Span.HOUR)], 180, 210),
    ("the same before tax, 20 GB", [part(7, quantity=20, span=Span.HOUR)], 1200, 2_800),
    ("the same before tax, next 3 days", [part(7, quantity=20, span=Span.HOUR)], 3 * DAY, 10_080),
    ("bandwidth of one address, whole GB", [part(1_000, quantity=16, span=Span.ONCE)], 1, 16_000),
    ("bandwidth of the other", [part(1_000, quantity=15, span=Span.ONCE)], 1, 15_000),
    ("a plan of tokens", [part(1_080_000)], MONTH, 1_080_000),
]  # fmt: skip


@pytest.mark.parametrize(("said", "parts", "over", "total"), EXAMPLES, ids=[example[0] for example in EXAMPLES])
def test_prices_what_the_manuals_print(said: str, parts: list[Component], over: int, total: int) -> None:
    """PRICE-1, PRICE-2"""
    assert bill(*parts, over=over).due == Money(total)


def test_shows_the_list_price_beside_what_a_discount_leaves() -> None:
    """PRICE-2: the order of seven servers stands at 6,467,560 and costs half."""
    made = bill(part(1_111_000, quantity=3, percent=50), part(783_640, quantity=4, percent=50))

    assert (made.list_amount, made.discounted) == (6_467_560, 3_233_780)


@pytest.mark.parametrize(
    ("current_end", "counted", "list_amount", "amount"),
    [
        (datetime(2024, 12, 25, 12, 58, 28, tzinfo=UTC), 1440, 14_667, 7_333),
        (datetime(2024, 12, 25, 10, 55, 12, tzinfo=UTC), 1563, 15_919, 7_960),
    ],
)
def test_brings_two_resources_to_one_end(current_end: datetime, counted: int, list_amount: int, amount: int) -> None:
    """PRICE-3: 7,333 + 7,960 = 15,293; with the seconds it would be 7,331 and 7,959."""
    period = Period(current_end, datetime(2024, 12, 26, 12, 58, tzinfo=UTC))

    line = line_of(part(440_000, percent=50), period)

    assert (period.minutes, line.list_amount, line.amount) == (counted, list_amount, amount)


def test_one_common_end_costs_what_its_two_lines_cost() -> None:
    """PRICE-2: totals add rounded lines."""
    early, late = minutes(1440), minutes(1563, SINCE + timedelta(days=5))
    component = part(440_000, percent=50)

    made = bill_of([Segment(early, (component,)), Segment(late, (component,))])

    assert (made.list_amount, made.discounted, made.due) == (30_586, 15_293, Money(15_293))


@pytest.mark.parametrize(
    ("old", "new", "unused", "charged"),
    [((10_000, 25), (100_000, 50), 3_750, 25_000), ((10_000, 0), (100_000, 50), 5_000, 25_000),
     ((10_000, 25), (100_000, 0), 3_750, 50_000)],
)  # fmt: skip
def test_a_product_and_its_discount_change_at_half_of_the_term(
    old: tuple[int, int], new: tuple[int, int], unused: int, charged: int
) -> None:
    """PRICE-2"""
    amounts = [bill(part(price, percent=percent), over=MONTH // 2).due for price, percent in (old, new)]

    assert amounts == [Money(unused), Money(charged)]


PER_30_DAYS = [
    (90_000, 86_400, 180_000), (90_000, 1, 2), (90_000, 61, 127), (90_000, 43_199, 89_998), (90_000, 43_200, 90_000),
    (90_000, 43_201, 90_002), (90_000, 40_320, 84_000), (90_000, 41_760, 87_000), (90_000, 44_640, 93_000),
    (35_000, 86_400, 70_000), (35_000, 1_440, 1_167), (35_000, 31_680, 25_667), (100_000, 7, 16),
]  # fmt: skip


@pytest.mark.parametrize(("price", "over", "amount"), PER_30_DAYS)
def test_charges_by_the_minute(price: int, over: int, amount: int) -> None:
    """PRICE-1, PRICE-2"""
    assert bill(part(price), over=over).due == Money(amount)


# Amount × used / period, from other engines' own tests: units of time stand for minutes of our span.
PRORATED = [
    (10000, 15, 30, 5000), (30000, 15, 30, 15000), (30000, 20, 30, 20000), (10000, 20, 30, 6667),
    (20000, 24, 30, 16000), (20000, 18, 30, 12000), (30000, 12, 30, 12000), (40000, 12, 30, 16000),
    (50000, 15, 30, 25000), (95000, 15, 30, 47500), (3000, 16, 30, 1600),
]  # fmt: skip


@pytest.mark.parametrize(("price", "used", "whole", "amount"), PRORATED)
def test_prorates_as_other_engines_do(price: int, used: int, whole: int, amount: int) -> None:
    """PRICE-2"""
    assert bill(part(price), over=used * MONTH // whole).due == Money(amount)


# Their periods are not ours (a year, a leap year, a quarter): the same fraction stands as a quantity.
OF_OTHER_PERIODS = [
    (10000, 22, 29, 7586), (30000, 22, 29, 22759), (100000, 304, 365, 83288), (300000, 304, 365, 249863),
    (300000, 166, 366, 136066), (100000, 166, 366, 45355), (100000, 166, 365, 45479), (300000, 166, 365, 136438),
    (100000, 292, 365, 80000), (100000, 305, 366, 83333), (100, 14, 31, 45), (100, 17, 31, 55), (100, 20, 31, 65),
    (100, 28, 31, 90), (100, 5, 7, 71), (100, 4, 7, 57), (100, 2, 7, 29), (100, 292, 365, 80), (12000, 275, 366, 9016),
    (118800, 243, 366, 78875), (5000, 22, 28, 3929), (5000, 21, 28, 3750), (9000, 85, 92, 8315),
]  # fmt: skip


@pytest.mark.parametrize(("price", "used", "whole", "amount"), OF_OTHER_PERIODS)
def test_rounds_any_fraction_as_other_engines_do(price: int, used: int, whole: int, amount: int) -> None:
    """PRICE-2: 40 digits are more than any of these fractions needs to fall on its side of a half."""
    share = Decimal(used * 10**40 // whole).scaleb(-40)
    assert bill(part(price, quantity=share, span=Span.ONCE)).due == Money(amount)


@pytest.mark.parametrize(("price", "amount"), [(20, 1097), (100, 5484), (50, 2742), (25, 1371), (10, 548)])
def test_keeps_the_cents_of_a_currency_that_has_them(price: int, amount: int) -> None:
    """PRICE-2: 17 of 31 days."""
    share = Decimal(17 * 10**40 // 31).scaleb(-40)

    made = bill(part(price, quantity=share, span=Span.ONCE, currency="USD"))

    assert made.due == Money(amount, "USD")


@pytest.mark.parametrize(("over", "by_line", "by_sum"), [(3, 8, 9), (6, 18, 17)])
def test_rounds_each_component_and_not_the_sum(over: int, by_line: int, by_sum: int) -> None:
    """PRICE-2: the manual's server is where the two ways first part, at 3 and 6 minutes."""
    exact = Fraction(125_000 * over, MONTH)

    assert bill(part(90_000), part(35_000), over=over).due == Money(by_line)
    assert round(exact) == by_sum != by_line


def test_rounds_a_half_away_from_zero() -> None:
    """PRICE-2"""
    assert [bill(part(price), over=MONTH // 2).due.amount for price in (1, 3, 5)] == [1, 2, 3]


# --- What a line remembers ----------------------------------------------------------------------------------------


@given(components(), st.integers(0, 2 * MONTH))
def test_a_line_can_be_computed_again_from_what_it_shows(component: Component, over: int) -> None:
    """PRICE-2: by somebody who has the paper and nothing else."""
    line = line_of(component, minutes(over))

    assert by_hand(line.to_json()) == (line.list_amount, line.amount)


def by_hand(shown: dict[str, Any]) -> tuple[int, int]:
    steps = shown["steps"]
    units = sum(
        (Fraction(step["quantity"]) * Fraction(step["unit_price"]) + Fraction(step["flat"]) for step in steps),
        Fraction(0),
    )
    time = Fraction(1) if shown["span_minutes"] is None else Fraction(shown["minutes"], shown["span_minutes"])
    discounted = units * time * (10_000 - shown["discount"]["rate"]) / 10_000
    assert discounted == Fraction(shown["exact"])
    return half_up(units * time), half_up(discounted)


def half_up(exact: Fraction) -> int:
    assert exact >= 0
    whole, rest = divmod(exact, 1)
    return int(whole) + (rest >= Fraction(1, 2))


def test_a_line_shows_where_its_discount_came_from() -> None:
    """PRICE-2"""
    component = Component(
        key="cpu",
        item="cpu",
        use=Use(Decimal(2)),
        tariff=Tariff(unit_price=Decimal("7.70")),
        tax=EXCLUSIVE,
        discount=Discount(1_000, "CUSTOMER", "dsc_1"),
    )
    line = line_of(component, minutes(MONTH))

    shown = line.to_json()

    assert shown["discount"] == {"rate": 1000, "source": "CUSTOMER", "reference": "dsc_1"}
    assert shown["steps"] == [{"quantity": "2", "unit_price": "7.7", "flat": "0"}]
    assert (shown["exact"], shown["list_amount"], shown["amount"]) == ("693/50", 15, 14)


# --- What holds for every line ------------------------------------------------------------------------------------


@given(components(), st.integers(0, 2 * MONTH))
def test_is_never_below_zero_nor_above_the_list(component: Component, over: int) -> None:
    """PRICE-2"""
    line = line_of(component, minutes(over))

    assert 0 <= line.amount <= line.list_amount


@given(
    tariffs(spans=(Span.THIRTY_DAYS, Span.HOUR)),
    st.decimals(0, 1000, places=2),
    st.lists(st.integers(1, MONTH), min_size=2, max_size=6),
)
def test_cutting_a_span_costs_no_more_than_the_roundings(tariff: Tariff, quantity: Decimal, pieces: list[int]) -> None:
    """PRICE-2, PRICE-3: half a unit for each piece and half a unit for the whole, and never a minute."""
    component = Component(key="a", item="a", use=Use(quantity), tariff=tariff, tax=UNTAXED)
    whole = minutes(sum(pieces))
    cuts, at = [], whole.start
    for piece in pieces[:-1]:
        at += timedelta(minutes=piece)
        cuts.append(at)

    parts = [line_of(component, period).amount for period in whole.split_at(*cuts)]

    assert abs(sum(parts) - line_of(component, whole).amount) * 2 <= len(parts) + 1


@given(
    tariffs(monotone=True),
    st.lists(st.decimals(0, 2_000, places=2), min_size=2, max_size=6),
    st.integers(1, 2 * MONTH),
)
def test_more_never_costs_less(tariff: Tariff, quantities: list[Decimal], over: int) -> None:
    """PRICE-2: of units, except where a volume's next tier is cheaper."""
    amounts = [
        line_of(Component(key="a", item="a", use=Use(quantity), tariff=tariff, tax=UNTAXED), minutes(over)).amount
        for quantity in sorted(quantities)
    ]
    assert all(less <= more for less, more in pairwise(amounts))


@given(components(), st.lists(st.integers(0, 3 * MONTH), min_size=2, max_size=5))
def test_longer_never_costs_less(component: Component, spans: list[int]) -> None:
    """PRICE-2"""
    amounts = [line_of(component, minutes(over)).amount for over in sorted(spans)]

    assert all(less <= more for less, more in pairwise(amounts))


@given(components(), st.lists(st.integers(0, 10_000), min_size=2, max_size=5), st.integers(1, MONTH))
def test_a_larger_discount_never_costs_more(component: Component, rates: list[int], over: int) -> None:
    """PRICE-2"""
    amounts = [line_of(_at(component, rate), minutes(over)).amount for rate in sorted(rates)]

    assert all(more >= less for more, less in pairwise(amounts))


def _at(component: Component, rate: int) -> Component:
    return Component(
        key=component.key, item=component.item, use=component.use, tariff=component.tariff, tax=component.tax,
        discount=Discount(rate),
    )  # fmt: skip


@given(bills())
def test_totals_add_what_the_lines_print(made: Any) -> None:
    """PRICE-2, PRICE-5"""
    assert made.net + made.tax == made.gross == made.due.amount
    assert sum(line.net + line.tax for line in made.lines) == made.gross
    assert made.list_amount - made.discounted == sum(line.amount for line in made.lines)


# --- What is refused ----------------------------------------------------------------------------------------------


def test_two_currencies_never_stand_in_one_invoice() -> None:
    """ID-9"""
    with pytest.raises(CurrenciesDiffer):
        bill(part(1), part(1, currency="USD"))


def test_percentages_are_whole_basis_points_of_a_hundred() -> None:
    """ID-9"""
    with pytest.raises(ValueError, match="no discount"):
        Discount(10_001)
    with pytest.raises(ValueError, match="no rate of tax"):
        Tax("VAT", -1, is_inclusive=True)


def test_a_line_without_time_costs_nothing_and_what_is_sold_once_needs_none() -> None:
    """PRICE-1, PRICE-3"""
    moment = Period(SINCE, SINCE + timedelta(seconds=59))

    def amount(span: Span) -> Line:
        return line_of(part(1_000, span=span), moment)

    assert [amount(span).amount for span in (Span.THIRTY_DAYS, Span.HOUR, Span.ONCE)] == [0, 0, 1_000]


def test_use_of_a_month_is_counted_on_from_where_it_stood() -> None:
    """CLOSE-6: 1,000 GB free in a month, though the price changes in the middle of it."""

    def bandwidth(price: int, quantity: int, before: int | None) -> int:
        tariff = Tariff(unit_price=Decimal(price), span=Span.ONCE, free=Decimal(1_000))
        use = Use(Decimal(quantity), None if before is None else Decimal(before))
        return line_of(Component(key="gb", item="gb", use=use, tariff=tariff, tax=UNTAXED), minutes(DAY)).amount

    assert [bandwidth(200, 700, None), bandwidth(300, 500, 700), bandwidth(200, 50, 1_200)] == [0, 60_000, 10_000]


def test_tiers_belong_to_the_ways_that_have_them() -> None:
    with pytest.raises(ValueError, match="do not go together"):
        Tariff(tiering=Tiering.GRADUATED)
