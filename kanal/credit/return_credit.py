"""Take credit back from a customer's wallet to its partner's.

CRED-8 At most min(available purchased money, its top-ups − its returns so far); never promotional or POC money.
CRED-6 The same request moves money once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from kanal.audit.record import record
from kanal.credit.amounts import check_amount, check_words
from kanal.credit.lock_accounts import lock_accounts
from kanal.credit.models import TransferReference
from kanal.credit.top_up import ACT as TOPPED_UP
from kanal.credit.top_up import CustomerNotConfirmed
from kanal.identity.models import Organization
from kanal.identity.queries import trading_book_of
from kanal.identity.subjects import organization_subject
from kanal.kit.actor import Actor
from kanal.kit.money import Money
from kanal.kit.queue import enqueue
from kanal.kit.refusal import Refusal
from kanal.ledger.answers import Posting
from kanal.ledger.flows import Kind
from kanal.ledger.models import Account, Transfer
from kanal.ledger.movement import Group, Move, RequestKey
from kanal.ledger.names import AccountName
from kanal.ledger.post import post
from kanal.ledger.queries import account_named, transfer_numbered

ACT = "wallet.returned"


@dataclass(eq=False)
class MoreThanCanComeBack(Refusal):
    """Which of the two it is that bounds it is said, so that nobody has to guess."""

    code = "more_than_can_come_back"
    field = "amount"
    most: Money
    available: Money
    topped_up: Money

    def __str__(self) -> str:
        return (
            _(
                "At most %(most)s can come back: %(available)s of purchased credit is available, and %(topped_up)s of "
                "your top-ups have not come back yet."
            )
            % self.words()
        )


@dataclass(frozen=True, slots=True)
class Returnable:
    """CRED-8, with what bounds it."""

    available: Money
    topped_up: Money

    @property
    def most(self) -> Money:
        return max(Money.zero(self.available.currency), min(self.available, self.topped_up))


@dataclass(frozen=True, slots=True)
class Pair:
    partner: AccountName
    customer: AccountName


def pair_of(partner: Organization, customer: Organization, currency: str) -> Pair:
    book_id = trading_book_of(partner)
    return Pair(
        AccountName(book_id, Kind.WALLET, currency, partner.id),
        AccountName(book_id, Kind.WALLET, currency, customer.id),
    )


def returnable(*, partner: Organization, customer: Organization, currency: str = "VND") -> Returnable:
    """For the page; the verb asks again under lock."""
    pair = pair_of(partner, customer, currency)
    account = account_named(pair.customer)
    return _returnable(pair, account) if account else Returnable(Money.zero(currency), Money.zero(currency))


@transaction.atomic
def return_credit(
    *,
    partner: Organization,
    customer: Organization,
    money: Money,
    note: str = "",
    reference: str = "",
    by: Actor,
    at: datetime,
    request_id: str,
) -> Posting:
    check_amount(money)
    check_words(note, reference)
    pair = pair_of(partner, customer, money.currency)
    key = RequestKey(pair.customer.book_id, partner.id, "return_credit", request_id)
    accounts = lock_accounts([pair.partner, pair.customer])
    if customer.seller_id != partner.id or pair.customer not in accounts:
        raise CustomerNotConfirmed
    allowed = _returnable(pair, accounts[pair.customer])
    is_replay = transfer_numbered(key.book_id, key.group_id) is not None
    if money > allowed.most and not is_replay:
        raise MoreThanCanComeBack(most=allowed.most, available=allowed.available, topped_up=allowed.topped_up)
    move = Move(source=pair.customer, target=pair.partner, money=money)
    posting = post(Group(key=key, moves=[move], act=ACT, by=by, at=at, note=note))
    if not posting.replayed:
        facts = {"amount": money.to_json(), "note": note, "transfer": str(posting.group_id)}
        record(
            ACT, organization_subject(customer), by=by, at=at, book_id=key.book_id,
            organization_id=partner.id, new=facts,
        )  # fmt: skip
        enqueue("tell_of_transfer", at=at, book_id=key.book_id, transfer_id=posting.group_id)
        if reference:
            TransferReference.objects.create(
                book_id=key.book_id, id=posting.group_id, owner_id=partner.id, reference=reference
            )
    return posting


def _returnable(pair: Pair, wallet: Account) -> Returnable:
    topped_up = _moved(pair.partner, pair.customer, TOPPED_UP) - _moved(pair.customer, pair.partner, ACT)
    available = max(0, wallet.available.amount)
    return Returnable(Money(available, wallet.currency), Money(topped_up, wallet.currency))


def _moved(source: AccountName, target: AccountName, act: str) -> int:
    rows = Transfer.objects.filter(book_id=source.book_id, source_id=source.id, target_id=target.id, act=act)
    return int(rows.aggregate(sum=Sum("amount"))["sum"] or 0)
