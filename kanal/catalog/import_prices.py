"""Set all prices that a sheet changes, as they were shown beforehand: every one of them or none.

PRICE-1 From a moment on, never in the past.
ALL-2   Each price is recorded as if it had been set alone, and the whole once.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from kanal.audit.record import record
from kanal.catalog.models import Price
from kanal.catalog.plan_prices import PlannedPrice, PricePlan, plan_price
from kanal.catalog.set_price import set_price
from kanal.catalog.subjects import subject_of
from kanal.identity.desk_only import check_is_the_desk
from kanal.kit.actor import Actor
from kanal.kit.locked import locked
from kanal.kit.refusal import Refusal


@dataclass(eq=False)
class SheetHasFaults(Refusal):
    code = "sheet_has_faults"
    field = "file"
    count: int

    def __str__(self) -> str:
        return _("%(count)d rows cannot be read. Correct them, and upload the file again.") % self.words()


@dataclass(eq=False)
class PriceMovedMeanwhile(Refusal):
    code = "price_moved_meanwhile"
    name: str

    def __str__(self) -> str:
        return _("The price of “%(name)s” was changed meanwhile. Look at what the file would do now.") % self.words()


@transaction.atomic
def import_prices(*, plan: PricePlan, why: str, by: Actor, at: datetime) -> list[Price]:
    """`plan` is what was looked at; a price that has moved since stops all of it."""
    check_is_the_desk(by)
    if plan.faults:
        raise SheetHasFaults(count=len(plan.faults))
    changing = sorted(
        (row for row in plan.rows if row.kind != "SAME"), key=lambda row: row.item.id
    )  # one order of locks
    prices = [_set(row, plan, why=why, by=by, at=at) for row in changing]
    if prices:
        said = {"effective_at": plan.effective_at, "rows": len(prices)}
        record("prices.imported", subject_of(plan.price_list), by=by, at=at, new=said, why=why.strip())
    return prices


def _set(row: PlannedPrice, plan: PricePlan, *, why: str, by: Actor, at: datetime) -> Price:
    item = locked(row.item)
    now = plan_price(item, row.new, price_list=plan.price_list, effective_at=plan.effective_at)
    if now.old != row.old:
        raise PriceMovedMeanwhile(name=item.name)
    return set_price(
        item=item, price_list=plan.price_list, rate=row.new, effective_at=plan.effective_at, why=why, by=by, at=at
    )
