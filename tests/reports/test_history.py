"""REP-1, REP-2, CRED-5 The credit history of one account: what stands in it, in which period, and what never does."""

from datetime import datetime

import pytest
from django.utils.translation import override

from kanal.kit.ids import uuid7
from kanal.kit.money import Money
from kanal.ledger.movement import Matter, Move
from kanal.reports.history import movements_in, movements_of, turnover_of
from kanal.reports.words import action_in_words, code_of
from tests.reports.ground import Ground
from tests.world import a_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def ground(noon: datetime) -> Ground:
    return Ground(a_world(), noon)


def said(ground: Ground, whose: str) -> list[tuple[str, int, int]]:
    account = ground.account(getattr(ground, whose))
    rows = movements_of(account).order_by("sequence")
    return [(row.action, row.amount, row.balance) for row in rows]


def test_the_manuals_top_up_stands_in_both_histories_with_one_code(ground: Ground) -> None:
    """CRED-5, CRED-4 28,000 and −17,984; 10,000 goes over, and 18,000 and −7,984 are left."""
    ground.fund(28_000)
    ground.owing(17_984)

    ground.move(ground.partner, ground.customer, 10_000, days=1)

    assert said(ground, "partner") == [("FUNDED", 28_000, 28_000), ("GIVEN", -10_000, 18_000)]
    assert said(ground, "customer") == [("SPENT", -17_984, -17_984), ("RECEIVED", 10_000, -7_984)]
    out, into = (
        movements_of(ground.account(name)).order_by("-sequence")[0] for name in (ground.partner, ground.customer)
    )
    assert code_of(out) == code_of(into)


def test_a_sale_is_one_line_so_that_nobody_can_read_the_cost_from_its_parts(ground: Ground) -> None:
    """DISC-5 Net, tax and margin leave the wallet one after another; its history says the price."""
    ground.fund(5_000_000)
    ground.move(ground.partner, ground.customer, 2_000_000)
    ground.buy(900_000, 800_000, matter=Matter("order", uuid7()))

    assert said(ground, "customer") == [("RECEIVED", 2_000_000, 2_000_000), ("SPENT", -900_000, 1_100_000)]


def test_what_is_replaced_and_what_replaces_it_stay_two_lines_in_one_group(ground: Ground) -> None:
    """LIFE-2 The refund comes first; both are sums of their own parts, and of their own object."""
    ground.fund(5_000_000)
    ground.move(ground.partner, ground.customer, 2_000_000)
    old, new = Matter("order", uuid7()), Matter("order", uuid7())
    ground.buy(500_000, 400_000, matter=old)
    back = [
        Move(source=source, target=ground.customer, money=Money(amount), matter=old, act="spending.refunded")
        for source, amount in ((ground.revenue, 100_000), (ground.tax, 10_000), (ground.margin, 30_000))
    ]
    paid = [
        Move(source=ground.customer, target=target, money=Money(amount), matter=new)
        for target, amount in ((ground.revenue, 600_000), (ground.tax, 60_000), (ground.margin, 40_000))
    ]
    ground.group([*back, *paid], act="spending.captured")

    assert said(ground, "customer")[2:] == [("REFUNDED", 140_000, 1_640_000), ("SPENT", -700_000, 940_000)]


def test_sales_of_two_objects_in_one_group_are_two_lines(ground: Ground) -> None:
    ground.fund(100)
    ground.move(ground.partner, ground.customer, 100)
    moves = [
        Move(source=ground.customer, target=target, money=Money(amount), matter=matter)
        for matter in (Matter("order", uuid7()), Matter("order", uuid7()))
        for target, amount in ((ground.revenue, 7), (ground.tax, 3))
    ]
    ground.group(moves, act="spending.captured")

    assert said(ground, "customer")[1:] == [("SPENT", -10, 90), ("SPENT", -10, 80)]


def test_says_to_whom_and_from_whom(ground: Ground) -> None:
    """REP-3 Marked "transferred to"; what comes back is said so at both sides."""
    ground.fund(100)
    ground.move(ground.partner, ground.customer, 50)
    ground.move(ground.customer, ground.partner, 20, act="wallet.returned")

    with override("en"):
        words = {
            name: [action_in_words(row) for row in movements_of(ground.account(account)).order_by("sequence")]
            for name, account in (("partner", ground.partner), ("customer", ground.customer))
        }
    assert words == {
        "partner": ["Funded", "Transferred to", "Returned by"],
        "customer": ["Topped up by", "Returned to"],
    }


def test_a_period_holds_what_takes_effect_in_it_and_balances_stay_in_the_recorded_order(ground: Ground) -> None:
    """ALL-4 A charge of day 3 that is recorded on day 12 belongs to the first ten days; its balance is of day 12."""
    ground.fund(1_000)
    ground.move(ground.partner, ground.customer, 500, days=2)
    ground.move(ground.partner, ground.customer, 100, days=11)
    late = ground.move(ground.partner, ground.customer, 70, days=12, back=9)
    account = ground.account(ground.customer)

    first, second = ground.period(0, 10), ground.period(10, 20)

    assert [row.amount for row in movements_in(account, first).order_by("sequence")] == [500, 70]
    assert [row.amount for row in movements_in(account, second).order_by("sequence")] == [100]
    row = movements_in(account, first).get(id=late)
    assert (row.balance, row.counts_earlier) == (670, True)
    assert turnover_of(account, first).closing == turnover_of(account, second).opening == 570
    assert turnover_of(account, second).closing == 670


def test_a_line_dated_back_over_the_beginning_is_opening_and_not_turnover(ground: Ground) -> None:
    ground.fund(1_000)
    ground.move(ground.partner, ground.customer, 40, days=5, back=4)

    turnover = turnover_of(ground.account(ground.customer), ground.period(3, 10))

    assert (turnover.opening, turnover.came_in, turnover.went_out, turnover.closing) == (40, 0, 0, 40)
    assert not movements_in(ground.account(ground.customer), ground.period(3, 10)).exists()
