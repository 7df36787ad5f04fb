"""Ask one's partner for credit, answer that, and take it back.

CRED-12 A customer asks its partner for credit (amount, note, and the order that waits for it); the partner tops up
        from the request or declines with a reason; both see its state.
CRED-6  One request is topped up once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from kanal.audit.record import record
from kanal.credit.amounts import check_amount, check_words, checked_why
from kanal.credit.links import MY_CREDIT_PAGE, PARTNER_REQUESTS_PAGE
from kanal.credit.models import CreditRequest
from kanal.credit.subjects import credit_request_subject
from kanal.credit.top_up import refused_in_words, topping_up
from kanal.customers.queries import partner_link_of
from kanal.identity.models import Organization
from kanal.identity.permissions import Permission
from kanal.identity.queries import trading_book_of
from kanal.identity.readers import readers_who_may
from kanal.kit.actor import Actor
from kanal.kit.ids import derived_id
from kanal.kit.locked import locked
from kanal.kit.money import Money
from kanal.kit.refusal import Refusal
from kanal.ledger.answers import KeyReused
from kanal.ledger.movement import Matter, RequestKey
from kanal.ledger.post import post
from kanal.notices.tell import tell


@dataclass(eq=False)
class NoPartnerToAsk(Refusal):
    code = "no_partner_to_ask"

    def __str__(self) -> str:
        return _("You buy from the provider directly; fund your wallet yourself.")


@dataclass(eq=False)
class RequestAnswered(Refusal):
    code = "request_answered"
    state: str

    def __str__(self) -> str:
        return _("This request is answered already: %(state)s.") % self.words()


@dataclass(eq=False)
class NotYourRequest(Refusal):
    code = "not_your_request"

    def __str__(self) -> str:
        return _("This request is not yours to answer. Open it from your own list.")


@transaction.atomic
def request_credit(
    *,
    customer: Organization,
    money: Money,
    note: str = "",
    waiting: Matter | None = None,
    by: Actor,
    at: datetime,
    request_id: str,
) -> CreditRequest:
    check_amount(money)
    check_words(note)
    link = partner_link_of(customer)
    if link is None:
        raise NoPartnerToAsk
    book_id = trading_book_of(link.partner)
    key = RequestKey(book_id, customer.id, "request_credit", request_id)
    id_ = derived_id("credit_request", key.group_id)
    if made := CreditRequest.objects.filter(book_id=book_id, id=id_).first():
        if made.money != money or made.note != note:
            raise KeyReused
        return made
    request = CreditRequest.objects.create(
        book_id=book_id, id=id_, customer_id=customer.id, partner_id=link.partner_id, amount=money.amount,
        currency=money.currency, note=note, waiting_kind=waiting.kind if waiting else "",
        waiting_id=waiting.id if waiting else None, asked_by=by.id, asked_by_name=by.name, asked_at=at,
    )  # fmt: skip
    _record("asked", request, by=by, at=at)
    tell(
        "credit_asked_for",
        to=readers_who_may(link.partner, Permission.CREDIT_TOP_UP),
        facts={"amount": money, "customer": link.shown_name, "note": note},
        cause=f"credit_request:{request.id}",
        at=at,
        link=PARTNER_REQUESTS_PAGE,
        book_id=book_id,
    )
    return request


@transaction.atomic
def top_up_from_request(
    *, request: CreditRequest, money: Money, note: str = "", reference: str = "", by: Actor, at: datetime
) -> CreditRequest:
    """As much as the partner decides, which may be another amount than was asked for."""
    request = _open_to_partner(request, by)
    partner, customer = _both(request)
    group, beside = topping_up(
        partner=partner, customer=customer, money=money, note=note, reference=reference,
        matter=Matter("credit_request", request.id), by=by, at=at, request_id=f"credit_request:{request.id}",
    )  # fmt: skip
    with refused_in_words(money):
        posting = post(group)
    for row in beside:
        row.save(force_insert=True)
    request.state, request.given, request.transfer_id = CreditRequest.State.TOPPED_UP, money.amount, posting.group_id
    _answered(request, ["given", "transfer_id"], by=by, at=at)
    _record("topped_up", request, by=by, at=at)
    return request


@transaction.atomic
def decline_credit_request(*, request: CreditRequest, why: str, by: Actor, at: datetime) -> CreditRequest:
    request = _open_to_partner(request, by)
    request.state, request.why = CreditRequest.State.DECLINED, checked_why(why)
    _answered(request, ["why"], by=by, at=at)
    _record("declined", request, by=by, at=at)
    partner, customer = _both(request)
    tell(
        "credit_request_declined",
        to=readers_who_may(customer, Permission.CREDIT_ASK),
        facts={"amount": request.money, "partner": partner.name, "why": request.why},
        cause=f"credit_request:{request.id}:declined",
        at=at,
        link=MY_CREDIT_PAGE,
        book_id=request.book_id,
    )
    return request


@transaction.atomic
def withdraw_credit_request(*, request: CreditRequest, by: Actor, at: datetime) -> CreditRequest:
    request = locked(request)
    if by.organization_id != request.customer_id:
        raise NotYourRequest
    _check_open(request)
    request.state = CreditRequest.State.WITHDRAWN
    _answered(request, [], by=by, at=at)
    _record("withdrawn", request, by=by, at=at)
    return request


def _open_to_partner(request: CreditRequest, by: Actor) -> CreditRequest:
    request = locked(request)
    if by.organization_id != request.partner_id:
        raise NotYourRequest
    _check_open(request)
    return request


def _check_open(request: CreditRequest) -> None:
    if not request.is_open:
        raise RequestAnswered(state=request.get_state_display())


def _both(request: CreditRequest) -> tuple[Organization, Organization]:
    found = Organization.objects.in_bulk([request.partner_id, request.customer_id])
    return found[request.partner_id], found[request.customer_id]


def _answered(request: CreditRequest, more: list[str], *, by: Actor, at: datetime) -> None:
    request.answered_by_name, request.answered_at = by.name, at
    request.save(update_fields=["state", "answered_by_name", "answered_at", *more])


def _record(done: str, request: CreditRequest, *, by: Actor, at: datetime) -> None:
    facts: dict[str, object] = {"amount": request.money.to_json()}
    if request.given:
        facts["given"] = Money(request.given, request.currency).to_json()
    record(
        f"credit_request.{done}", credit_request_subject(request), by=by, at=at, book_id=request.book_id,
        organization_id=request.customer_id, new=facts, why=request.why,
    )  # fmt: skip
