"""What the desk does with wallets: fund, advance, reverse, grant, limit and freeze."""

from datetime import timedelta
from typing import Any

import pytest
from django.conf import LazySettings

from kanal.audit.models import AuditRecord
from kanal.credit.advance_credit import advance_credit, repay_advance
from kanal.credit.amounts import WhyMissing
from kanal.credit.carry_out_desk_order import MoreThanIsAdvanced
from kanal.credit.control_wallet import OwesMoreThanThat, freeze_wallet, set_debt_limit, unfreeze_wallet
from kanal.credit.desk_orders import DeskOrderDecided, SecondPersonMissing, confirm_desk_order, reject_desk_order
from kanal.credit.fund_wallet import BankReferenceMissing, FundedByItsPartner, fund_wallet
from kanal.credit.grant_credit import EndsInThePast, grant_credit
from kanal.credit.models import DeskOrder, Grant
from kanal.credit.pour import WALLET
from kanal.credit.queries import wallet_standing
from kanal.credit.reverse_funding import FundingReversed, NothingToReverse, reverse_funding
from kanal.credit.top_up import top_up_wallet
from kanal.identity.desk_only import OnlyTheDesk
from kanal.identity.models import Organization
from kanal.kit.money import Money
from kanal.ledger.answers import AccountFrozen, KeyReused, WouldOverdraw
from tests.credit.balances import told
from tests.credit.cast import NOON, Cast
from tests.credit.racing import at_once
from tests.credit.sales import a_sale
from tests.world import World, a_world


def fund(world: World, organization: Organization, amount: int, *, request_id: str = "f1", **more: Any) -> DeskOrder:
    asked: dict[str, Any] = {"bank_reference": "VCB 118", "by": world.acting(world.hanh), "at": NOON} | more
    return fund_wallet(organization=organization, money=Money(amount), request_id=request_id, **asked)


def advance(world: World, amount: int, *, request_id: str = "a1") -> DeskOrder:
    return advance_credit(
        organization=world.sao_mai, money=Money(amount), why="Until the transfer comes", by=world.acting(world.hanh),
        at=NOON, request_id=request_id,
    )  # fmt: skip


def reverse(world: World, funding: DeskOrder, *, request_id: str = "v1") -> DeskOrder:
    return reverse_funding(
        funding=funding, why="Booked twice", by=world.acting(world.hanh), at=NOON, request_id=request_id
    )


def test_funds_a_partner_and_a_direct_customer(sao_mai: Cast, hong_ha: Cast) -> None:
    """CRED-7"""
    for cast in (sao_mai, hong_ha):
        order = fund(cast.world, cast.buyer, 5_000_000)
        assert order.state == DeskOrder.State.DONE
        assert cast.standing() == {"CASH": -5_000_000, "WALLET": 5_000_000}
        assert told(order.book_id, "wallet_funded")
    record = AuditRecord.objects.get(book_id=sao_mai.parties.book_id, action="desk_order.carried_out")
    assert record.new["bank_reference"] == "VCB 118"


def test_never_a_partners_customer(an_phat: Cast) -> None:
    """CRED-3, CRED-7"""
    world = an_phat.world
    with pytest.raises(FundedByItsPartner):
        fund(world, world.an_phat, 1)
    with pytest.raises(FundedByItsPartner):
        advance_credit(
            organization=world.an_phat,
            money=Money(1),
            why="Please",
            by=world.acting(world.hanh),
            at=NOON,
            request_id="a",
        )


@pytest.mark.parametrize("who", ["lan", "an", "dung"])
def test_only_the_desk(sao_mai: Cast, who: str) -> None:
    """CRED-7, ALL-1"""
    world = sao_mai.world
    by = world.acting(getattr(world, who))
    with pytest.raises(OnlyTheDesk):
        fund(world, world.sao_mai, 1, by=by)
    with pytest.raises(OnlyTheDesk):
        set_debt_limit(organization=world.sao_mai, limit=Money(1), why="Why not", by=by, at=NOON)
    with pytest.raises(OnlyTheDesk):
        freeze_wallet(organization=world.bien_dong, why="A rival", by=by, at=NOON)
    assert sao_mai.standing() == {}


def test_says_what_is_missing(sao_mai: Cast) -> None:
    """ALL-3"""
    world = sao_mai.world
    with pytest.raises(BankReferenceMissing):
        fund(world, world.sao_mai, 1, bank_reference=" ")
    with pytest.raises(WhyMissing):
        freeze_wallet(organization=world.sao_mai, why=" ", by=world.acting(world.hanh), at=NOON)


def test_the_same_request_funds_once(sao_mai: Cast) -> None:
    """CRED-6"""
    world = sao_mai.world
    assert fund(world, world.sao_mai, 700) == fund(world, world.sao_mai, 700)
    assert sao_mai.available(WALLET) == 700
    with pytest.raises(KeyReused):
        fund(world, world.sao_mai, 701)


def test_above_an_amount_a_second_person_signs_and_never_the_first(sao_mai: Cast, settings: LazySettings) -> None:
    """CRED-7, ID-8"""
    settings.KANAL_SECOND_PERSON_ABOVE = 1_000
    world = sao_mai.world
    assert fund(world, world.sao_mai, 1_000, request_id="f0").state == DeskOrder.State.DONE
    order = fund(world, world.sao_mai, 1_001)
    assert order.state == DeskOrder.State.WAITING
    assert sao_mai.available(WALLET) == 1_000
    assert "hanh@saokhue.example" not in told(order.book_id, "desk_order_waiting")

    with pytest.raises(SecondPersonMissing):
        confirm_desk_order(order=order, by=world.acting(world.hanh), at=NOON)
    with pytest.raises(OnlyTheDesk):
        confirm_desk_order(order=order, by=world.acting(world.lan), at=NOON)
    for _ in range(2):
        confirm_desk_order(order=order, by=world.acting(world.thu), at=NOON)
    assert sao_mai.available(WALLET) == 2_001
    with pytest.raises(DeskOrderDecided):
        reject_desk_order(order=order, why="Too late", by=world.acting(world.minh), at=NOON)


def test_a_rejected_order_moves_nothing(sao_mai: Cast, settings: LazySettings) -> None:
    """CRED-7"""
    settings.KANAL_SECOND_PERSON_ABOVE = 0
    world = sao_mai.world
    order = fund(world, world.sao_mai, 5)
    with pytest.raises(WhyMissing):
        reject_desk_order(order=order, why="", by=world.acting(world.thu), at=NOON)
    reject_desk_order(order=order, why="No such transfer", by=world.acting(world.thu), at=NOON)
    with pytest.raises(DeskOrderDecided):
        confirm_desk_order(order=order, by=world.acting(world.minh), at=NOON)
    assert sao_mai.standing() == {}


def test_the_next_funding_repays_what_was_advanced(sao_mai: Cast) -> None:
    """CRED-7"""
    world = sao_mai.world
    advance(world, 500)
    assert sao_mai.standing() == {"ADVANCE": -500, "WALLET": 500}
    fund(world, world.sao_mai, 300)
    assert sao_mai.standing() == {"CASH": -300, "ADVANCE": -200, "WALLET": 500}
    fund(world, world.sao_mai, 1_000, request_id="f2", repays_advance=False)
    assert sao_mai.standing() == {"CASH": -1_300, "ADVANCE": -200, "WALLET": 1_500}
    fund(world, world.sao_mai, 1_000, request_id="f3")
    assert sao_mai.standing() == {"CASH": -2_300, "WALLET": 2_300}


def test_an_advance_is_repaid_from_the_wallet(sao_mai: Cast) -> None:
    """CRED-7"""
    world = sao_mai.world
    advance(world, 500)
    with pytest.raises(MoreThanIsAdvanced):
        repay(world, 501)
    repay(world, 200)
    assert sao_mai.standing() == {"ADVANCE": -300, "WALLET": 300}


def repay(world: World, amount: int) -> DeskOrder:
    return repay_advance(
        organization=world.sao_mai, money=Money(amount), why="Agreed", by=world.acting(world.hanh), at=NOON,
        request_id=f"p{amount}",
    )  # fmt: skip


def test_a_reversed_funding_becomes_an_advance_as_far_as_it_is_spent(sao_mai: Cast) -> None:
    """CRED-7"""
    world = sao_mai.world
    funding = fund(world, world.sao_mai, 1_000)
    sao_mai.buy(a_sale([440], [440], partner=False))

    reverse(world, funding)

    stands = sao_mai.standing()
    assert (stands.get("CASH", 0), stands.get("WALLET", 0), stands["ADVANCE"]) == (0, 0, -440)
    assert told(funding.book_id, "funding_reversed")


def test_a_funding_that_repaid_an_advance_is_reversed_whole(sao_mai: Cast) -> None:
    """CRED-7"""
    world = sao_mai.world
    advance(world, 300)
    funding = fund(world, world.sao_mai, 1_000)
    reverse(world, funding)
    assert sao_mai.standing() == {"ADVANCE": -300, "WALLET": 300}


def test_reversed_once(sao_mai: Cast) -> None:
    """CRED-6, CRED-7"""
    world = sao_mai.world
    funding = fund(world, world.sao_mai, 1_000)
    assert reverse(world, funding) == reverse(world, funding)
    with pytest.raises(FundingReversed):
        reverse(world, funding, request_id="v2")
    with pytest.raises(NothingToReverse):
        reverse(world, advance(world, 10))
    assert sao_mai.standing() == {"ADVANCE": -10, "WALLET": 10}


def test_grants_have_an_end_and_go_to_customers_too(an_phat: Cast) -> None:
    """PROMO-1, INV-7"""
    world = an_phat.world
    asked: dict[str, Any] = {
        "organization": world.an_phat,
        "why": "Welcome",
        "by": world.acting(world.hanh),
        "at": NOON,
    }
    ends_at = NOON + timedelta(days=30)
    grant_credit(money=Money(1_000), ends_at=ends_at, request_id="g1", **asked)
    grant_credit(money=Money(1_000), ends_at=ends_at, request_id="g1", **asked)
    grant_credit(money=Money(2_000), ends_at=ends_at, is_poc=True, request_id="g2", **asked)
    assert an_phat.standing() == {"PROMOTION": -3_000, "PROMO": 1_000, "POC": 2_000}
    assert Grant.objects.filter(book_id=an_phat.parties.book_id, owner_id=world.an_phat.id).count() == 2
    with pytest.raises(EndsInThePast):
        grant_credit(money=Money(1), ends_at=NOON, request_id="g3", **asked)


def test_a_debt_limit_lets_measured_use_go_so_far_and_a_purchase_never(hong_ha: Cast) -> None:
    """CRED-4: a limit of 5,000 lets a measured charge reach −5,000 and no further."""
    world = hong_ha.world
    limit(world, 5_000)
    with pytest.raises(WouldOverdraw):
        hong_ha.charge(5_001)
    hong_ha.charge(5_000)
    assert wallet_standing(world.hong_ha).total == Money(-5_000)
    with pytest.raises(Exception, match="0"):
        hong_ha.hold(a_sale([1], [1], partner=False))
    with pytest.raises(OwesMoreThanThat) as refused:
        limit(world, 4_999)
    assert refused.value.owed == Money(5_000)
    fund(world, world.hong_ha, 10_000)
    limit(world, 0)


def limit(world: World, amount: int) -> None:
    set_debt_limit(
        organization=world.hong_ha, limit=Money(amount), why="Good payer", by=world.acting(world.hanh), at=NOON
    )


def test_a_frozen_wallet_gives_nothing_and_takes_everything(sao_mai: Cast) -> None:
    """LINE-11"""
    world = sao_mai.world
    asked: dict[str, Any] = {
        "organization": world.sao_mai,
        "why": "Clarify",
        "by": world.acting(world.hanh),
        "at": NOON,
    }
    freeze_wallet(**asked)
    freeze_wallet(**asked)
    assert told(sao_mai.parties.book_id, "wallet_frozen") == ["lan@saomai.example", "mai@saomai.example"]
    fund(world, world.sao_mai, 100)
    with pytest.raises(AccountFrozen):
        send_one(world)
    assert wallet_standing(world.sao_mai).is_frozen
    unfreeze_wallet(**asked)
    send_one(world)
    assert sao_mai.available(WALLET) == 99


def send_one(world: World) -> None:
    top_up_wallet(
        partner=world.sao_mai, customer=world.an_phat, money=Money(1), by=world.acting(world.mai), at=NOON,
        request_id="one",
    )  # fmt: skip


def test_eight_signatures_at_once_fund_once(own_database: str, settings: LazySettings) -> None:
    """CRED-6, CRED-7"""
    settings.KANAL_SECOND_PERSON_ABOVE = 0
    cast = Cast(world := a_world(), world.sao_mai)
    order = fund(world, world.sao_mai, 700)
    signers = [world.thu, world.minh] * 4
    at_once(8, lambda number: confirm_desk_order(order=order, by=world.acting(signers[number]), at=NOON))
    assert cast.available(WALLET) == 700


def test_eight_reversals_at_once_take_back_once(own_database: str) -> None:
    """CRED-7"""
    cast = Cast(world := a_world(), world.sao_mai)
    funding = fund(world, world.sao_mai, 700)
    answers = at_once(8, lambda number: reverse(world, funding, request_id=f"v{number}"))
    assert len([each for each in answers if isinstance(each, DeskOrder)]) == 1
    assert cast.standing() == {}
