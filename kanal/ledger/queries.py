"""What others may ask of the ledger; each question names its book."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.db.models import F, Max, QuerySet

from kanal.kit.money import Money
from kanal.ledger.models import Account, Entry, Link, Resolution, Transfer
from kanal.ledger.movement import Earlier
from kanal.ledger.names import AccountName


def account_named(name: AccountName) -> Account | None:
    """None where it was never opened."""
    return Account.objects.filter(book_id=name.book_id, id=name.id).first()


def account_numbered(book_id: int, id: UUID) -> Account | None:  # noqa: A002 - the reader's own word
    return Account.objects.filter(book_id=book_id, id=id).first()


def accounts_numbered(book_id: int, ids: Collection[UUID]) -> dict[UUID, Account]:
    return {row.id: row for row in Account.objects.filter(book_id=book_id, id__in=ids)}


def accounts_with_something(owners: Collection[UUID], books: Collection[int]) -> list[Account]:
    """Those of these owners' accounts, in these books, that are not empty: something stands there, or is held."""
    found = Account.objects.filter(book_id__in=books, owner_id__in=owners)
    return list(found.exclude(posted_in=F("posted_out"), held_out=0).order_by("book_id", "id"))


def accounts_of_owners(books: Collection[int], owners: Collection[UUID], kinds: Collection[str]) -> list[Account]:
    """What these have of these kinds in these books."""
    found = Account.objects.filter(book_id__in=books, owner_id__in=owners, kind__in=kinds)
    return list(found.order_by("book_id", "id"))


def transfer_numbered(book_id: int, id: UUID) -> Transfer | None:  # noqa: A002 - the reader's own word
    return Transfer.objects.filter(book_id=book_id, id=id).first()


def entries_of(account: Account) -> QuerySet[Entry]:
    """The account's lines; the caller orders them by sequence."""
    return Entry.objects.filter(book_id=account.book_id, account_id=account.id)


def resolution_of(transfer: Transfer) -> Resolution | None:
    """What ended this hold, or reversed this transfer."""
    return Resolution.objects.filter(book_id=transfer.book_id, resolves_id=transfer.id).first()


def linked_through(account: Account) -> int:
    """The point up to which the account's chain has come."""
    return (
        Link.objects.filter(book_id=account.book_id, account_id=account.id).aggregate(Max("through"))["through__max"]
        or 0
    )


def earlier_transfers(book_id: int, ids: Collection[UUID]) -> dict[UUID, Earlier]:
    rows = list(Transfer.objects.filter(book_id=book_id, id__in=ids).only("id", "source_id", "target_id", "amount"))
    if not rows:
        return {}
    touched = {row.source_id for row in rows} | {row.target_id for row in rows}
    names = {row.id: row.name for row in Account.objects.filter(book_id=book_id, id__in=touched)}
    return {row.id: _earlier(row, names) for row in rows}


def _earlier(row: Transfer, names: dict[UUID, AccountName]) -> Earlier:
    source, target = names[row.source_id], names[row.target_id]
    return Earlier(id=row.id, source=source, target=target, money=Money(row.amount, source.currency))


def posting_rows(book_id: int, group_id: UUID) -> list[Transfer]:
    """A group's transfers in their order: their ids are a range."""
    last = UUID(int=group_id.int | 0xFFFF)
    return list(Transfer.objects.filter(book_id=book_id, id__range=(group_id, last)).order_by("id"))
