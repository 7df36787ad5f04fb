"""What posting does, and what it refuses without a trace."""

from datetime import timedelta
from typing import Any

import pytest

from kanal.kit.money import Money
from kanal.ledger.answers import (
    AccountClosed,
    AccountFrozen,
    IllegalFlow,
    KeyReused,
    LedgerRefusal,
    PeriodClosed,
    Posting,
    UnknownAccount,
    WouldOverdraw,
    WrongCurrency,
)  # fmt: skip
from kanal.ledger.close_period import close_period
from kanal.ledger.flows import FLOWS, TERMS, Kind, flow_between
from kanal.ledger.models import Account, Transfer
from kanal.ledger.movement import Hold, Move, Movement
from kanal.ledger.names import AccountName
from kanal.ledger.open_accounts import (
    AccountNotEmpty,
    FloorAboveBalance,
    close_account,
    freeze_account,
    open_accounts,
    set_floors,
    unfreeze_account,
)  # fmt: skip
from kanal.ledger.post import post, post_batch
from tests.ledger.world import AN, BINH, NOON, ORDER, Cast, account, balance, everything, group, move, named, vnd

pytestmark = pytest.mark.django_db


def test_a_transfer_moves_from_one_account_to_another() -> None:
    """LEDGER-1"""
    cast = Cast()
    cast.fund(cast.partner, 1_000)

    posting = post(group(move(cast.partner, cast.an, 300), matter=ORDER))

    assert (balance(cast.partner), balance(cast.an)) == (700, 300)
    assert posting.after(cast.partner).available == 700
    assert posting.after(cast.an).posted == 300
    row = Transfer.objects.get(book_id=7, id=posting.legs[0].id)
    assert (row.amount, row.subject_id, row.actor, row.effective_at) == (300, ORDER.id, "JOB:lan", NOON)


def test_nothing_is_taken_that_is_not_there() -> None:
    """CHART-3"""
    cast = Cast()
    cast.fund(cast.partner, 100)
    before = everything([cast.partner, cast.an, cast.cash])

    with pytest.raises(WouldOverdraw) as refusal:
        post(group(move(cast.partner, cast.an, 101)))

    assert (refusal.value.available, refusal.value.asked) == (vnd(100), vnd(101))
    assert refusal.value.account == cast.partner
    assert everything([cast.partner, cast.an, cast.cash]) == before


@pytest.mark.parametrize("failing", [0, 1, 2])
def test_a_group_is_posted_whole_or_not_at_all(failing: int) -> None:
    """LEDGER-5: whichever of its moves cannot be made."""
    cast = Cast()
    cast.fund(cast.partner, 1_000)
    moves = [move(cast.partner, cast.an, 100), move(cast.an, cast.binh, 50), move(cast.binh, cast.partner, 10)]
    moves[failing] = move(moves[failing].source, moves[failing].target, 100_000)
    before = everything([cast.partner, cast.an, cast.binh])

    with pytest.raises(WouldOverdraw) as refusal:
        post(group(*moves))

    assert refusal.value.leg == failing
    assert everything([cast.partner, cast.an, cast.binh]) == before


def test_the_moves_of_a_group_see_each_other() -> None:
    """Refund first, purchase after: only the difference has to be there."""
    cast = Cast()
    cast.fund(cast.an, 100)

    post(group(move(cast.an, cast.revenue, 100)))
    post(group(move(cast.revenue, cast.an, 80), move(cast.an, cast.revenue, 80)))

    assert balance(cast.an) == 0


def test_the_same_key_answers_as_the_first_time() -> None:
    """LEDGER-4"""
    cast = Cast()
    cast.fund(cast.partner, 1_000)
    asked = group(move(cast.partner, cast.an, 300), move(cast.partner, cast.binh, 100), request_id="once")
    first = post(asked)
    post(group(move(cast.partner, cast.an, 600)))  # now it could not be paid any more

    again = post(asked)

    assert again.replayed
    assert again.legs == first.legs
    assert balance(cast.partner) == 0


def test_a_retry_comes_later_and_is_the_same_request() -> None:
    """LEDGER-4"""
    cast = Cast()
    cast.fund(cast.partner, 1_000)
    post(group(move(cast.partner, cast.an, 300), request_id="once"))

    assert post(group(move(cast.partner, cast.an, 300), request_id="once", at=NOON + timedelta(days=400))).replayed


@pytest.mark.parametrize("change", ["amount", "target", "more", "note", "deep", "matter", "effective"])
def test_the_same_key_with_other_content_is_refused(change: str) -> None:
    """LEDGER-4"""
    cast = Cast()
    cast.fund(cast.partner, 1_000)
    first = move(cast.partner, cast.revenue, 300)
    post(group(first, request_id="once"))
    other: dict[str, list[Move]] = {
        "amount": [move(cast.partner, cast.revenue, 301)],
        "target": [move(cast.partner, cast.tax, 300)],
        "more": [first, move(cast.partner, cast.an, 1)],
        "note": [move(cast.partner, cast.revenue, 300, note="another")],
        "deep": [move(cast.partner, cast.revenue, 300, deep=True)],
    }
    more: dict[str, Any] = {"matter": {"matter": ORDER}, "effective": {"effective_at": NOON - timedelta(days=1)}}

    with pytest.raises(KeyReused):
        post(group(*other.get(change, [first]), request_id="once", **more.get(change, {})))

    assert balance(cast.partner) == 700


def test_what_was_refused_may_be_asked_again() -> None:
    """LEDGER-5: a refusal changes nothing, so its key is still free."""
    cast = Cast()
    asked = group(move(cast.partner, cast.an, 300), request_id="early")
    with pytest.raises(WouldOverdraw):
        post(asked)
    cast.fund(cast.partner, 300)

    assert not post(asked).replayed


def test_a_frozen_account_takes_in_and_gives_nothing() -> None:
    cast = Cast()
    cast.fund(cast.partner, 500)
    freeze_account(cast.partner)

    cast.fund(cast.partner, 1)
    for moved in (move(cast.partner, cast.an, 1), Hold(account=cast.partner, money=vnd(1))):
        with pytest.raises(AccountFrozen):
            post(group(moved))
    unfreeze_account(cast.partner)
    post(group(move(cast.partner, cast.an, 1)))

    assert balance(cast.partner) == 500


def test_a_closed_account_is_closed_to_both_sides() -> None:
    cast = Cast()
    cast.fund(cast.partner, 5)
    with pytest.raises(AccountNotEmpty):
        close_account(cast.partner)
    close_account(cast.an)

    for moved in (move(cast.partner, cast.an, 1), move(cast.an, cast.partner, 1)):
        with pytest.raises(AccountClosed):
            post(group(moved))


def test_an_account_nobody_opened_is_unknown() -> None:
    cast = Cast()
    cast.fund(cast.partner, 5)

    with pytest.raises(UnknownAccount):
        post(group(move(cast.partner, named(Kind.WALLET, ORDER.id), 1)))
    with pytest.raises(UnknownAccount):
        post(group(move(cast.partner, cast.an, 1), move(cast.an, named(Kind.WALLET, ORDER.id), 1)))


def test_the_providers_accounts_open_by_themselves() -> None:
    cast = Cast()
    cast.fund(cast.an, 10)

    post(group(move(cast.an, cast.revenue, 9), move(cast.an, cast.tax, 1)))

    assert (balance(cast.cash), balance(cast.revenue), balance(cast.tax)) == (-10, 9, 1)


def test_currencies_do_not_mix() -> None:
    cast = Cast()
    dollars = named(Kind.WALLET, AN, currency="USD")
    open_accounts([dollars], at=NOON)
    cast.fund(cast.partner, 5)

    for money in (vnd(1), Money(1, "USD")):
        with pytest.raises(WrongCurrency):
            post(group(Move(source=cast.partner, target=dollars, money=money)))


def test_measured_use_goes_on_to_its_own_floor() -> None:
    """CHART-3: a top-up of a negative wallet reduces the debt."""
    cast = Cast()
    cast.fund(cast.an, 2_016)
    set_floors(cast.an, floor=0, deep_floor=-20_000)

    with pytest.raises(WouldOverdraw):
        post(group(move(cast.an, cast.revenue, 20_000)))
    post(group(move(cast.an, cast.revenue, 20_000, deep=True)))
    with pytest.raises(WouldOverdraw) as refusal:
        post(group(move(cast.an, cast.revenue, 2_017, deep=True)))
    assert refusal.value.available == vnd(2_016)
    with pytest.raises(FloorAboveBalance):
        set_floors(cast.an, floor=0, deep_floor=-17_983)
    cast.fund(cast.an, 10_000)

    assert balance(cast.an) == -7_984


def test_only_flows_of_measured_use_may_go_deep() -> None:
    """CHART-1"""
    cast = Cast()
    set_floors(cast.an, floor=0, deep_floor=-100)

    with pytest.raises(IllegalFlow):
        post(group(move(cast.an, cast.binh, 1, deep=True)))


PAIRS = [(source, target) for source in Kind for target in Kind]


def test_every_pair_of_kinds_moves_exactly_where_the_chart_has_a_flow() -> None:
    """CHART-1, CHART-2: all 441 of them."""
    names = {(kind, owner): named(kind, owner) for kind in Kind for owner in (AN, BINH)}
    open_accounts(set(names.values()), at=NOON)
    Account.objects.filter(book_id=7).update(floor=None, deep_floor=None)
    asked: list[Movement] = []
    for source, target in PAIRS:
        a, b = names[source, AN], names[target, BINH]
        currency = a.currency if not a.is_holds else b.currency
        if target is Kind.HOLDS:
            asked.append(Hold(account=a, money=Money(1, currency)))
        else:
            asked.append(Move(source=a, target=b, money=Money(1, currency)))

    answers = post_batch([group(each) for each in asked])

    for (source, target), answer in zip(PAIRS, answers, strict=True):
        mixed = TERMS[source].limit is not TERMS[target].limit and Kind.HOLDS not in (source, target)
        if (source, target) in FLOWS:
            assert isinstance(answer, Posting), (source, target)
        else:
            assert isinstance(answer, WrongCurrency if mixed else LedgerRefusal), (source, target)
            assert isinstance(answer, IllegalFlow | WrongCurrency), (source, target, answer)


def test_no_flow_joins_money_and_limits() -> None:
    """CHART-2"""
    for source, target in FLOWS:
        if Kind.HOLDS not in (source, target):
            assert TERMS[source].limit is TERMS[target].limit
    assert flow_between(Kind.WALLET, Kind.LINE) is None


def test_a_limit_account_holds_a_limit() -> None:
    """CHART-2"""
    with pytest.raises(ValueError, match="CHART-2"):
        AccountName(7, Kind.LINE, "VND", AN)
    with pytest.raises(ValueError, match="CHART-2"):
        AccountName(7, Kind.WALLET, "LIMIT_VND", AN)


def test_one_transaction_writes_one_book() -> None:
    """R11"""
    with pytest.raises(ValueError, match="one book"):
        post(group(move(named(Kind.CASH), named(Kind.WALLET, AN, book=8), 1)))


@pytest.mark.parametrize("amount", [0, -1])
def test_a_movement_moves_a_positive_amount(amount: int) -> None:
    """LEDGER-1"""
    with pytest.raises(ValueError, match="positive"):
        post(group(move(named(Kind.CASH), named(Kind.WALLET), amount)))


def test_within_an_account_recorded_time_never_goes_back() -> None:
    """ALL-4: two servers' clocks differ; an account's own order does not."""
    cast = Cast()
    cast.fund(cast.an, 100, at=NOON + timedelta(seconds=3))

    late = post(group(move(cast.an, cast.binh, 1), at=NOON))

    row = Transfer.objects.get(book_id=7, id=late.legs[0].id)
    assert row.recorded_at == row.effective_at == NOON + timedelta(seconds=3)


def test_a_closed_period_takes_nothing_that_is_dated_back() -> None:
    """ALL-4"""
    cast = Cast()
    cast.fund(cast.an, 100)
    later = NOON + timedelta(days=2)
    post(group(move(cast.an, cast.binh, 1), at=later, effective_at=NOON - timedelta(hours=1)))
    close_period(7, through_at=NOON + timedelta(days=1), at=later)
    close_period(7, through_at=NOON + timedelta(days=1), at=later)

    for moves in ([move(cast.an, cast.binh, 1)], [move(cast.an, cast.binh, 1), move(cast.an, cast.binh, 2)]):
        with pytest.raises(PeriodClosed):
            post(group(*moves, at=later, effective_at=NOON + timedelta(days=1) - timedelta(seconds=1)))
        post(group(*moves, at=later, effective_at=NOON + timedelta(days=1)))
    post(group(move(cast.an, cast.binh, 1), at=NOON))  # a clock that is behind: recorded after the close all the same

    assert account(cast.an).moved_at == later


def test_nothing_counts_later_than_it_is_recorded() -> None:
    """ALL-4"""
    with pytest.raises(ValueError, match="ALL-4"):
        group(move(named(Kind.CASH), named(Kind.WALLET), 1), effective_at=NOON + timedelta(seconds=1))


def test_opening_an_account_again_leaves_it_as_it_is() -> None:
    cast = Cast()
    cast.fund(cast.an, 7)

    open_accounts([cast.an], at=NOON + timedelta(days=1))

    assert balance(cast.an) == 7
    assert account(cast.an).opened_at == NOON


def test_odd_texts_arrive_as_they_were_written() -> None:
    cast = Cast()
    note = 'say "hi", {a,b} \\ NULL\n₫ “ngoặc” \t'

    for moves in ([move(cast.cash, cast.an, 1, note=note)], [move(cast.cash, cast.an, 1, note=note)] * 2):
        posting = post(group(*moves))
        assert Transfer.objects.get(book_id=7, id=posting.legs[-1].id).note == note
    with pytest.raises(ValueError, match="zero byte"):
        post_batch([group(move(cast.cash, cast.an, 1, note="\0")), group(move(cast.cash, cast.an, 1))])
