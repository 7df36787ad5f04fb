"""What others may ask of the ledger; each question names its book."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from kanal.kit.money import Money
from kanal.ledger.models import Account, Transfer
from kanal.ledger.movement import Earlier
from kanal.ledger.names import AccountName


def account_named(name: AccountName) -> Account | None:
    """None where it was never opened."""
    return Account.objects.filter(book_id=name.book_id, id=name.id).first()


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
