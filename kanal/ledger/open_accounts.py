"""Open accounts, and set what may be done with them.

CHART-3  An account never goes below its floor.

A debt limit is never set below what is owed now. What is frozen gives nothing; what comes in, and the end of earlier
holds, is never stopped by it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from kanal.kit.money import Money
from kanal.kit.refusal import Refusal
from kanal.ledger.flows import TERMS
from kanal.ledger.models import Account
from kanal.ledger.names import AccountName


@dataclass(eq=False)
class AccountNotEmpty(Refusal):
    code = "account_not_empty"
    balance: Money
    held: Money

    def __str__(self) -> str:
        return (
            _("The account still holds %(balance)s, %(held)s of it reserved. Empty it before it is closed.")
            % self.words()
        )


@dataclass(eq=False)
class FloorAboveBalance(Refusal):
    code = "floor_above_balance"
    available: Money

    def __str__(self) -> str:
        return _("The account stands at %(available)s already; the limit cannot end above that.") % self.words()


def open_accounts(names: Iterable[AccountName], *, at: datetime) -> None:
    """Those that are open already stay as they are."""
    rows = [
        Account(
            book_id=name.book_id, id=name.id, owner_id=name.owner_id, kind=name.kind.value, currency=name.currency,
            detail=name.detail, floor=TERMS[name.kind].floor, deep_floor=TERMS[name.kind].deep_floor,
            opened_at=at, moved_at=at,
        )
        for name in sorted(names, key=lambda name: name.hex)
    ]  # fmt: skip
    Account.objects.bulk_create(rows, ignore_conflicts=True)


@transaction.atomic
def set_floors(name: AccountName, *, floor: int | None, deep_floor: int | None) -> Account:
    """None is no floor: an uncapped pool, a line that measured use may overrun."""
    account = locked_account(name)
    if deep_floor is not None and account.available.amount < deep_floor:
        raise FloorAboveBalance(available=account.available)
    account.floor, account.deep_floor = floor, deep_floor
    account.save(update_fields=["floor", "deep_floor"])
    return account


@transaction.atomic
def freeze_account(name: AccountName) -> Account:
    return _with_state(name, Account.State.FROZEN)


@transaction.atomic
def unfreeze_account(name: AccountName) -> Account:
    return _with_state(name, Account.State.OPEN)


@transaction.atomic
def close_account(name: AccountName) -> Account:
    """Only an empty account is closed, and then nothing but the end of a hold is accepted."""
    account = locked_account(name)
    if account.balance or account.held:
        raise AccountNotEmpty(balance=account.balance, held=account.held)
    return _with_state(name, Account.State.CLOSED)


@transaction.atomic
def reopen_account(name: AccountName) -> Account:
    """For an owner who comes back; what is open or frozen stays as it is."""
    account = locked_account(name)
    return _with_state(name, Account.State.OPEN) if account.state == Account.State.CLOSED else account


def locked_account(name: AccountName) -> Account:
    return Account.objects.select_for_update(no_key=True).get(book_id=name.book_id, id=name.id)


def _with_state(name: AccountName, state: Account.State) -> Account:
    account = locked_account(name)
    account.state = state
    account.save(update_fields=["state"])
    return account
