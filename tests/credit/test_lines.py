"""Pools and credit lines: granted, handed out, taken back, for a while, stopped, and freed by paid bills."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.conf import LazySettings

from kanal.credit.allocate_line import MoreThanIsAvailable, TemporaryLineUnclear, allocate_line
from kanal.credit.amounts import AmountNotPositive, WhyMissing
from kanal.credit.confirm_bill import (
    BillNotYours,
    ConfirmationUndone,
    MoreThanIsOpen,
    ReferenceMissing,
    confirm_bill,
    undo_confirmation,
)
from kanal.credit.desk_orders import confirm_desk_order, reject_desk_order
from kanal.credit.end_temporary_lines import end_temporary_lines, warn_of_temporary_lines
from kanal.credit.funds import terms_of
from kanal.credit.grant_pool import PoolsAreForPartners, grant_pool, reduce_pool
from kanal.credit.hold_spending import PurchasesStopped
from kanal.credit.models import Allocation, Clearing, CustomerTerms, DeskOrder, PoolRequest, Spending
from kanal.credit.operator_queries import next_temporary_line_to_end, next_temporary_line_to_warn_of
from kanal.credit.pin_terms import (
    LineNotForThem,
    allow_purchases,
    set_default_over_line,
    set_over_line,
    stop_purchases,
)
from kanal.credit.pool_moves import MoreThanIsUnallocated
from kanal.credit.pour import EXPOSURE, LINE
from kanal.credit.queries import allocations_of, line_standing, pool_standing
from kanal.credit.refund_spending import NotPaidYet
from kanal.credit.request_pool import (
    MoreThanWasAskedFor,
    PoolRequestAnswered,
    PoolRequestWaits,
    decline_pool_request,
    grant_pool_request,
    request_pool,
)
from kanal.credit.settle_caps import settle_caps
from kanal.credit.spend import refund_spending
from kanal.identity.desk_only import OnlyTheDesk
from kanal.kit.money import Money
from kanal.ledger.answers import KeyReused
from kanal.ledger.open_accounts import close_account
from tests.credit.balances import told
from tests.credit.cast import MONTH, NOON, Cast
from tests.credit.racing import at_once
from tests.credit.sales import a_sale
from tests.partners.contracts import a_contract
from tests.world import World, a_world

KEEP_OPEN, WITHIN_LINE = CustomerTerms.OverLine.KEEP_OPEN, CustomerTerms.OverLine.WITHIN_LINE


def limit(amount: int, currency: str = "LIMIT_VND") -> Money:
    return Money(amount, currency)


def pool(world: World, amount: int, *, request_id: str = "p1", currency: str = "VND") -> DeskOrder:
    return grant_pool(
        partner=world.sao_mai, money=Money(amount, currency), why="Signed appendix 4", by=world.acting(world.hanh),
        at=NOON, request_id=request_id,
    )  # fmt: skip


def cut(world: World, amount: int, *, request_id: str = "p2") -> DeskOrder:
    return reduce_pool(
        partner=world.sao_mai, money=Money(amount), why="Not used", by=world.acting(world.hanh), at=NOON,
        request_id=request_id,
    )  # fmt: skip


def allocate(world: World, change: int, *, request_id: str = "", **more: Any) -> Allocation:
    asked: dict[str, Any] = {
        "partner": world.sao_mai,
        "customer": world.an_phat,
        "by": world.acting(world.mai),
        "at": NOON,
    } | more
    currency = asked.pop("currency", "LIMIT_VND")
    return allocate_line(change=limit(change, currency), request_id=request_id or f"{change}", **asked)


def a_bill(cast: Cast, price: int) -> Spending:
    return cast.buy(a_sale([price], [price * 8 // 10]))


# --- Pools -------------------------------------------------------------------------------------------------------


def test_granted_less_the_totals_of_the_customers_is_unallocated(an_phat: Cast) -> None:
    """LINE-1"""
    world = an_phat.world
    pool(world, 1_000)
    allocate(world, 300)
    stands = pool_standing(world.sao_mai, at=NOON)
    assert (stands.granted, stands.allocated, stands.unallocated) == (limit(1_000), limit(300), limit(700))
    assert stands.exposure_left == limit(1_000)

    with pytest.raises(MoreThanIsUnallocated) as refused:
        cut(world, 701)
    assert refused.value.unallocated == limit(700)
    cut(world, 700)
    assert pool_standing(world.sao_mai, at=NOON).granted == limit(300)


def test_a_pool_never_becomes_money(an_phat: Cast) -> None:
    """LINE-1"""
    pool(an_phat.world, 1_000)
    assert an_phat.standing() == {"LIMIT_SOURCE": -2_000, "POOL": 1_000, "EXPOSURE": 1_000}


def test_pools_are_granted_by_the_desk_to_partners_and_above_an_amount_by_two(
    an_phat: Cast, settings: LazySettings
) -> None:
    """LINE-1, LINE-9"""
    world = an_phat.world
    with pytest.raises(OnlyTheDesk):
        grant_pool(partner=world.sao_mai, money=Money(1), why="Me", by=world.acting(world.lan), at=NOON, request_id="p")
    with pytest.raises(PoolsAreForPartners):
        grant_pool(
            partner=world.hong_ha, money=Money(1), why="No", by=world.acting(world.hanh), at=NOON, request_id="p"
        )
    settings.KANAL_SECOND_PERSON_ABOVE = 999
    order = pool(world, 1_000)
    assert an_phat.standing() == {}
    confirm_desk_order(order=order, by=world.acting(world.thu), at=NOON)
    assert pool_standing(world.sao_mai, at=NOON).granted == limit(1_000)


def ask_pool(world: World, amount: int = 500, *, request_id: str = "q1") -> PoolRequest:
    return request_pool(
        partner=world.sao_mai, money=Money(amount), why="Two new customers", needed_on=date(2026, 4, 1),
        by=world.acting(world.mai), at=NOON, request_id=request_id,
    )  # fmt: skip


def test_a_partner_asks_for_a_pool_and_gets_all_part_or_none(an_phat: Cast) -> None:
    """LINE-9"""
    world = an_phat.world
    hanh = world.acting(world.hanh)
    request = ask_pool(world)
    assert ask_pool(world) == request
    end_of_third_working_day = datetime(2026, 3, 23, 17, tzinfo=UTC)
    assert request.due_at == end_of_third_working_day
    assert told(request.book_id, "pool_asked_for")
    with pytest.raises(PoolRequestWaits):
        ask_pool(world, request_id="q2")
    with pytest.raises(MoreThanWasAskedFor):
        grant_pool_request(request=request, money=Money(501), by=hanh, at=NOON)
    with pytest.raises(WhyMissing):
        grant_pool_request(request=request, money=Money(300), by=hanh, at=NOON)
    with pytest.raises(OnlyTheDesk):
        grant_pool_request(request=request, money=Money(500), by=world.acting(world.lan), at=NOON)

    granted = grant_pool_request(request=request, money=Money(300), answer="The rest in May", by=hanh, at=NOON)
    assert (granted.state, granted.granted) == ("GRANTED", 300)
    assert pool_standing(world.sao_mai, at=NOON).granted == limit(300)
    with pytest.raises(PoolRequestAnswered):
        decline_pool_request(request=request, answer="No", by=hanh, at=NOON)

    declined = decline_pool_request(request=ask_pool(world, request_id="q3"), answer="Too soon", by=hanh, at=NOON)
    assert declined.state == "DECLINED"
    assert told(request.book_id, "pool_request_declined") == ["lan@saomai.example", "mai@saomai.example"]


def test_a_request_above_the_amount_waits_for_the_second_signature(an_phat: Cast, settings: LazySettings) -> None:
    """LINE-9"""
    settings.KANAL_SECOND_PERSON_ABOVE = 0
    world = an_phat.world
    request = grant_pool_request(request=ask_pool(world), money=Money(500), by=world.acting(world.hanh), at=NOON)
    assert request.state == "SIGNED"
    order = DeskOrder.objects.get(book_id=request.book_id, kind="POOL", state="WAITING")
    reject_desk_order(order=order, why="Ask again", by=world.acting(world.thu), at=NOON)
    request.refresh_from_db()
    assert request.state == "OPEN"
    later = NOON + timedelta(hours=1)
    request = grant_pool_request(request=request, money=Money(500), by=world.acting(world.hanh), at=later)
    order = DeskOrder.objects.get(book_id=request.book_id, kind="POOL", state="WAITING")
    confirm_desk_order(order=order, by=world.acting(world.thu), at=later)
    request.refresh_from_db()
    assert request.state == "GRANTED"


# --- Lines -------------------------------------------------------------------------------------------------------


def test_a_signed_amount_shows_the_total_and_available_that_result(an_phat: Cast) -> None:
    """LINE-2, LINE-3, LINE-5, LINE-10: what is shown is what was counted by then."""
    world = an_phat.world
    pool(world, 1_000)
    allocate(world, 1_000, remark="Trial order")
    a_bill(an_phat, 400)
    taken = allocate(world, -100)
    assert (taken.change, taken.total_after, taken.available_after) == (-100, 900, 500)
    assert [each.change for each in allocations_of(world.sao_mai)] == [-100, 1_000]
    assert {each.operator_name for each in allocations_of(world.sao_mai)} == {"Võ Thị Mai"}
    stands = line_standing(world.an_phat)
    assert (stands.total, stands.used, stands.available) == (limit(900), limit(400), limit(500))
    assert told(taken.book_id, "line_raised") == told(taken.book_id, "line_lowered")


def test_withdraws_at_most_the_available_to_the_cent(an_phat: Cast) -> None:
    """LINE-2: 100 of 100 in a currency of two decimals, and not 100.01."""
    world = an_phat.world
    order = pool(world, 10_000, currency="USD")
    confirm_desk_order(order=order, by=world.acting(world.thu), at=NOON)
    allocate(world, 10_000, currency="LIMIT_USD")
    with pytest.raises(MoreThanIsAvailable) as refused:
        allocate(world, -10_001, currency="LIMIT_USD")
    assert refused.value.available == limit(10_000, "LIMIT_USD")
    assert allocate(world, -10_000, currency="LIMIT_USD").total_after == 0


def test_an_allocation_is_at_most_the_unallocated_unless_the_contract_is_uncapped(an_phat: Cast) -> None:
    """LINE-2, CONTR-1"""
    world = an_phat.world
    pool(world, 100)
    with pytest.raises(MoreThanIsUnallocated) as refused:
        allocate(world, 101)
    assert refused.value.unallocated == limit(100)

    a_contract(world, NOON, is_capped=False)
    allocate(world, 5_000)
    assert pool_standing(world.sao_mai, at=NOON).unallocated == limit(-4_900)
    a_bill(an_phat, 4_000)
    settle_caps(at=NOON + timedelta(days=3_000))  # the contract has ended
    with pytest.raises(MoreThanIsUnallocated):
        allocate(world, 1, at=NOON + timedelta(days=3_000))


def test_only_a_confirmed_customer_of_ones_own(an_phat: Cast) -> None:
    """LINK-5, ALL-1"""
    world = an_phat.world
    pool(world, 100)
    for partner, customer in ((world.bien_dong, world.an_phat), (world.sao_mai, world.hong_ha)):
        with pytest.raises(LineNotForThem):
            allocate(world, 1, partner=partner, customer=customer)
        with pytest.raises(LineNotForThem):
            stop_purchases(partner=partner, customer=customer, why="A rival", by=world.acting(world.khoa), at=NOON)
    close_account(an_phat.wallet())
    with pytest.raises(LineNotForThem):
        allocate(world, 1)


def test_the_same_request_allocates_once(an_phat: Cast) -> None:
    """CRED-6"""
    world = an_phat.world
    pool(world, 100)
    assert allocate(world, 60, request_id="r") == allocate(world, 60, request_id="r")
    with pytest.raises(KeyReused):
        allocate(world, 61, request_id="r")
    with pytest.raises(AmountNotPositive):
        allocate(world, 0)
    assert line_standing(world.an_phat).total == limit(60)


def test_a_temporary_line_is_warned_of_and_reverts_by_itself(an_phat: Cast) -> None:
    """LINE-7: used above what remains, available is simply below zero."""
    world = an_phat.world
    pool(world, 1_000)
    ends_at = NOON + timedelta(days=20)
    allocate(world, 300)
    allocate(world, 500, until=ends_at)
    a_bill(an_phat, 600)
    assert next_temporary_line_to_warn_of(ends_at) == ends_at - timedelta(days=7)
    for _ in range(2):
        warn_of_temporary_lines(at=ends_at - timedelta(days=7))
    assert len(told(an_phat.parties.book_id, "temporary_line_ending")) == 4
    assert next_temporary_line_to_warn_of(ends_at) is None

    assert next_temporary_line_to_end(ends_at) == ends_at
    for _ in range(2):
        end_temporary_lines(at=ends_at)
    stands = line_standing(world.an_phat)
    assert (stands.total, stands.used, stands.available) == (limit(300), limit(600), limit(-300))
    assert pool_standing(world.sao_mai, at=NOON).unallocated == limit(700)
    assert allocations_of(world.sao_mai)[0].kind == Allocation.Kind.TEMPORARY_ENDED
    with pytest.raises(TemporaryLineUnclear):
        allocate(world, 1, until=NOON)
    with pytest.raises(TemporaryLineUnclear):
        allocate(world, -1, until=ends_at)


def test_of_a_temporary_line_that_was_withdrawn_the_rest_reverts(an_phat: Cast) -> None:
    """LINE-7"""
    world = an_phat.world
    pool(world, 500)
    allocate(world, 500, until=NOON + timedelta(days=1))
    allocate(world, -400)
    end_temporary_lines(at=NOON + timedelta(days=1))
    assert line_standing(world.an_phat).total == limit(0)
    assert pool_standing(world.sao_mai, at=NOON).unallocated == limit(500)


def test_a_default_is_for_new_customers_and_each_has_its_own(an_phat: Cast) -> None:
    """LINE-4"""
    world = an_phat.world
    by: dict[str, Any] = {"by": world.acting(world.mai), "at": NOON}
    pool(world, 500)
    set_default_over_line(partner=world.sao_mai, policy=WITHIN_LINE, **by)
    allocate(world, 100)
    set_default_over_line(partner=world.sao_mai, policy=KEEP_OPEN, **by)
    assert terms_of(an_phat.parties).over_line == WITHIN_LINE
    set_over_line(partner=world.sao_mai, customer=world.an_phat, policy=KEEP_OPEN, **by)
    assert terms_of(an_phat.parties).over_line == KEEP_OPEN


def test_purchases_are_stopped_with_a_reason_and_allowed_again(an_phat: Cast) -> None:
    """LINE-11"""
    world = an_phat.world
    an_phat.pay(wallet=5_000)
    asked: dict[str, Any] = {
        "partner": world.sao_mai, "customer": world.an_phat, "by": world.acting(world.mai), "at": NOON,
    }  # fmt: skip
    with pytest.raises(WhyMissing):
        stop_purchases(why=" ", **asked)
    stop_purchases(why="Two bills are open.", **asked)
    assert told(an_phat.parties.book_id, "purchases_stopped") == ["an@anphat.example", "binh@anphat.example"]
    with pytest.raises(PurchasesStopped, match="Two bills are open"):
        a_bill(an_phat, 100)
    allow_purchases(**asked)
    a_bill(an_phat, 100)


# --- Bills -------------------------------------------------------------------------------------------------------


def confirm(world: World, bill: Spending, amount: int, *, request_id: str = "", who: str = "mai") -> Clearing:
    return confirm_bill(
        spending=bill, money=Money(amount), reference="BIDV 9", by=world.acting(getattr(world, who)), at=NOON,
        request_id=request_id or f"{amount}",
    )  # fmt: skip


def with_a_bill(cast: Cast, price: int = 400) -> Spending:
    pool(cast.world, 1_000)
    allocate(cast.world, 1_000)
    return a_bill(cast, price)


def test_of_400_used_150_are_confirmed(an_phat: Cast) -> None:
    """LINE-6: available +150, above the open 250 refused, undone once; the exposure stays."""
    world = an_phat.world
    bill = with_a_bill(an_phat)
    exposure = an_phat.available(EXPOSURE)
    confirmed = confirm(world, bill, 150)
    assert confirm(world, bill, 150) == confirmed
    assert an_phat.available(LINE) == 750
    assert an_phat.standing()["OWED"] == -250
    assert an_phat.available(EXPOSURE) == exposure
    with pytest.raises(MoreThanIsOpen) as refused:
        confirm(world, bill, 251)
    assert refused.value.is_open == Money(250)

    undo_confirmation(clearing=confirmed, why="Bounced", by=world.acting(world.mai), at=NOON)
    with pytest.raises(ConfirmationUndone):
        undo_confirmation(clearing=confirmed, why="Again", by=world.acting(world.mai), at=NOON)
    assert an_phat.available(LINE) == 600
    assert an_phat.standing()["OWED"] == -400
    confirm(world, bill, 400)


def test_an_undone_confirmation_may_leave_the_line_below_zero(an_phat: Cast) -> None:
    """LINE-6"""
    world = an_phat.world
    confirmed = confirm(world, with_a_bill(an_phat, 1_000), 1_000)
    a_bill(an_phat, 200)
    undo_confirmation(clearing=confirmed, why="Bounced", by=world.acting(world.mai), at=NOON)
    assert an_phat.available(LINE) == -200


def test_a_refund_frees_the_line_as_far_as_it_is_not_confirmed(an_phat: Cast) -> None:
    """LINE-6, PAY-2: what was paid already is the customer's credit balance."""
    world = an_phat.world
    bill = with_a_bill(an_phat)
    confirm(world, bill, 150)
    refund_spending(spending=bill, unused=MONTH, why="Deleted", by=an_phat.by, at=NOON, request_id="r")
    assert (an_phat.available(LINE), an_phat.available(EXPOSURE)) == (1_000, 1_000)
    assert an_phat.standing()["OWED"] == 150
    with pytest.raises(MoreThanIsOpen):
        confirm(world, bill, 1)


def test_a_rival_confirms_nothing_and_what_is_not_paid_is_no_bill(an_phat: Cast) -> None:
    """LINE-6, ALL-1"""
    world = an_phat.world
    bill = with_a_bill(an_phat)
    for who in ("khoa", "an", "hanh"):
        with pytest.raises(BillNotYours):
            confirm(world, bill, 1, who=who)
    (held,) = an_phat.hold(a_sale([100], [80]))
    with pytest.raises(NotPaidYet):
        confirm(world, held, 1)
    with pytest.raises(ReferenceMissing):
        confirm_bill(spending=bill, money=Money(1), reference=" ", by=world.acting(world.mai), at=NOON, request_id="x")


# --- At once -----------------------------------------------------------------------------------------------------


def test_eight_allocations_at_once_hand_out_the_pool_once(own_database: str) -> None:
    """LINE-2"""
    world = a_world()
    pool(world, 100)
    answers = at_once(8, lambda number: allocate(world, 100, request_id=f"r{number}"))
    assert len([each for each in answers if isinstance(each, Allocation)]) == 1
    assert len([each for each in answers if isinstance(each, MoreThanIsUnallocated)]) == 7


def test_eight_confirmations_at_once_free_what_is_open_once(own_database: str) -> None:
    """LINE-6"""
    cast = Cast(world := a_world(), world.an_phat)
    bill = with_a_bill(cast)
    a_bill(cast, 500)  # so that what is used leaves room for a wrong second
    at_once(8, lambda number: confirm(world, bill, 400, request_id=f"r{number}"))
    assert cast.available(LINE) == 500
