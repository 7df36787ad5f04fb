"""Move credit from a partner's wallet to one of its customers, or to an organization of its own.

CRED-1 Both wallets change together or not at all.
CRED-2 It never exceeds what the partner has available; the customer is confirmed.
CRED-5 One transaction code, who did it, a private reference, a note that the customer sees; the customer is told.
CRED-6 The same request moves money once.
LINK-5 Whether the customer is confirmed is the state of its account in the partner's book: no link is locked here.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Model
from django.utils.translation import gettext as _

from kanal.audit.record import recorded
from kanal.credit.amounts import check_amount, check_words
from kanal.credit.models import TransferReference
from kanal.identity.models import Organization
from kanal.identity.queries import trading_book_of
from kanal.identity.subjects import organization_subject
from kanal.kit.actor import Actor
from kanal.kit.money import Money
from kanal.kit.queue import enqueued
from kanal.kit.refusal import Refusal
from kanal.ledger.answers import AccountClosed, Posting, UnknownAccount, WouldOverdraw
from kanal.ledger.flows import Kind
from kanal.ledger.movement import Group, Matter, Move, RequestKey
from kanal.ledger.names import AccountName
from kanal.ledger.post import post_together

ACT = "wallet.topped_up"


@dataclass(eq=False)
class CustomerNotConfirmed(Refusal):
    code = "customer_not_confirmed"

    def __str__(self) -> str:
        return _("This customer is not confirmed, or not any more. Look it up in Accounts.")


@dataclass(eq=False)
class NotEnoughToTopUp(Refusal):
    code = "not_enough_to_top_up"
    field = "amount"
    available: Money
    asked: Money

    def __str__(self) -> str:
        return (
            _("%(available)s of your credit is available; %(asked)s was asked for. Enter less, or fund your wallet.")
            % self.words()
        )


def top_up_wallet(  # noqa: PLR0913 - each is part of what is asked
    *,
    partner: Organization,
    customer: Organization,
    money: Money,
    note: str = "",
    reference: str = "",
    matter: Matter | None = None,
    by: Actor,
    at: datetime,
    request_id: str,
) -> Posting:
    """Never called inside a transaction: the posting shares one with whoever else is posting."""
    group, beside = topping_up(
        partner=partner, customer=customer, money=money, note=note, reference=reference, matter=matter, by=by, at=at,
        request_id=request_id,
    )  # fmt: skip
    with refused_in_words(money):
        return post_together(group, beside=beside)


def topping_up(  # noqa: PLR0913 - each is part of what is asked
    *,
    partner: Organization,
    customer: Organization,
    money: Money,
    note: str,
    reference: str,
    matter: Matter | None,
    by: Actor,
    at: datetime,
    request_id: str,
) -> tuple[Group, list[Model]]:
    """The movement and the rows that belong to it, for whoever posts it."""
    check_amount(money)
    check_words(note, reference)
    if customer.seller_id != partner.id:
        raise CustomerNotConfirmed
    book_id = trading_book_of(partner)
    source, target = (AccountName(book_id, Kind.WALLET, money.currency, each.id) for each in (partner, customer))
    key = RequestKey(book_id, partner.id, "top_up_wallet", request_id)
    move = Move(source=source, target=target, money=money)
    group = Group(key=key, moves=[move], act=ACT, by=by, at=at, matter=matter, note=note)
    return group, _beside(group, partner, customer, reference)


@contextmanager
def refused_in_words(money: Money) -> Iterator[None]:
    try:
        yield
    except (UnknownAccount, AccountClosed) as closed:
        raise CustomerNotConfirmed from closed
    except WouldOverdraw as overdrawn:
        raise NotEnoughToTopUp(available=overdrawn.available, asked=money) from overdrawn


def _beside(group: Group, partner: Organization, customer: Organization, reference: str) -> list[Model]:
    """The record, and the telling, which finds its readers afterwards: nobody waits here for that."""
    (move,) = group.moves
    assert isinstance(move, Move)
    book_id, id_ = group.key.book_id, group.key.group_id
    facts = {"amount": move.money.to_json(), "note": group.note, "transfer": str(id_)}
    rows: list[Model] = [
        recorded(
            ACT, organization_subject(customer), by=group.by, at=group.at, book_id=book_id,
            organization_id=partner.id, new=facts,
        ),
        enqueued("tell_of_transfer", at=group.at, book_id=book_id, transfer_id=id_),
    ]  # fmt: skip
    if reference:
        rows.append(TransferReference(book_id=book_id, id=id_, owner_id=partner.id, reference=reference))
    return rows
