"""Fire the warning lines that a change has crossed, in the transaction of the change.

WARN-1 At 75, 90 and 100 % of a line the partner and the customer are told; a withdrawal can cross a line too.
WARN-2 One message names every line crossed.
WARN-3 Lines of one's own beside them, and amounts for a wallet.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings

from kanal.credit.links import MY_CREDIT_PAGE, PARTNER_CREDIT_PAGE
from kanal.credit.models import WarningLine, WarningMark
from kanal.credit.places import Parties
from kanal.credit.tell_of_line import both_sides
from kanal.credit.warn import STANDARD, Mark, after, is_over_percent
from kanal.identity.models import Organization
from kanal.identity.permissions import Permission
from kanal.identity.readers import readers_who_may
from kanal.kit.currency import CURRENCIES
from kanal.kit.ids import derived_id
from kanal.kit.money import Money
from kanal.kit.period import local_date
from kanal.ledger.flows import Kind
from kanal.ledger.models import Account
from kanal.ledger.names import AccountName
from kanal.ledger.queries import account_named, accounts_numbered
from kanal.notices.tell import tell


def check_both(parties: Parties, *, at: datetime) -> None:
    """After an order was held, settled or given back."""
    limit = CURRENCIES[parties.currency].limit.code
    if parties.partner_id is not None:
        check_line(
            book_id=parties.book_id, customer_id=parties.customer_id, partner_id=parties.partner_id, limit=limit, at=at
        )
    check_wallet(book_id=parties.book_id, owner_id=parties.customer_id, currency=parties.currency, at=at)


def check_line(*, book_id: int, customer_id: UUID, partner_id: UUID, limit: str, at: datetime) -> list[int]:
    """Under the lock of the line's account, which whoever changes it holds. Which lines fired."""
    names = [AccountName(book_id, kind, limit, customer_id) for kind in (Kind.LINE, Kind.LINE_USED)]
    accounts = accounts_numbered(book_id, [name.id for name in names])
    line, used = (accounts.get(name.id) for name in names)
    if line is None:
        return []
    total = line.balance.amount + (used.balance.amount if used else 0)
    available = line.available.amount
    levels = sorted({*STANDARD, *_own(book_id, WarningLine.Of.LINE, customer_id)})
    over = {each: is_over_percent(each, total=total, available=available) for each in levels}
    fired = _fired(book_id, WarningLine.Of.LINE, customer_id, over, at=at)
    if fired:
        _tell_of_line(book_id, customer_id, partner_id, fired, line, total, at=at)
    return fired


def check_wallet(*, book_id: int, owner_id: UUID, currency: str, at: datetime) -> list[int]:
    levels = _own(book_id, WarningLine.Of.WALLET, owner_id)
    account = account_named(AccountName(book_id, Kind.WALLET, currency, owner_id)) if levels else None
    if account is None:
        return []
    available = account.available.amount
    over = {each: available <= each for each in levels}
    fired = _fired(book_id, WarningLine.Of.WALLET, owner_id, over, at=at)
    if fired:
        _tell_of_wallet(book_id, owner_id, max(fired), account, at=at)
    return fired


def _own(book_id: int, of: WarningLine.Of, owner_id: UUID) -> list[int]:
    found = WarningLine.objects.filter(book_id=book_id, of=of, owner_id=owner_id)
    return list(found.order_by("at_value").values_list("at_value", flat=True))


def _fired(book_id: int, of: WarningLine.Of, owner_id: UUID, over: dict[int, bool], *, at: datetime) -> list[int]:
    today = local_date(at, ZoneInfo(settings.TIME_ZONE))
    rows = {row.at_value: row for row in WarningMark.objects.filter(book_id=book_id, of=of, owner_id=owner_id)}
    fired, changed = [], []
    for level, is_over in over.items():
        row = rows.get(level)
        mark = Mark(row.is_over, row.fired_on) if row else Mark()
        moved, fires = after(mark, is_over=is_over, today=today)
        if fires:
            fired.append(level)
        if moved != mark:
            changed.append(_row(book_id, of, owner_id, level, moved))
    _write(changed)
    return fired


def _row(book_id: int, of: WarningLine.Of, owner_id: UUID, level: int, mark: Mark) -> WarningMark:
    id_ = derived_id("warning_mark", book_id, of.value, owner_id, level)
    return WarningMark(
        book_id=book_id, id=id_, of=of, owner_id=owner_id, at_value=level, is_over=mark.is_over, fired_on=mark.fired_on
    )


def _write(rows: Iterable[WarningMark]) -> None:
    listed = list(rows)
    if listed:
        WarningMark.objects.bulk_create(
            listed,
            update_conflicts=True,
            unique_fields=["book_id", "of", "owner_id", "at_value"],
            update_fields=["is_over", "fired_on"],
        )


def _tell_of_line(
    book_id: int, customer_id: UUID, partner_id: UUID, fired: list[int], line: Account, total: int, *, at: datetime
) -> None:
    found = Organization.objects.in_bulk([partner_id, customer_id])
    facts = {
        "percents": ", ".join(f"{each} %" for each in fired),
        "total": Money(total, line.currency),
        "used": Money(total - line.available.amount, line.currency),
        "available": line.available,
        "counted_at": at,
    }
    for side, readers, called, page in both_sides(found[partner_id], found[customer_id]):
        tell(
            "line_warning",
            to=readers,
            facts=facts | {"customer": called},
            cause=f"line_warning:{customer_id}:{at.isoformat()}:{fired}:{side}",
            at=at,
            link=page,
            book_id=book_id,
        )


def _tell_of_wallet(book_id: int, owner_id: UUID, level: int, account: Account, *, at: datetime) -> None:
    owner = Organization.objects.select_related("seller").get(id=owner_id)
    seller = owner.seller
    told = [(owner, MY_CREDIT_PAGE)]
    if owner.kind == Organization.Kind.PARTNER:
        told = [(owner, PARTNER_CREDIT_PAGE)]
    elif seller is not None and not seller.is_the_provider:
        told.append((seller, PARTNER_CREDIT_PAGE))
    for organization, page in told:
        tell(
            "wallet_warning",
            to=readers_who_may(organization, Permission.FUNDING_ASK),
            facts={
                "organization": owner.name,
                "amount": Money(level, account.currency),
                "available": account.available,
                "counted_at": at,
            },
            cause=f"wallet_warning:{owner_id}:{at.isoformat()}:{level}:{organization.id}",
            at=at,
            link=page,
            book_id=book_id,
        )
