"""Ask one's partner for credit, and the provider for funding."""

from datetime import timedelta

import pytest
from django.conf import LazySettings

from kanal.audit.models import AuditRecord
from kanal.credit.amounts import AmountNotPositive, WhyMissing
from kanal.credit.desk_orders import confirm_desk_order, reject_desk_order
from kanal.credit.fund_wallet import FundedByItsPartner
from kanal.credit.gateways import SignatureWrong, SimulatedGateway, gateways
from kanal.credit.hear_gateway import FundingRequestUnknown, hear_gateway, request_with
from kanal.credit.match_funding import match_funding
from kanal.credit.models import CreditRequest, DeskOrder, FundingRequest
from kanal.credit.operator_queries import next_funding_request_to_expire
from kanal.credit.queries import code_to_scan, credit_requests_of, credit_requests_to, funding_requests_of
from kanal.credit.request_credit import (
    NoPartnerToAsk,
    NotYourRequest,
    RequestAnswered,
    decline_credit_request,
    request_credit,
    top_up_from_request,
    withdraw_credit_request,
)
from kanal.credit.request_funding import (
    FundingRequestEnded,
    NotYourFundingRequest,
    OnlyInDong,
    cancel_funding_request,
    expire_funding_requests,
    request_funding,
)
from kanal.credit.top_up import NotEnoughToTopUp
from kanal.credit.transfer_code import book_in, new_code
from kanal.credit.vietqr import BankAccount, checksum, payload
from kanal.kit.money import Money
from kanal.ledger.answers import KeyReused
from kanal.ledger.movement import Matter
from tests.credit.balances import balances, told
from tests.credit.cast import NOON, Cast
from tests.credit.racing import at_once
from tests.world import World, a_world


def ask(world: World, amount: int = 300_000, *, request_id: str = "c1", waiting: Matter | None = None) -> CreditRequest:
    return request_credit(
        customer=world.an_phat, money=Money(amount), note="For the new server", waiting=waiting,
        by=world.acting(world.binh), at=NOON, request_id=request_id,
    )  # fmt: skip


def grant(world: World, request: CreditRequest, amount: int) -> CreditRequest:
    return top_up_from_request(request=request, money=Money(amount), by=world.acting(world.mai), at=NOON)


def test_a_customer_asks_and_its_partner_tops_up_from_the_request(an_phat: Cast) -> None:
    """CRED-12: both see its state."""
    world = an_phat.world
    an_phat.pay(partner=1_000_000)
    request = ask(world)
    assert ask(world) == request
    assert told(request.book_id, "credit_asked_for") == ["lan@saomai.example", "mai@saomai.example"]
    assert list(credit_requests_to(world.sao_mai)) == list(credit_requests_of(world.an_phat)) == [request]

    answered = grant(world, request, 250_000)

    assert (answered.state, answered.given) == ("TOPPED_UP", 250_000)
    assert balances(an_phat) == (750_000, 250_000)
    with pytest.raises(RequestAnswered):
        grant(world, request, 250_000)
    with pytest.raises(KeyReused):
        ask(world, 1)


def test_a_request_stays_open_where_the_partner_has_too_little(an_phat: Cast) -> None:
    """CRED-12, CRED-2"""
    world = an_phat.world
    an_phat.pay(partner=100)
    request = ask(world)
    with pytest.raises(NotEnoughToTopUp):
        grant(world, request, 300_000)
    request.refresh_from_db()
    assert request.is_open


def test_declined_with_a_reason_or_taken_back(an_phat: Cast) -> None:
    """CRED-12"""
    world = an_phat.world
    request = ask(world)
    with pytest.raises(WhyMissing):
        decline_credit_request(request=request, why="", by=world.acting(world.mai), at=NOON)
    decline_credit_request(request=request, why="Pay the last bill first", by=world.acting(world.mai), at=NOON)
    assert told(request.book_id, "credit_request_declined") == ["an@anphat.example", "binh@anphat.example"]
    with pytest.raises(RequestAnswered):
        withdraw_credit_request(request=request, by=world.acting(world.an), at=NOON)
    withdraw_credit_request(request=ask(world, request_id="c2"), by=world.acting(world.an), at=NOON)


def test_a_rival_answers_nothing_and_a_direct_customer_has_nobody_to_ask(an_phat: Cast) -> None:
    """CRED-12, ALL-1"""
    world = an_phat.world
    request = ask(world)
    for who in (world.khoa, world.an):
        with pytest.raises(NotYourRequest):
            top_up_from_request(request=request, money=Money(1), by=world.acting(who), at=NOON)
    with pytest.raises(NotYourRequest):
        withdraw_credit_request(request=request, by=world.acting(world.mai), at=NOON)
    with pytest.raises(NoPartnerToAsk):
        request_credit(customer=world.hong_ha, money=Money(1), by=world.acting(world.dung), at=NOON, request_id="x")


def test_eight_answers_at_once_top_up_once(own_database: str) -> None:
    """CRED-6, CRED-12"""
    cast = Cast(world := a_world(), world.an_phat)
    cast.pay(partner=1_000_000)
    request = ask(world)
    at_once(8, lambda _: grant(world, request, 100_000))
    assert balances(cast) == (900_000, 100_000)
    assert AuditRecord.objects.filter(book_id=request.book_id, action="wallet.topped_up").count() == 1


# --- Funding of one's own ----------------------------------------------------------------------------------------


def ask_for_funding(world: World, amount: int = 2_000_000, *, request_id: str = "q1") -> FundingRequest:
    return request_funding(
        organization=world.sao_mai, money=Money(amount), by=world.acting(world.mai), at=NOON, request_id=request_id
    )


def match(world: World, request: FundingRequest, amount: int = 2_000_000) -> DeskOrder:
    return match_funding(
        request=request, received=Money(amount), bank_reference="VCB 7", by=world.acting(world.hanh), at=NOON
    )


def test_the_desk_matches_what_came_in(sao_mai: Cast) -> None:
    """CRED-10: what came in is funded, whatever was asked for."""
    world = sao_mai.world
    request = ask_for_funding(world)
    assert ask_for_funding(world) == request
    assert request_with(f" {request.code.lower()[:3]} {request.code[3:]}. ") == request

    match(world, request, 1_999_000)

    request.refresh_from_db()
    assert request.state == FundingRequest.State.FUNDED
    assert sao_mai.standing() == {"CASH": -1_999_000, "WALLET": 1_999_000}
    with pytest.raises(FundingRequestEnded):
        match(world, request)
    assert list(funding_requests_of(world.sao_mai)) == [request]


def test_it_stays_pending_until_the_second_person_signs(sao_mai: Cast, settings: LazySettings) -> None:
    """CRED-7, CRED-10"""
    settings.KANAL_SECOND_PERSON_ABOVE = 0
    world = sao_mai.world
    request = ask_for_funding(world)
    reject_desk_order(order=match(world, request), why="Another's", by=world.acting(world.thu), at=NOON)
    request.refresh_from_db()
    assert (request.state, request.order_id) == (FundingRequest.State.PENDING, None)

    order = match_funding(
        request=request, received=Money(5), bank_reference="VCB 8", by=world.acting(world.hanh), at=NOON
    )
    request.refresh_from_db()
    assert request.state == FundingRequest.State.PENDING
    expire_funding_requests(at=request.expires_at)  # a matched one does not run out
    confirm_desk_order(order=order, by=world.acting(world.thu), at=NOON)
    request.refresh_from_db()
    assert request.state == FundingRequest.State.FUNDED


def test_it_ends_by_itself_or_by_whoever_asked(sao_mai: Cast) -> None:
    """CRED-10"""
    world = sao_mai.world
    request = ask_for_funding(world)
    with pytest.raises(NotYourFundingRequest):
        cancel_funding_request(request=request, by=world.acting(world.khoa), at=NOON)
    assert next_funding_request_to_expire(request.expires_at) == request.expires_at
    expire_funding_requests(at=request.expires_at)
    assert next_funding_request_to_expire(request.expires_at + timedelta(days=1)) is None
    with pytest.raises(FundingRequestEnded):
        cancel_funding_request(request=request, by=world.acting(world.mai), at=NOON)
    other = ask_for_funding(world, request_id="q2")
    cancel_funding_request(request=other, by=world.acting(world.mai), at=NOON)
    other.refresh_from_db()
    assert other.state == FundingRequest.State.CANCELLED


def test_a_partners_customer_funds_itself_on_no_path(an_phat: Cast) -> None:
    """CRED-3: neither by asking, nor by a callback for what it asked as a direct customer."""
    world = an_phat.world
    with pytest.raises(FundedByItsPartner):
        request_funding(organization=world.an_phat, money=Money(1), by=world.acting(world.an), at=NOON, request_id="q")
    request = ask_for_funding(world)
    FundingRequest.objects.filter(book_id=request.book_id, id=request.id).update(organization_id=world.an_phat.id)
    with pytest.raises(FundedByItsPartner):
        hear(request)
    with pytest.raises(FundedByItsPartner):
        match(world, request)
    assert an_phat.standing() == {}


def test_asks_for_something_in_dong(sao_mai: Cast) -> None:
    """CRED-10"""
    world = sao_mai.world
    with pytest.raises(AmountNotPositive):
        ask_for_funding(world, 0)
    with pytest.raises(OnlyInDong):
        request_funding(
            organization=world.sao_mai, money=Money(1, "USD"), by=world.acting(world.mai), at=NOON, request_id="q"
        )


def test_the_code_names_its_book() -> None:
    """CRED-10"""
    for book in (1, 31, 32, 4_711, 2**40):
        code = new_code(book)
        assert book_in(code) == book
        assert len(code) <= 25
    assert book_in("KNL") is None
    assert book_in("ABC1234567890") is None
    assert book_in("KNL!!!!!!!!!!") is None


def test_a_vietqr_is_what_banks_read() -> None:
    """CRED-10: the two examples of NAPAS, to the checksum."""
    account = BankAccount("970403", "0011012345678")
    assert payload(account=account) == (
        "00020101021138570010A00000072701270006970403011300110123456780208QRIBFTTA53037045802VN63049E6F"
    )
    with_content = (
        "00020101021238570010A00000072701270006970403011300110123456780208QRIBFTTA530370454061800005802VN"
        "62340107NPS68690819thanh toan don hang6304"
    )
    assert checksum(with_content) == "2E2E"
    with pytest.raises(ValueError, match="as it is"):
        payload(account=account, content="Chuyển tiền")


def test_a_request_has_its_code_to_scan(sao_mai: Cast, settings: LazySettings) -> None:
    """CRED-10"""
    request = ask_for_funding(sao_mai.world, 180_000)
    scanned = code_to_scan(request)
    assert scanned is not None
    assert "5406180000" in scanned
    assert request.code in scanned
    assert checksum(scanned[:-4]) == scanned[-4:]
    settings.KANAL_BANK_ACCOUNT = ""
    assert code_to_scan(request) is None


# --- A gateway ---------------------------------------------------------------------------------------------------


def hear(request: FundingRequest, *, reference: str = "TX 1", result: str = "paid") -> DeskOrder | None:
    gateway = SimulatedGateway()
    body = gateway.told(request, reference=reference, result=result)
    return hear_gateway(gateway=gateway, body=body, signature=gateway.signed(body), at=NOON)


def test_a_signed_callback_funds_and_twice_is_once(sao_mai: Cast) -> None:
    """CRED-10, CRED-6"""
    request = ask_for_funding(sao_mai.world)
    assert hear(request, result="failed") is None
    assert hear(request) == hear(request)
    assert sao_mai.standing() == {"CASH": -2_000_000, "WALLET": 2_000_000}
    request.refresh_from_db()
    assert request.state == FundingRequest.State.FUNDED
    hear(request, reference="TX 2")  # paid twice is money that came in twice
    assert sao_mai.standing()["WALLET"] == 4_000_000


def test_what_is_not_signed_is_not_heard(sao_mai: Cast) -> None:
    """CRED-10"""
    request = ask_for_funding(sao_mai.world)
    gateway = SimulatedGateway()
    body = gateway.told(request, reference="TX 1")
    for forged, signature in ((body, "0" * 64), (body.replace(b"2000000", b"9000000"), gateway.signed(body))):
        with pytest.raises(SignatureWrong):
            hear_gateway(gateway=gateway, body=forged, signature=signature, at=NOON)
    assert sao_mai.standing() == {}


def test_nothing_is_funded_under_a_code_that_nobody_was_given(sao_mai: Cast) -> None:
    """CRED-10"""
    request = ask_for_funding(sao_mai.world)
    request.code = new_code(request.book_id)
    with pytest.raises(FundingRequestUnknown):
        hear(request)


def test_the_simulated_gateway_is_open_in_a_sandbox_alone(settings: LazySettings) -> None:
    """CRED-10"""
    settings.KANAL_SANDBOX = True
    assert list(gateways()) == ["simulated"]
    settings.KANAL_SANDBOX = False
    assert gateways() == {}


def test_eight_callbacks_at_once_fund_once(own_database: str) -> None:
    """CRED-6, CRED-10"""
    cast = Cast(world := a_world(), world.sao_mai)
    request = ask_for_funding(world)
    at_once(8, lambda _: hear(request))
    assert cast.standing() == {"CASH": -2_000_000, "WALLET": 2_000_000}
