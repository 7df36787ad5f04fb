"""Top up a customer, and take credit back."""

import pytest

from kanal.audit.models import AuditRecord
from kanal.credit.amounts import MOST, AmountNotPositive, AmountTooHigh, WordsTooLong
from kanal.credit.models import TransferReference
from kanal.credit.return_credit import MoreThanCanComeBack, return_credit, returnable
from kanal.credit.tell_of_transfer import tell_of_transfer
from kanal.credit.top_up import CustomerNotConfirmed, NotEnoughToTopUp, top_up_wallet
from kanal.kit.models import Outbox
from kanal.kit.money import Money
from kanal.ledger.answers import AccountFrozen, KeyReused, Posting
from kanal.ledger.open_accounts import close_account, freeze_account
from tests.credit.balances import balances, told
from tests.credit.cast import NOON, Cast
from tests.credit.racing import at_once
from tests.credit.sales import a_sale
from tests.world import World, a_world


def top_up(world: World, amount: int, *, request_id: str = "r1", note: str = "", reference: str = "") -> Posting:
    return top_up_wallet(
        partner=world.sao_mai, customer=world.an_phat, money=Money(amount), note=note, reference=reference,
        by=world.acting(world.mai), at=NOON, request_id=request_id,
    )  # fmt: skip


def take_back(world: World, amount: int, *, request_id: str = "b1") -> Posting:
    return return_credit(
        partner=world.sao_mai, customer=world.an_phat, money=Money(amount), by=world.acting(world.mai), at=NOON,
        request_id=request_id,
    )  # fmt: skip


def test_the_numbers_of_the_manual(an_phat: Cast) -> None:
    """CRED-1, CRED-4: 28,000 → 18,000 and −17,984 → −7,984 for 10,000."""
    an_phat.pay(partner=28_000, wallet=2_016)
    an_phat.owe(20_000)
    assert balances(an_phat) == (28_000, -17_984)

    top_up(an_phat.world, 10_000)

    assert balances(an_phat) == (18_000, -7_984)


def test_leaves_a_record_a_private_reference_and_tells_the_customer(an_phat: Cast) -> None:
    """CRED-5"""
    an_phat.pay(partner=500_000)
    posting = top_up(an_phat.world, 300_000, note="For March", reference="PO 17")

    record = AuditRecord.objects.get(book_id=an_phat.parties.book_id, action="wallet.topped_up")
    assert (record.actor_name, record.new["amount"]["amount"]) == ("Võ Thị Mai", 300_000)
    kept = TransferReference.objects.get(book_id=an_phat.parties.book_id)
    assert (kept.id, kept.owner_id, kept.reference) == (posting.group_id, an_phat.world.sao_mai.id, "PO 17")
    work = Outbox.objects.get(book_id=an_phat.parties.book_id, name="tell_of_transfer")
    assert "PO 17" not in str(work.facts)
    for _ in range(2):
        tell_of_transfer(**work.facts, book_id=work.book_id, at=NOON)
    assert told(an_phat.parties.book_id, "wallet_topped_up") == ["an@anphat.example", "binh@anphat.example"]


def test_never_more_than_is_available_and_says_how_much_is(an_phat: Cast) -> None:
    """CRED-2"""
    an_phat.pay(partner=100)
    with pytest.raises(NotEnoughToTopUp) as refused:
        top_up(an_phat.world, 101)
    assert (refused.value.available, refused.value.asked) == (Money(100), Money(101))
    assert balances(an_phat) == (100, 0)
    top_up(an_phat.world, 100, request_id="r2")
    assert balances(an_phat) == (0, 100)


@pytest.mark.parametrize(
    ("amount", "refusal"), [(0, AmountNotPositive), (-1, AmountNotPositive), (MOST + 1, AmountTooHigh)]
)
def test_refuses_what_is_no_amount(an_phat: Cast, amount: int, refusal: type[Exception]) -> None:
    """CRED-2"""
    an_phat.pay(partner=100)
    with pytest.raises(refusal):
        top_up(an_phat.world, amount)


def test_refuses_a_note_that_nobody_would_read(an_phat: Cast) -> None:
    """CRED-5"""
    with pytest.raises(WordsTooLong):
        top_up(an_phat.world, 1, note="x" * 501)


def test_only_a_confirmed_customer_of_ones_own(an_phat: Cast) -> None:
    """CRED-2, LINK-5: a rival, a direct customer, and one that is no customer any more."""
    world = an_phat.world
    an_phat.pay(partner=100)
    for partner, customer in ((world.bien_dong, world.an_phat), (world.sao_mai, world.hong_ha)):
        with pytest.raises(CustomerNotConfirmed):
            top_up_wallet(
                partner=partner, customer=customer, money=Money(1), by=world.acting(world.khoa), at=NOON,
                request_id="rival",
            )  # fmt: skip
    close_account(an_phat.wallet())
    with pytest.raises(CustomerNotConfirmed):
        top_up(world, 1)


def test_a_frozen_partner_gives_nothing(an_phat: Cast) -> None:
    an_phat.pay(partner=100)
    freeze_account(an_phat.wallet(an_phat.world.sao_mai))
    with pytest.raises(AccountFrozen):
        top_up(an_phat.world, 1)


def test_the_same_request_moves_money_once(an_phat: Cast) -> None:
    """CRED-6"""
    an_phat.pay(partner=1_000)
    first = top_up(an_phat.world, 600)
    again = top_up(an_phat.world, 600)
    assert again.group_id == first.group_id
    assert again.replayed
    assert balances(an_phat) == (400, 600)
    assert Outbox.objects.filter(book_id=an_phat.parties.book_id, name="tell_of_transfer").count() == 1
    with pytest.raises(KeyReused):
        top_up(an_phat.world, 601)


# --- Returns -----------------------------------------------------------------------------------------------------


def test_exactly_what_may_comes_back_with_spending_grants_and_returns_in_the_mix(an_phat: Cast) -> None:
    """CRED-8"""
    world = an_phat.world
    an_phat.pay(partner=1_000)
    top_up(world, 800)
    an_phat.grant(500)
    an_phat.buy(a_sale([600], [500]))  # 500 of the grant and 100 of the wallet
    take_back(world, 150)
    an_phat.hold(a_sale([50], [40]))
    allowed = returnable(partner=world.sao_mai, customer=world.an_phat)
    assert (allowed.available, allowed.topped_up, allowed.most) == (Money(500), Money(650), Money(500))

    with pytest.raises(MoreThanCanComeBack) as refused:
        take_back(world, 501, request_id="b2")
    assert refused.value.most == Money(500)
    take_back(world, 500, request_id="b3")
    assert balances(an_phat) == (850, 50)


def test_no_more_comes_back_than_was_topped_up(an_phat: Cast) -> None:
    """CRED-8: what came into the wallet by another way stays there."""
    an_phat.pay(partner=1_000, wallet=5_000)
    top_up(an_phat.world, 300)
    with pytest.raises(MoreThanCanComeBack):
        take_back(an_phat.world, 301)
    take_back(an_phat.world, 300)
    with pytest.raises(MoreThanCanComeBack):
        take_back(an_phat.world, 1, request_id="b2")


def test_a_return_asked_twice_comes_back_once(an_phat: Cast) -> None:
    """CRED-6: also where there would be nothing left for a second."""
    an_phat.pay(partner=300)
    top_up(an_phat.world, 300)
    first, again = take_back(an_phat.world, 300), take_back(an_phat.world, 300)
    assert again.group_id == first.group_id
    assert balances(an_phat) == (300, 0)


def test_a_rival_takes_nothing_back(an_phat: Cast) -> None:
    """ALL-1"""
    world = an_phat.world
    an_phat.pay(partner=300)
    top_up(world, 300)
    with pytest.raises(CustomerNotConfirmed):
        return_credit(
            partner=world.bien_dong, customer=world.an_phat, money=Money(1), by=world.acting(world.khoa), at=NOON,
            request_id="rival",
        )  # fmt: skip


def test_a_wallet_below_zero_gives_nothing_back(an_phat: Cast) -> None:
    """CRED-4, CRED-8"""
    an_phat.pay(partner=300)
    top_up(an_phat.world, 100)
    an_phat.owe(200)
    assert returnable(partner=an_phat.world.sao_mai, customer=an_phat.world.an_phat).most == Money(0)
    with pytest.raises(MoreThanCanComeBack):
        take_back(an_phat.world, 1)


# --- At once -----------------------------------------------------------------------------------------------------


def test_eight_at_once_spend_the_last_credit_once(own_database: str) -> None:
    """CRED-1, CRED-2"""
    cast = Cast(world := a_world(), world.an_phat)
    cast.pay(partner=100)
    answers = at_once(8, lambda number: top_up(world, 100, request_id=f"r{number}"))

    assert len([each for each in answers if isinstance(each, Posting)]) == 1
    assert len([each for each in answers if isinstance(each, NotEnoughToTopUp)]) == 7
    assert balances(cast) == (0, 100)


def test_eight_times_the_same_request_is_one(own_database: str) -> None:
    """CRED-6"""
    cast = Cast(world := a_world(), world.an_phat)
    cast.pay(partner=1_000)
    answers = at_once(8, lambda _: top_up(world, 100))

    groups = {each.group_id for each in answers if isinstance(each, Posting)}
    assert (len(groups), balances(cast)) == (1, (900, 100))
    assert AuditRecord.objects.filter(book_id=cast.parties.book_id, action="wallet.topped_up").count() == 1


def test_eight_returns_at_once_take_back_what_may(own_database: str) -> None:
    """CRED-8"""
    cast = Cast(world := a_world(), world.an_phat)
    cast.pay(partner=1_000, wallet=5_000)  # so that nothing but the count of top-ups stops a third
    top_up(world, 250)
    answers = at_once(8, lambda number: take_back(world, 100, request_id=f"b{number}"))

    assert len([each for each in answers if isinstance(each, Posting)]) == 2
    assert balances(cast) == (950, 5_050)
