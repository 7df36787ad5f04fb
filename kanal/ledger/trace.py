"""From spent money back to the funding that paid it.

LEDGER-8 Money has no marks: what came first is spent first, in each account, back to where it entered the book. What
         is spent of a grant is its own account, so promotional money traces to its grant.

An account's lifetime sums of in and out are two rulers laid side by side: the units a transfer took stand on the one,
those that each funding brought on the other, and where they overlap is the answer. Both are found by halving.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection

from kanal.ledger.flows import Kind
from kanal.ledger.models import Account, Transfer

CARRIERS = {Kind.WALLET, Kind.RECEIPTS}  # value that leaves one of these came into it from somewhere; others are ends
GRANTS = {Kind.PROMO, Kind.POC}
DEEPEST = 12  # accounts in a row; a partner's partner is two
LOTS_MOST = 10_000


@dataclass(frozen=True, slots=True)
class Lot:
    """So much of what was spent came in by this transfer; none where it was spent before it came in."""

    amount: int
    transfer_id: UUID | None
    act: str
    from_kind: Kind | None
    recorded_at: datetime | None


def funding_of(book_id: int, transfer_ids: Iterable[UUID]) -> list[Lot]:
    """The lots behind these transfers, promotional ones first, else in the order they were spent."""
    tracer = Tracer(book_id)
    rows = Transfer.objects.filter(book_id=book_id, id__in=list(transfer_ids), phase=Transfer.Phase.POSTED).order_by(
        "id"
    )
    lots = [lot for row in rows for lot in tracer.behind(row, 0, row.amount, DEEPEST)]
    assert len(lots) <= LOTS_MOST, "a trace this long is a report, not a page"
    promotional = [lot for lot in lots if lot.from_kind is Kind.PROMOTION]
    return _merged([*promotional, *(lot for lot in lots if lot.from_kind is not Kind.PROMOTION)])


class Tracer:
    def __init__(self, book_id: int) -> None:
        self.book_id = book_id
        self.kinds: dict[UUID, Kind] = {}

    def kind(self, account_id: UUID) -> Kind:
        if account_id not in self.kinds:
            account = Account.objects.only("kind").get(book_id=self.book_id, id=account_id)
            self.kinds[account_id] = Kind(account.kind)
        return self.kinds[account_id]

    def behind(self, spent: Transfer, begin: int, end: int, depth: int) -> Iterator[Lot]:
        """What paid the units from `begin` to `end` of a transfer."""
        kind = self.kind(spent.source_id)
        if kind not in CARRIERS | GRANTS or depth == 0:
            yield Lot(end - begin, spent.id, spent.act, kind, spent.recorded_at)
            return
        start = spent.source_out - spent.amount
        low, high = start + begin, start + end
        for funding in self.fundings(spent.source_id, low, high):
            brought = funding.target_in - funding.amount
            first, last = max(low, brought), min(high, funding.target_in)
            yield from self.behind(funding, first - brought, last - brought, depth - 1)
            low = last
        if low < high:
            yield Lot(high - low, None, "", None, None)

    def fundings(self, account_id: UUID, low: int, high: int) -> Iterator[Transfer]:
        """The transfers that brought the units from `low` to `high` of all that ever came in, in their order."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT public.ledger_sequence_of_unit(%s, %s, %s)", [self.book_id, account_id, low])
            (sequence,) = cursor.fetchone()
        if sequence is None:
            return
        rows = Transfer.objects.filter(
            book_id=self.book_id, target_id=account_id, target_sequence__gte=sequence, phase=Transfer.Phase.POSTED
        ).order_by("target_sequence")[:LOTS_MOST]
        for row in rows.iterator(chunk_size=50):
            yield row
            if row.target_in >= high:
                return


def _merged(lots: Iterable[Lot]) -> list[Lot]:
    """One line per funding."""
    merged: dict[UUID | None, Lot] = {}
    for lot in lots:
        before = merged.get(lot.transfer_id)
        amount = lot.amount + (before.amount if before else 0)
        merged[lot.transfer_id] = Lot(amount, lot.transfer_id, lot.act, lot.from_kind, lot.recorded_at)
    return list(merged.values())
