"""Add and take away warning lines of one's own.

WARN-3 A partner adds its own whole-percent lines per customer (1-100); wallets have the same with an amount.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from kanal.audit.record import record
from kanal.credit.check_warnings import check_line, check_wallet
from kanal.credit.models import WarningLine
from kanal.credit.pin_terms import LineNotForThem
from kanal.customers.queries import confirmed_link
from kanal.identity.models import Organization
from kanal.identity.queries import trading_book_of
from kanal.identity.subjects import organization_subject
from kanal.kit.actor import Actor
from kanal.kit.currency import CURRENCIES
from kanal.kit.ids import derived_id
from kanal.kit.locked import locked
from kanal.kit.refusal import Refusal

MOST = 10
WHOLE = 100


@dataclass(eq=False)
class PercentsWrong(Refusal):
    code = "percents_wrong"
    field = "percents"

    def __str__(self) -> str:
        return _("Give at most 10 whole percents between 1 and 100.")


@dataclass(eq=False)
class AmountsWrong(Refusal):
    code = "amounts_wrong"
    field = "amounts"

    def __str__(self) -> str:
        return _("Give at most 10 amounts, none below zero.")


@transaction.atomic
def set_line_warnings(
    *, partner: Organization, customer: Organization, percents: Iterable[int], by: Actor, at: datetime
) -> list[int]:
    """Beside 75, 90 and 100, which are always there. Whoever is past one already is told now."""
    wanted = sorted(set(percents))
    if len(wanted) > MOST or any(not 1 <= each <= WHOLE for each in wanted):
        raise PercentsWrong
    if confirmed_link(partner, customer) is None:
        raise LineNotForThem
    book_id = _set(WarningLine.Of.LINE, customer, partner, wanted, by=by, at=at)
    limit = CURRENCIES["VND"].limit.code
    check_line(book_id=book_id, customer_id=customer.id, partner_id=partner.id, limit=limit, at=at)
    return wanted


@transaction.atomic
def set_wallet_warnings(
    *, owner: Organization, asker: Organization, amounts: Iterable[int], by: Actor, at: datetime
) -> list[int]:
    """By whoever owns the wallet, or by the partner whose customer that is."""
    wanted = sorted(set(amounts))
    if len(wanted) > MOST or any(each < 0 for each in wanted):
        raise AmountsWrong
    if asker.id != owner.id and confirmed_link(asker, owner) is None:
        raise LineNotForThem
    book_id = _set(WarningLine.Of.WALLET, owner, asker, wanted, by=by, at=at)
    check_wallet(book_id=book_id, owner_id=owner.id, currency="VND", at=at)
    return wanted


def _set(
    of: WarningLine.Of, owner: Organization, asker: Organization, wanted: list[int], *, by: Actor, at: datetime
) -> int:
    book_id = trading_book_of(owner)
    owner = locked(owner)
    mine = WarningLine.objects.filter(book_id=book_id, of=of, owner_id=owner.id)
    before = sorted(mine.values_list("at_value", flat=True))
    mine.exclude(at_value__in=wanted).delete()
    WarningLine.objects.bulk_create(
        [
            WarningLine(
                book_id=book_id,
                id=derived_id("warning_line", book_id, of.value, owner.id, each),
                of=of,
                owner_id=owner.id,
                at_value=each,
            )
            for each in wanted
        ],
        ignore_conflicts=True,
    )
    if before != wanted:
        record(
            "warnings.set", organization_subject(owner), by=by, at=at, book_id=book_id, organization_id=asker.id,
            old={"warnings": before}, new={"warnings": wanted},
        )  # fmt: skip
    return book_id
