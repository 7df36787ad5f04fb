"""REP-1, REP-2, REP-3 Figures of a period: to the unit what the transfers say, whoever is asked about."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kanal.kit.period import Period
from kanal.ledger.flows import Kind
from kanal.ledger.names import AccountName
from kanal.ledger.open_accounts import open_accounts, set_floors
from kanal.reports import history
from kanal.reports.figures import IN, OUT, Figures, figures_of
from kanal.reports.history import movements_among, movements_in, movements_of, turnover_of
from kanal.reports.models import Action
from tests.reports.ground import Ground
from tests.world import World, a_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def ground(noon: datetime) -> Ground:
    return Ground(a_world(), noon)


def both(ground: Ground, period: Period, **more: str) -> Figures:
    return figures_of(ground.book_id, [ground.partner.id, ground.customer.id], period, **more)


def test_the_manuals_top_up_is_use_for_the_partner_and_topped_up_for_the_customer(ground: Ground) -> None:
    """REP-3 28,000 and −17,984; 10,000 goes over. For both together nothing was topped up or used by it."""
    ground.fund(28_000)
    ground.owing(17_984)
    ground.move(ground.partner, ground.customer, 10_000, days=2)
    period = ground.period(1, 3)

    figures = both(ground, period)

    partner, customer = (figures.accounts[name.id] for name in (ground.partner, ground.customer))
    assert (partner.opening, partner.topped_up, partner.used, partner.closing) == (28_000, 0, 10_000, 18_000)
    assert (customer.opening, customer.topped_up, customer.used, customer.closing) == (-17_984, 10_000, 0, -7_984)
    total = figures.total
    assert (total.opening, total.topped_up, total.used, total.closing) == (10_016, 0, 0, 10_016)
    assert figures.between == 10_000
    alone = figures_of(ground.book_id, [ground.customer.id], period)
    assert (alone.total.topped_up, alone.between) == (10_000, 0)


def test_a_refund_lowers_what_was_used_and_a_correction_what_was_topped_up(ground: Ground) -> None:
    ground.fund(1_000)
    ground.move(ground.partner, ground.customer, 900)
    ground.move(ground.customer, ground.revenue, 700, act="spending.captured", days=1)
    ground.move(ground.revenue, ground.customer, 200, act="spending.refunded", days=2)
    ground.move(ground.partner, ground.cash, 30, act="credit.reversed", days=2)

    figures = both(ground, ground.period(0, 5))

    assert figures.accounts[ground.customer.id].used == 500
    assert figures.accounts[ground.partner.id].topped_up == 970
    assert (figures.total.came_in, figures.total.went_out, figures.total.closing) == (1_200, 730, 470)


def test_days_and_months_are_the_providers(ground: Ground) -> None:
    """Noon in Hanoi and half past midnight: the second falls on the next day there, though not in UTC."""
    ground.fund(10)
    ground.move(ground.partner, ground.customer, 3, days=12.5 / 24)

    figures = figures_of(ground.book_id, [ground.partner.id], ground.period(0, 2))

    first = ground.at.date()
    assert {day: sums.went_out for day, sums in figures.steps.items()} == {first: 0, first + timedelta(days=1): 3}
    months = figures_of(ground.book_id, [ground.partner.id], ground.period(0, 2), step="month").steps
    assert [day.isoformat() for day in months] == ["2026-03-01"]


def test_figures_of_accounts_that_never_moved_are_nought(ground: Ground) -> None:
    figures = both(ground, ground.period(0, 1))

    assert [(each.opening, each.closing) for each in figures.accounts.values()] == [(0, 0), (0, 0)]
    assert figures.steps == {}


# --- Against a small model -----------------------------------------------------------------------------------------

START = datetime(2026, 3, 1, 17, tzinfo=UTC)  # midnight in Hanoi
PURSES = 3


@dataclass(frozen=True)
class Step:
    """`source` and `target` are purses, or −1 for cash and revenue."""

    source: int
    target: int
    amount: int
    hours: int  # after the one before
    back: int  # hours


purse = st.integers(-1, PURSES - 1)
steps = st.lists(
    st.builds(
        Step, purse, purse, st.integers(1, 10**9), st.integers(0, 60), st.sampled_from([0, 0, 0, 1, 30, 90])
    ).filter(lambda step: step.source != step.target),
    max_size=14,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    flow=steps,
    first=st.integers(0, 300),
    length=st.integers(1, 300),
    chosen=st.lists(st.sampled_from(range(PURSES)), min_size=1, unique=True),
    few=st.sampled_from([0, 50]),
)
def test_figures_history_and_turnover_are_what_a_model_says(
    laid_down: World, flow: list[Step], first: int, length: int, chosen: list[int], few: int
) -> None:
    """REP-2 Whatever moved, whenever it was recorded and counts: every way of asking gives the model's figures."""
    period = Period(START + timedelta(hours=first), START + timedelta(hours=first + length))
    with pytest.MonkeyPatch.context() as patch, undone():
        patch.setattr(history, "FEW", few)
        ground = Ground(laid_down, START)
        purses = [ground.partner, ground.customer, ground.of(ground.world.bien_dong)]
        open_accounts(purses, at=START)
        for name in purses:
            set_floors(name, floor=None, deep_floor=None)
        happened = carry_out(ground, purses, flow)
        figures = figures_of(ground.book_id, [purses[number].id for number in chosen], period)
        for number in chosen:
            check_account(figures, ground, purses[number], model(happened, number, period), period)
        check_total(figures, happened, chosen, period)
        check_lines(figures, ground, [purses[number] for number in chosen], period)


@pytest.fixture
def laid_down() -> World:
    return a_world(at=START)


@contextmanager
def undone() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def check_account(
    figures: Figures, ground: Ground, name: AccountName, expected: tuple[int, int, int, int], period: Period
) -> None:
    account, stood = ground.account(name), figures.accounts[name.id]
    turnover = turnover_of(account, period)
    assert (stood.opening, stood.came_in, stood.went_out, stood.closing) == expected
    assert (turnover.opening, turnover.came_in, turnover.went_out, turnover.closing) == expected
    lines = list(movements_in(account, period))
    assert sum(row.amount for row in lines if row.is_in) == expected[1]
    assert -sum(row.amount for row in lines if not row.is_in) == expected[2]
    assert [row.balance for row in movements_of(account).order_by("-sequence")[:1]] in ([], [account.balance.amount])


@dataclass(frozen=True)
class Happened:
    source: int
    target: int
    amount: int
    effective_at: datetime


def carry_out(ground: Ground, purses: Sequence[AccountName], flow: Sequence[Step]) -> list[Happened]:
    happened, hours = [], 0
    for step in flow:
        hours += step.hours
        source = purses[step.source] if step.source >= 0 else ground.cash
        target = purses[step.target] if step.target >= 0 else ground.revenue
        ground.move(source, target, step.amount, days=hours / 24, back=step.back / 24)
        effective_at = START + timedelta(hours=hours - step.back)
        happened.append(Happened(step.source, step.target, step.amount, effective_at))
    return happened


def model(happened: Sequence[Happened], number: int, period: Period) -> tuple[int, int, int, int]:
    mine = [each for each in happened if number in (each.source, each.target)]
    opening = sum(change(each, number) for each in mine if each.effective_at < period.start)
    within = [change(each, number) for each in mine if each.effective_at in period]
    came, went = sum(each for each in within if each > 0), -sum(each for each in within if each < 0)
    return opening, came, went, opening + came - went


def change(each: Happened, number: int) -> int:
    return each.amount if each.target == number else -each.amount


def check_total(figures: Figures, happened: Sequence[Happened], chosen: Sequence[int], period: Period) -> None:
    """REP-3 Without the pairs inside; opening + in − out is closing all the same."""
    within = [each for each in happened if each.effective_at in period]
    pairs = [each for each in within if each.source in chosen and each.target in chosen]
    assert figures.between == sum(each.amount for each in pairs)
    assert figures.total.came_in == sum(each.amount for each in within if each.target in chosen and each not in pairs)
    assert figures.total.closing == sum(stood.closing for stood in figures.accounts.values())
    assert sum(sums.came_in for sums in figures.steps.values()) == figures.total.came_in
    assert sum(sums.went_out for sums in figures.steps.values()) == figures.total.went_out


def check_lines(figures: Figures, ground: Ground, chosen: Sequence[AccountName], period: Period) -> None:
    """The lines of a report add up to its accounts, action by action."""
    accounts = [ground.account(name) for name in chosen]
    lines = list(movements_among(accounts, period, [*IN, *OUT]))
    for account in accounts:
        for action in (*IN, *OUT):
            found = sum(abs(row.amount) for row in lines if (row.account_id, row.action) == (account.id, action))
            assert found == figures.accounts[account.id].of([action]), action


def test_the_two_ways_of_telling_an_action_know_the_same_ones(ground: Ground) -> None:
    """The figures tell an action from its flow as the history does: each flow of a wallet, both ways."""
    others = {
        Kind.CASH: ground.cash, Kind.REVENUE: ground.revenue, Kind.TAX: ground.tax,
        Kind.WALLET: ground.customer, Kind.MARGIN: ground.margin,
        **{kind: ground.of(ground.world.sao_mai, kind) for kind in (Kind.ADVANCE, Kind.OWED, Kind.OWED_COST, Kind.DUE)},
        Kind.TAX_PREPAID: AccountName(ground.book_id, Kind.TAX_PREPAID, "VND"),
    }  # fmt: skip
    open_accounts([name for name in others.values() if not name.opens_by_itself], at=ground.at)
    ground.fund(10_000)
    ground.move(ground.partner, ground.customer, 1_000)
    into = [Kind.CASH, Kind.REVENUE, Kind.TAX, Kind.WALLET, Kind.MARGIN, Kind.ADVANCE, Kind.OWED, Kind.DUE]
    out = [Kind.CASH, Kind.REVENUE, Kind.TAX, Kind.WALLET, Kind.MARGIN, Kind.ADVANCE, Kind.OWED, Kind.OWED_COST]
    for kind in into:
        ground.move(others[kind], ground.partner, 10, act="test.in", days=1)
    for kind in [*out, Kind.TAX_PREPAID]:
        ground.move(ground.partner, others[kind], 10, act="test.out", days=1)

    period = ground.period(0.5, 2)
    figures = figures_of(ground.book_id, [ground.partner.id], period)
    told: dict[Action, int] = {}
    for row in movements_in(ground.account(ground.partner), period):
        told[Action(row.action)] = told.get(Action(row.action), 0) + abs(row.amount)

    assert figures.accounts[ground.partner.id].by_action == told
    assert set(told) == {*IN, *OUT}
