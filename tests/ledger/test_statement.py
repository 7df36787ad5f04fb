"""Reading: pages in an account's own order, what stood at a moment, and where spent money came from."""

import random
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from kanal.ledger.close_period import close_period
from kanal.ledger.flows import Kind
from kanal.ledger.movement import Hold, Matter
from kanal.ledger.open_accounts import open_accounts, set_floors
from kanal.ledger.post import post
from kanal.ledger.statement import Filter, opening_and_closing, sequence_at, standing_at, statement_page, transfers_of
from kanal.ledger.trace import funding_of
from tests.ledger.world import BINH, NOON, ORDER, Cast, balance, group, move, named, vnd

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def a_long_history(cast: Cast, lines: int = 40) -> None:
    for number in range(lines):
        at = NOON + timedelta(hours=number)
        moved = move(cast.cash, cast.an, number + 1, note=f"line {number} 100%")
        post(group(moved, at=at, act="wallet.funded" if number % 2 else "wallet.topped_up"))


def test_pages_continue_where_the_last_one_ended() -> None:
    """LEDGER-7"""
    cast = Cast()
    a_long_history(cast)

    seen, before = [], None
    for _ in range(9):
        page = statement_page(cast.an, before=before, size=7)
        seen += [line.sequence for line in page.lines]
        before = page.before
        if before is None:
            break

    assert seen == list(range(40, 0, -1))


def test_each_line_says_what_stood_after_it() -> None:
    cast = Cast()
    cast.fund(cast.an, 100)
    post(group(Hold(account=cast.an, money=vnd(30))))
    post(group(move(cast.an, cast.revenue, 20)))

    lines = statement_page(cast.an).lines

    assert [(line.change, line.balance, line.held, line.available) for line in lines] == [
        (-20, 80, 30, 50), (-30, 100, 30, 70), (100, 100, 0, 100),
    ]  # fmt: skip


def test_a_statement_is_filtered_by_day_act_and_text() -> None:
    cast = Cast()
    a_long_history(cast)

    second_day = statement_page(cast.an, only=Filter(since=NOON + DAY, until=NOON + DAY + timedelta(hours=3)))
    funded = statement_page(cast.an, only=Filter(acts=["wallet.funded"]), size=100)
    told = statement_page(cast.an, only=Filter(text="LINE 7 100%"))
    nothing = statement_page(cast.an, only=Filter(text="line_7"))

    assert [line.sequence for line in second_day.lines] == [27, 26, 25]
    assert second_day.before is None
    assert len(funded.lines) == 20
    assert [line.sequence for line in told.lines] == [8]
    assert nothing.lines == ()


def test_a_filtered_page_looks_only_so_far_and_says_where_to_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """LEDGER-7: a rare text in a long account is found in portions, never by reading all of it at once."""
    monkeypatch.setattr("kanal.ledger.statement.LOOKED_THROUGH", 10)
    cast = Cast()
    a_long_history(cast)

    pages, before = 0, None
    found = []
    while pages == 0 or before is not None:
        page = statement_page(cast.an, only=Filter(text="line 3 "), before=before)
        pages, before = pages + 1, page.before
        found += [line.sequence for line in page.lines]

    assert (pages, found) == (4, [4])


def test_the_balance_at_any_moment_is_the_sum_of_what_was_there() -> None:
    """LEDGER-7, L12: against a naive fold, for recorded and effective moments."""
    chance = random.Random(5)
    cast = Cast()
    rows: list[tuple[datetime, datetime, int]] = []
    at = NOON
    closed = NOON - DAY
    for number in range(120):
        at += timedelta(minutes=chance.randrange(90))
        effective = max(closed, at - timedelta(hours=chance.choice([0, 0, 0, 5, 30])))
        amount = chance.randrange(1, 50)
        came = chance.random() < 0.6 or balance(cast.an) < amount
        moved = move(cast.cash, cast.an, amount) if came else move(cast.an, cast.revenue, amount)
        post(group(moved, at=at, effective_at=effective if effective < at else None))
        rows.append((at, effective, amount if came else -amount))
        if number in {50, 90}:
            closed = at - timedelta(hours=2)
            close_period(7, through_at=closed, at=at)

    moments = [row[0] for row in rows] + [NOON + timedelta(minutes=chance.randrange(6_000)) for _ in range(80)]
    for moment in moments:
        stood = standing_at(cast.an, moment)
        assert stood.recorded == sum(amount for recorded, _, amount in rows if recorded <= moment)
        assert stood.effective == sum(amount for _, effective, amount in rows if effective <= moment), moment


def test_a_period_opens_with_what_stood_before_it_and_closes_before_the_next() -> None:
    """ALL-4: spans are half-open, and reports follow the effective order."""
    cast = Cast()
    cast.fund(cast.an, 100, at=NOON)
    cast.fund(cast.an, 10, at=NOON + DAY)
    post(group(move(cast.an, cast.revenue, 7), at=NOON + 3 * DAY, effective_at=NOON + DAY))

    opening, closing = opening_and_closing(cast.an, start=NOON + DAY, end=NOON + 2 * DAY)

    assert (opening.effective, closing.effective, closing.recorded) == (100, 103, 110)
    assert standing_at(cast.binh, NOON).recorded == 0
    assert sequence_at(cast.an, NOON - DAY) == 0


def test_everything_moved_for_an_order_stands_together() -> None:
    cast = Cast()
    cast.fund(cast.an, 100)
    post(group(Hold(account=cast.an, money=vnd(30)), matter=ORDER))
    post(group(move(cast.an, cast.revenue, 20), matter=ORDER, at=NOON + DAY))
    post(group(move(cast.an, cast.revenue, 1), matter=Matter("invoice", ORDER.id)))

    assert [row.phase for row in transfers_of(7, ORDER)] == ["HELD", "POSTED"]


def test_money_is_spent_first_in_first_out() -> None:
    """LEDGER-8: in 30 then 50, out 60 takes 30 + 30 and leaves 20."""
    cast = Cast()
    first, second = cast.fund(cast.an, 30), cast.fund(cast.an, 50)

    spent = post(group(move(cast.an, cast.revenue, 60)))
    more = post(group(move(cast.an, cast.revenue, 15)))

    assert [(lot.amount, lot.transfer_id) for lot in funding_of(7, [spent.legs[0].id])] == [
        (30, first.legs[0].id), (30, second.legs[0].id),
    ]  # fmt: skip
    assert [lot.amount for lot in funding_of(7, [more.legs[0].id])] == [15]


def test_a_customers_money_traces_through_its_partner_to_the_bank() -> None:
    """LEDGER-8"""
    cast = Cast()
    bank_1, bank_2 = cast.fund(cast.partner, 100), cast.fund(cast.partner, 100)
    post(group(move(cast.partner, cast.binh, 70)))
    post(group(move(cast.partner, cast.an, 60)))

    spent = post(group(move(cast.an, cast.revenue, 45), move(cast.an, cast.tax, 5)))

    lots = funding_of(7, [leg.id for leg in spent.legs])
    assert [(lot.amount, lot.transfer_id) for lot in lots] == [(30, bank_1.legs[0].id), (20, bank_2.legs[0].id)]
    assert {lot.from_kind for lot in lots} == {Kind.CASH}


def test_promotional_money_is_named_first() -> None:
    """LEDGER-8"""
    cast = Cast()
    grant = named(Kind.PROMO, detail=str(UUID(int=9)))
    open_accounts([grant], at=NOON)
    cast.fund(cast.an, 100)
    post(group(move(named(Kind.PROMOTION), grant, 40)))

    spent = post(group(move(cast.an, cast.revenue, 60), move(grant, cast.revenue, 40)))

    assert [(lot.amount, lot.from_kind) for lot in funding_of(7, [leg.id for leg in spent.legs])] == [
        (40, Kind.PROMOTION), (60, Kind.CASH),
    ]  # fmt: skip


def test_money_spent_before_it_came_says_so_and_is_found_once_it_has_come() -> None:
    """LEDGER-8"""
    cast = Cast()
    set_floors(cast.an, floor=0, deep_floor=-100)
    spent = post(group(move(cast.an, cast.revenue, 50, deep=True))).legs[0].id
    assert [(lot.amount, lot.transfer_id) for lot in funding_of(7, [spent])] == [(50, None)]

    late = cast.fund(cast.an, 80).legs[0].id

    assert [(lot.amount, lot.transfer_id) for lot in funding_of(7, [spent])] == [(50, late)]


def test_every_spent_unit_has_a_funding_behind_it() -> None:
    """LEDGER-8, L15: in a random history the lots of all spending are what was spent."""
    chance = random.Random(3)
    cast = Cast()
    spent = []
    for _ in range(80):
        amount = chance.randrange(1, 40)
        act = chance.randrange(4)
        if act == 0:
            cast.fund(cast.partner, amount)
        elif act == 1 and balance(cast.partner) >= amount:
            post(group(move(cast.partner, cast.an, amount)))
        elif act == 2 and balance(cast.an) >= amount:
            post(group(move(cast.an, cast.partner, amount)))
        elif balance(cast.an) >= amount:
            spent.append((amount, post(group(move(cast.an, cast.revenue, amount))).legs[0].id))
    assert spent

    for amount, id_ in spent:
        lots = funding_of(7, [id_])
        assert sum(lot.amount for lot in lots) == amount
        assert all(lot.transfer_id for lot in lots)


def test_another_owners_account_is_another_account() -> None:
    cast = Cast()
    cast.fund(cast.an, 5)

    assert statement_page(named(Kind.WALLET, BINH)).lines == ()
