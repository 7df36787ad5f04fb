"""Tax once per invoice and group, and coupons shared out, to the unit."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kanal.billing.price import Bill, coupon_by_months, with_coupon
from kanal.billing.sale import sale_of
from kanal.catalog.tax import Tax
from kanal.credit.pour import Payment, split_sale
from kanal.credit.take_back import Term, refund_of
from kanal.kit.money import CurrenciesDiffer, Money
from tests.billing.configurations import DAY, EXCLUSIVE, INCLUSIVE, MONTH, bill, bills, part


def inclusive(rate: int) -> Tax:
    return Tax("VAT", rate, is_inclusive=True)


def exclusive(rate: int) -> Tax:
    return Tax("VAT", rate, is_inclusive=False)


INSIDE = [
    (230_000, 1000, 20_909), (230_000, 800, 17_037), (180_000, 1000, 16_364), (70_000, 1000, 6_364), (12_345, 800, 914),
    (99_999, 1000, 9_091), (1, 1000, 0), (9, 800, 1), (12_440, 800, 921), (5_250, 1200, 563), (35_390, 1900, 5_651),
    (1_190, 2100, 207), (10_920, 1900, 1_744), (27_000, 1900, 4_311),
]  # fmt: skip


@pytest.mark.parametrize(("gross", "rate", "tax"), INSIDE)
def test_takes_the_tax_out_of_a_gross_amount(gross: int, rate: int, tax: int) -> None:
    """PRICE-5"""
    made = bill(part(gross, tax=inclusive(rate)))

    assert (made.gross, made.tax, made.net) == (gross, tax, gross - tax)


ON_TOP = [
    (22_689, 1900, 4_311), (9_176, 1900, 1_743), (13_866, 1900, 2_635), (72_686, 2000, 14_537), (4_214, 2000, 843),
    (19_333, 2500, 4_833), (15_467, 2500, 3_867), (2_571, 2333, 600), (1_429, 2400, 343),
]  # fmt: skip


@pytest.mark.parametrize(("net", "rate", "tax"), ON_TOP)
def test_puts_the_tax_on_a_net_amount(net: int, rate: int, tax: int) -> None:
    """PRICE-5: 72,686 at 20 % is 87,223 in all: the total follows its parts."""
    made = bill(part(net, tax=exclusive(rate)))

    assert (made.net, made.tax, made.gross) == (net, tax, net + tax)


def test_taxes_the_usage_report_before_the_coupon() -> None:
    """PRICE-4, PRICE-5: 162,900 + 16,290 = 179,190 for the month; 54,300 + 5,430 − 5,000 = 54,730 for ten days."""
    server = part(181_000, percent=10, tax=EXCLUSIVE)

    month = bill(server)
    [ten_days] = with_coupon([bill(server, over=10 * DAY)], 5_000)

    assert (month.net, month.tax, month.due) == (162_900, 16_290, Money(179_190))
    assert (ten_days.net, ten_days.tax, ten_days.due) == (54_300, 5_430, Money(54_730))


def test_the_same_thing_costs_the_same_before_and_after_the_prices_lost_their_tax() -> None:
    """PRICE-5: 110 with its tax is 100 and its tax."""
    before, after = bill(part(110, tax=INCLUSIVE)), bill(part(100, tax=EXCLUSIVE))

    assert (before.net, before.tax, before.gross) == (after.net, after.tax, after.gross) == (100, 10, 110)


def test_a_split_does_not_come_back_so_both_are_stored() -> None:
    """PRICE-5: 10,920 at 19 % holds 1,744, yet 9,176 makes 1,743."""
    inside = bill(part(10_920, tax=inclusive(1900)))
    again = bill(part(inside.net, tax=exclusive(1900)))

    assert (inside.net, inside.tax, again.tax) == (9_176, 1_744, 1_743)


def test_taxes_the_sum_of_a_group_and_not_each_line() -> None:
    """PRICE-5: three lines of 5 hold nothing each when asked alone, and 1 together."""
    made = bill(*(part(5, key=key, tax=INCLUSIVE) for key in "cab"))

    assert [bill(part(5, tax=INCLUSIVE)).tax] * 3 == [0, 0, 0]
    assert [line.tax for line in made.lines] == [0, 1, 0], "the odd unit goes by the key, not by the order"


def test_taxes_each_group_by_itself() -> None:
    """PRICE-5"""
    made = bill(
        part(10_000, key="a", tax=Tax("VAT", 1000, is_inclusive=False)),
        part(5_000, key="b", tax=Tax("EXEMPT", 0, is_inclusive=False)),
        part(3_000, key="c", tax=Tax("HIGH", 2000, is_inclusive=False)),
        part(2_000, key="d", tax=Tax("HIGH", 2000, is_inclusive=False)),
    )

    assert [(each.tax.group, each.net, each.amount) for each in made.taxes] == [
        ("EXEMPT", 5_000, 0),
        ("HIGH", 5_000, 1_000),
        ("VAT", 10_000, 1_000),
    ]


@given(bills())
def test_every_group_is_taxed_to_the_unit_and_no_line_above_itself(made: Bill) -> None:
    """PRICE-5"""
    for each in made.taxes:
        lines = [line for line in made.lines if line.component.tax == each.tax]
        assert each.amount == each.tax.of(sum(line.amount for line in lines))
    assert all(0 <= line.tax <= line.gross for line in made.lines)
    assert all(line.tax == 0 for line in made.lines if line.amount == 0)


@pytest.mark.parametrize(
    ("amounts", "fees", "tax", "total"),
    [(["0.4"] * 6 + ["1.0"] * 2, 2, 1, 3), (["1.4"] * 8, 8, 3, 11)],
)
def test_small_lines_add_up_as_they_are_printed(amounts: list[str], fees: int, tax: int, total: int) -> None:
    """PRICE-2, PRICE-5: the tax of the rounded lines, 40 %, so that what is charged is what is shown."""
    made = bill(*(part(amount, key=f"{n}", tax=exclusive(4000)) for n, amount in enumerate(amounts)))

    assert (made.net, made.tax, made.gross) == (fees, tax, total)


# --- Coupons ------------------------------------------------------------------------------------------------------


def test_the_manuals_server_with_its_coupon() -> None:
    """PRICE-4: 180,000 + 70,000 − 20,000 = 230,000, and the tax is that of 250,000."""
    server = bill(part(90_000, key="image", tax=INCLUSIVE), part(35_000, key="disk", tax=INCLUSIVE), over=60 * DAY)

    [with_it] = with_coupon([server], 20_000)

    assert [line.amount for line in with_it.lines] == [180_000, 70_000]
    assert [line.coupon for line in with_it.lines] == [14_400, 5_600]
    assert (with_it.due, with_it.tax) == (Money(230_000), server.tax)


def test_half_of_the_manuals_server_comes_back() -> None:
    """LIFE-10, PRICE-4: deleted after 30 of 60 days, 115,000."""
    server = bill(part(90_000, key="image", tax=INCLUSIVE), part(35_000, key="disk", tax=INCLUSIVE), over=60 * DAY)
    sale = sale_of(with_coupon([server], 20_000)[0])

    term = Term(sale, split_sale(sale, Payment(wallet=sale.due)), 60 * DAY)

    assert refund_of(term, 30 * DAY).customer == 115_000


@pytest.mark.parametrize(
    ("price", "days", "unused", "back"),
    [
        (181_000, 90, 50, 301_667),
        (520_000, 50, 20, 346_667),
        (181_000, 20, 20, 120_667),
        (181_000, 60, 20, 120_667),  # where the manual prints 122,667 beside the same formula
        (19_800, 30, 5, 3_300),
        (19_800, 30, 24, 15_840),
        (1_080_000, 30, 15, 540_000),
    ],
)
def test_unused_value_is_part_of_what_the_line_cost(price: int, days: int, unused: int, back: int) -> None:
    """LIFE-10"""
    sale = sale_of(bill(part(price, tax=INCLUSIVE), over=days * DAY))

    term = Term(sale, split_sale(sale, Payment(wallet=sale.due)), days * DAY)

    assert refund_of(term, unused * DAY).customer == back


@pytest.mark.parametrize(
    ("values", "coupon", "paid"),
    [
        ([1_000_000, 500_000], 150_000, [900_000, 450_000]),
        ([33_000], 20_000, [13_000]),
        ([33_660], 10_000, [23_660]),
        ([19_800], 0, [19_800]),
        ([1_000, 1_000, 1_000], 5, [998, 998, 999]),
        ([100, 200], 400, [0, 0]),
        ([0, 200], 50, [0, 150]),
        ([0, 0], 50, [0, 0]),
    ],
)
def test_shares_a_coupon_among_resources_by_value(values: list[int], coupon: int, paid: list[int]) -> None:
    """PRICE-4"""
    order = [bill(part(value, tax=INCLUSIVE)) for value in values]

    assert [each.due.amount for each in with_coupon(order, coupon)] == paid


def test_the_value_that_counts_has_its_tax() -> None:
    """PRICE-4: 100 and its tax of 10 weigh as much as 110 that hold it."""
    order = [bill(part(100, tax=EXCLUSIVE)), bill(part(110, tax=INCLUSIVE))]

    assert [each.coupon for each in with_coupon(order, 20)] == [10, 10]


def test_a_coupon_reaches_only_what_it_is_for() -> None:
    """PRICE-4: a window of products."""
    order = [bill(part(1_000, key="server"), part(500, key="storage")), bill(part(300, key="storage"))]

    lowered = with_coupon(order, 2_000, covers=lambda line: line.component.item == "storage")

    assert [[line.coupon for line in each.lines] for each in lowered] == [[0, 500], [300]]


def test_the_usage_report_shows_a_coupon_equally_by_month() -> None:
    """PRICE-4: 100,000 over two months is 50,000 in each."""
    assert coupon_by_months(100_000, 2) == [50_000, 50_000]
    assert coupon_by_months(100_000, 3) == [33_334, 33_333, 33_333]


@given(st.lists(bills(), min_size=1, max_size=4), st.integers(0, 50_000_000))
def test_a_coupon_is_given_out_whole_and_nothing_falls_below_zero(order: list[Bill], coupon: int) -> None:
    """PRICE-4, PRICE-5: what is taxed stays as it was."""
    lowered = with_coupon(order, coupon)

    assert sum(each.coupon for each in lowered) == min(coupon, sum(each.gross for each in order))
    assert all(0 <= line.coupon <= line.gross for each in lowered for line in each.lines)
    assert [(each.net, each.tax, each.gross) for each in lowered] == [
        (each.net, each.tax, each.gross) for each in order
    ]


def test_a_coupon_is_worth_something_and_has_one_currency() -> None:
    """PRICE-4, ID-9"""
    with pytest.raises(ValueError, match="worth something"):
        with_coupon([bill(part(1))], -1)
    with pytest.raises(CurrenciesDiffer):
        with_coupon([bill(part(1)), bill(part(1, currency="USD"))], 1)


# --- Two prices ---------------------------------------------------------------------------------------------------


def test_one_list_price_makes_the_customers_price_and_the_partners_cost() -> None:
    """SETTLE-1, DISC-5: list 1,000,000, customer −10 %, partner −20 %: 900,000, 800,000 and 100,000 between them."""
    price = bill(part(1_000_000, percent=10, tax=INCLUSIVE))
    cost = bill(part(1_000_000, percent=20, tax=INCLUSIVE))

    sale = sale_of(price, cost)
    split = split_sale(sale, Payment(wallet=900_000))

    assert (sale.price, sum(line.cost for line in sale.lines), split.by_wallet.margin) == (900_000, 800_000, 100_000)
    assert sale.taxes == {"VAT": cost.tax}


def test_price_and_cost_are_of_the_same_lines() -> None:
    """DISC-5"""
    with pytest.raises(ValueError, match="same lines"):
        sale_of(bill(part(1, key="a")), bill(part(1, key="b")))


@given(bills())
def test_who_buys_from_the_provider_buys_at_its_price(made: Bill) -> None:
    """SETTLE-6"""
    sale = sale_of(made)

    assert not sale.partner
    assert sale.price == sum(line.cost for line in sale.lines) == made.gross
    assert sum(sale.taxes.values()) == made.tax


def test_a_long_number_stays_exact() -> None:
    """PRICE-2: beyond what a double would hold."""
    assert bill(part(Decimal("99999999999999.99"), quantity=Decimal("99999.999"))).gross == 9_999_999_899_999_999_000
    assert MONTH == 43_200
