"""A partner asks for a larger pool, and the desk answers.

LINE-9 Amount, reason, date; for customers, not own use. The account manager sees it with a clock of 3 working days; the
       desk grants all, part or none with a reason; above an amount two persons.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from kanal.credit.amounts import check_amount, checked_why
from kanal.credit.follow_pool_request import note_pool_request, settled
from kanal.credit.grant_pool import PoolsAreForPartners, grant_pool
from kanal.credit.links import DESK_POOLS_PAGE
from kanal.credit.models import DeskOrder, PoolRequest
from kanal.identity.desk_only import check_is_the_desk
from kanal.identity.models import Organization
from kanal.identity.permissions import Permission
from kanal.identity.queries import trading_book_of
from kanal.kit.actor import Actor
from kanal.kit.calendar import vietnam
from kanal.kit.ids import derived_id
from kanal.kit.locked import locked
from kanal.kit.money import Money
from kanal.kit.refusal import Refusal
from kanal.ledger.answers import KeyReused
from kanal.ledger.movement import RequestKey
from kanal.notices.tell import tell
from kanal.partners.queries import partner_of
from kanal.partners.readers import account_manager_or

WORKING_DAYS_TO_DECIDE = 3


@dataclass(eq=False)
class PoolRequestWaits(Refusal):
    code = "pool_request_waits"

    def __str__(self) -> str:
        return _("Your last request is not answered yet. Ask your account manager about it.")


@dataclass(eq=False)
class PoolRequestAnswered(Refusal):
    code = "pool_request_answered"
    state: str

    def __str__(self) -> str:
        return _("This request is answered already: %(state)s.") % self.words()


@dataclass(eq=False)
class MoreThanWasAskedFor(Refusal):
    code = "more_than_was_asked_for"
    field = "amount"
    asked: Money

    def __str__(self) -> str:
        return _("%(asked)s was asked for; grant all of it, a part, or decline.") % self.words()


@transaction.atomic
def request_pool(
    *, partner: Organization, money: Money, why: str, needed_on: date, by: Actor, at: datetime, request_id: str
) -> PoolRequest:
    check_amount(money)
    why = checked_why(why)
    if partner_of(partner) is None:
        raise PoolsAreForPartners(name=partner.name)
    partner = locked(partner)
    book_id = trading_book_of(partner)
    key = RequestKey(book_id, partner.id, "request_pool", request_id)
    id_ = derived_id("pool_request", key.group_id)
    waiting = PoolRequest.objects.filter(book_id=book_id, partner_id=partner.id)
    if made := waiting.filter(id=id_).first():
        if (made.money, made.why, made.needed_on) != (money, why, needed_on):
            raise KeyReused
        return made
    if waiting.filter(state__in=[PoolRequest.State.OPEN, PoolRequest.State.SIGNED]).exists():
        raise PoolRequestWaits
    request = PoolRequest.objects.create(
        book_id=book_id, id=id_, partner_id=partner.id, amount=money.amount, currency=money.currency, why=why,
        needed_on=needed_on, asked_by=by.id, asked_by_name=by.name, asked_at=at,
        due_at=vietnam().due_at(at, WORKING_DAYS_TO_DECIDE, ZoneInfo(settings.TIME_ZONE)),
    )  # fmt: skip
    note_pool_request(request, done="asked", by=by, at=at)
    tell(
        "pool_asked_for",
        to=account_manager_or(partner, Permission.POOLS_DECIDE),
        facts={"amount": money, "partner": partner.name, "why": why, "due_at": request.due_at},
        cause=f"pool_request:{request.id}",
        at=at,
        link=DESK_POOLS_PAGE,
        book_id=book_id,
    )
    return request


@transaction.atomic
def grant_pool_request(*, request: PoolRequest, money: Money, answer: str = "", by: Actor, at: datetime) -> PoolRequest:
    """All of it, or a part with a reason; above the set amount it waits for a second person."""
    check_is_the_desk(by)
    check_amount(money)
    request = _open(request)
    if money > request.money:
        raise MoreThanWasAskedFor(asked=request.money)
    request.answer = checked_why(answer) if money < request.money else answer
    partner = Organization.objects.get(id=request.partner_id)
    order = grant_pool(
        partner=partner, money=money, why=request.why, note=request.answer, by=by, at=at,
        request_id=f"pool_request:{request.id}:{money.amount}:{at.isoformat()}",
    )  # fmt: skip
    request.granted, request.order_id = money.amount, order.id
    if order.state == DeskOrder.State.WAITING:
        request.state = PoolRequest.State.SIGNED
        request.save(update_fields=["state", "granted", "order_id", "answer"])
        return request
    return settled(request, state=PoolRequest.State.GRANTED, by=by, at=at)


@transaction.atomic
def decline_pool_request(*, request: PoolRequest, answer: str, by: Actor, at: datetime) -> PoolRequest:
    check_is_the_desk(by)
    request = _open(request)
    request.answer, request.granted = checked_why(answer), 0
    return settled(request, state=PoolRequest.State.DECLINED, by=by, at=at)


def _open(request: PoolRequest) -> PoolRequest:
    request = locked(request)
    if request.state != PoolRequest.State.OPEN:
        raise PoolRequestAnswered(state=request.get_state_display())
    return request
