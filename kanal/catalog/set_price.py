"""Set what an item costs from a moment on.

PRICE-1 The price in force when the action happens counts: so a price begins now or later, never in the past.
ALL-2   What holds until then, and what is set, stand in the record.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from kanal.audit.record import record
from kanal.catalog.models import Item, Price, PriceList
from kanal.catalog.queries import prices_of
from kanal.catalog.subjects import subject_of
from kanal.catalog.tariff import Tariff
from kanal.identity.desk_only import check_is_the_desk
from kanal.kit.actor import Actor
from kanal.kit.locked import locked
from kanal.kit.refusal import Refusal

HIGHEST = Decimal(10) ** 13  # of whole currency: what the columns and the ledger's sums still hold


@dataclass(frozen=True, slots=True)
class Rate:
    """A tariff, and whether its amounts hold their tax."""

    tariff: Tariff
    includes_tax: bool

    @classmethod
    def of(cls, price: Price) -> "Rate":
        return cls(price.tariff, price.includes_tax)


@dataclass(eq=False)
class BeginsInThePast(Refusal):
    code = "begins_in_the_past"
    field = "effective_at"
    now: datetime

    def __str__(self) -> str:
        now = date_format(localtime(self.now), "SHORT_DATETIME_FORMAT")
        return _("Prices and taxes begin now or later, so that what was paid stays right. Choose %(now)s or after.") % {
            "now": now
        }


@dataclass(eq=False)
class PriceTooHigh(Refusal):
    code = "price_too_high"
    field = "unit_price"

    def __str__(self) -> str:
        return _("This price is higher than any that can be charged. Check the zeros.")


@dataclass(eq=False)
class CurrencyOfAnotherList(Refusal):
    code = "currency_of_another_list"
    field = "price_list"
    name: str
    currency: str

    def __str__(self) -> str:
        return _("The list “%(name)s” is in %(currency)s. Give the price in it.") % self.words()


@transaction.atomic
def set_price(
    *,
    item: Item,
    price_list: PriceList,
    rate: Rate,
    effective_at: datetime,
    why: str = "",
    by: Actor,
    at: datetime,
) -> Price:
    check_is_the_desk(by)
    item = locked(item)  # two who set the same price take turns
    _check(rate, price_list, effective_at, at)
    before = prices_of(item, price_list=price_list).filter(effective_at__lte=effective_at).first()
    if before is not None and before.effective_at == effective_at and Rate.of(before) == rate:
        return before  # from a later moment it is a decision of its own: what holds until then may change yet
    price = Price.objects.create(
        item=item,
        price_list=price_list,
        effective_at=effective_at,
        turn=_turn(before, effective_at),
        set_at=at,
        set_by=by.name,
        why=why.strip(),
        includes_tax=rate.includes_tax,
        **columns_of(rate.tariff),
    )
    record(
        "price.set",
        subject_of(item),
        by=by,
        at=at,
        old=None if before is None else said(before),
        new={**said(price), "effective_at": effective_at, "price_list": price_list.code},
        why=why.strip(),
    )
    return price


def _check(rate: Rate, price_list: PriceList, effective_at: datetime, at: datetime) -> None:
    if effective_at < at:
        raise BeginsInThePast(now=at)
    if rate.tariff.currency != price_list.currency:
        raise CurrencyOfAnotherList(name=price_list.name, currency=price_list.currency)
    amounts = [rate.tariff.unit_price]
    for tier in rate.tariff.tiers:
        amounts += [tier.unit_price, tier.flat]
    if max(amounts) > HIGHEST:
        raise PriceTooHigh


def _turn(before: Price | None, effective_at: datetime) -> int:
    return before.turn + 1 if before is not None and before.effective_at == effective_at else 1


def columns_of(tariff: Tariff) -> dict[str, object]:
    return {
        "unit_price": tariff.unit_price,
        "span": tariff.span.value,
        "tiering": tariff.tiering.value,
        "tiers": [tier.to_json() for tier in tariff.tiers],
        "size": tariff.size,
        "free": tariff.free,
        "least": tariff.least,
        "whole_units": tariff.whole_units,
        "counted_per": tariff.counted_per.value,
    }


def said(price: Price) -> dict[str, object]:
    return {**price.tariff.to_json(), "includes_tax": price.includes_tax}
