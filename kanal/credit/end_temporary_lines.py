"""Warn of temporary lines that end, and end them.

LINE-7 A temporary line has an end and reverts by itself; 7 days before, both sides are told. If used is above what
       remains, available is simply below 0.
"""

from datetime import datetime

from django.db import transaction

from kanal.credit.allocate_line import LineAccounts, end_line_part
from kanal.credit.lock_accounts import lock_accounts
from kanal.credit.models import TemporaryLine
from kanal.credit.operator_queries import temporary_lines_due, temporary_lines_to_warn_of
from kanal.credit.pool_moves import PoolAccounts
from kanal.credit.tell_of_line import tell_of_coming_end
from kanal.identity.models import Organization
from kanal.kit.actor import Actor
from kanal.kit.locked import locked
from kanal.kit.money import Money


def warn_of_temporary_lines(*, at: datetime) -> None:
    for found in temporary_lines_to_warn_of(at):
        with transaction.atomic():
            temporary = locked(found)
            if temporary.warn_at is not None and temporary.ended_at is None:
                temporary.warn_at = None
                temporary.save(update_fields=["warn_at"])
                tell_of_coming_end(temporary, at=at)


def end_temporary_lines(*, at: datetime) -> None:
    for found in temporary_lines_due(at):
        with transaction.atomic():
            end_temporary_line(temporary=found, by=Actor.job("end_temporary_lines"), at=at)


@transaction.atomic
def end_temporary_line(*, temporary: TemporaryLine, by: Actor, at: datetime) -> TemporaryLine:
    """As far as its partner has not withdrawn it before."""
    temporary = locked(temporary)
    if temporary.ended_at is not None:
        return temporary
    amount = min(temporary.amount, _total(temporary))
    if amount > 0:
        end_line_part(temporary=temporary, amount=Money(amount, temporary.currency), by=by, at=at)
    temporary.ended_at = at
    temporary.save(update_fields=["ended_at"])
    return temporary


def _total(temporary: TemporaryLine) -> int:
    customer = Organization.objects.get(id=temporary.customer_id)
    names = LineAccounts.of(temporary.book_id, customer, temporary.currency)
    pool = PoolAccounts.of(temporary.book_id, temporary.partner_id, temporary.currency)
    accounts = lock_accounts([pool.pool, names.line, names.used])
    return sum(accounts[name].balance.amount for name in (names.line, names.used) if name in accounts)
