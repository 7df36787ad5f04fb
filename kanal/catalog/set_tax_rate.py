"""Set the rate of a tax group from a moment on.

PRICE-1 A rate begins now or later, never in the past.
ID-9    Percentages are whole basis points.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from kanal.audit.record import record
from kanal.catalog.models import TaxGroup, TaxRate
from kanal.catalog.queries import tax_rates_of
from kanal.catalog.set_price import BeginsInThePast
from kanal.catalog.subjects import subject_of
from kanal.catalog.tax import WHOLE
from kanal.identity.desk_only import check_is_the_desk
from kanal.kit.actor import Actor
from kanal.kit.locked import locked
from kanal.kit.refusal import Refusal


@dataclass(eq=False)
class TaxOutOfRange(Refusal):
    code = "tax_out_of_range"
    field = "rate"

    def __str__(self) -> str:
        return _("A rate of tax is between 0 and 100 %%, with at most two decimals.") % {}


@transaction.atomic
def set_tax_rate(
    *, group: TaxGroup, rate: int, effective_at: datetime, why: str = "", by: Actor, at: datetime
) -> TaxRate:
    """`rate` in basis points."""
    check_is_the_desk(by)
    if not 0 <= rate <= WHOLE:
        raise TaxOutOfRange
    if effective_at < at:
        raise BeginsInThePast(now=at)
    group = locked(group)
    before = tax_rates_of(group).filter(effective_at__lte=effective_at).first()
    if before is not None and before.effective_at == effective_at and before.rate == rate:
        return before
    turn = before.turn + 1 if before is not None and before.effective_at == effective_at else 1
    made = TaxRate.objects.create(
        group=group, rate=rate, effective_at=effective_at, turn=turn, set_at=at, set_by=by.name, why=why.strip()
    )
    old = None if before is None else {"rate": before.rate}
    new = {"rate": rate, "effective_at": effective_at}
    record("tax_rate.set", subject_of(group), by=by, at=at, old=old, new=new, why=why.strip())
    return made
