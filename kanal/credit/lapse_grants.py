"""End grants whose time has come: what is left of them goes back to where it came from.

PROMO-1 What is left at its end lapses; what an order holds is still spent, and lapses when it is released instead.
INV-7   At its end POC stops.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from kanal.audit.record import record
from kanal.credit.lock_accounts import lock_accounts
from kanal.credit.models import Grant
from kanal.credit.operator_queries import grants_due
from kanal.credit.subjects import grant_subject
from kanal.kit.actor import Actor
from kanal.kit.locked import locked
from kanal.kit.money import Money
from kanal.ledger.flows import Kind
from kanal.ledger.movement import Group, Matter, Move, RequestKey
from kanal.ledger.names import AccountName
from kanal.ledger.post import post


def lapse_grants(*, at: datetime) -> None:
    """Everything that has ended by now, each in a transaction of its own."""
    while due := grants_due(at):
        for grant in due:
            lapse_grant(grant=grant, by=Actor.job("lapse_grants"), at=at)


@transaction.atomic
def lapse_grant(*, grant: Grant, by: Actor, at: datetime) -> Grant:
    """Lapsed already, it stays as it is."""
    grant = locked(grant)
    if grant.lapsed_at is not None:
        return grant
    promotion = AccountName(grant.book_id, Kind.PROMOTION, grant.currency)
    accounts = lock_accounts([grant.account, promotion])
    left = accounts[grant.account].available
    if left:
        key = RequestKey(grant.book_id, None, "lapse_grant", grant.id.hex)
        post(Group(key=key, moves=[lapsing_move(grant, left)], act="grant.lapsed", by=by, at=at))
    grant.lapsed_at = at
    grant.save(update_fields=["lapsed_at"])
    record(
        "grant.lapsed", grant_subject(grant), by=by, at=at, book_id=grant.book_id, organization_id=grant.owner_id,
        new={"amount": left.to_json()},
    )  # fmt: skip
    return grant


def lapsing_move(grant: Grant, money: Money) -> Move:
    promotion = AccountName(grant.book_id, Kind.PROMOTION, grant.currency)
    return Move(
        source=grant.account, target=promotion, money=money, act="grant.lapsed", matter=Matter("grant", grant.id)
    )
