"""What setting prices would do, before anybody does it: one price from a form, or a whole sheet.

PRICE-1 Each row shows what holds until then and what will; prices already set for later stay as they are.
ALL-3   Every row that cannot be read is named with its line, and nothing is carried out while there is one.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Literal

from django.utils.translation import gettext as _

from kanal.catalog.models import Item, Price, PriceList
from kanal.catalog.price_sheet import COLUMNS, MOST_ROWS, rate_in
from kanal.catalog.queries import items, prices_at
from kanal.catalog.set_price import Rate
from kanal.catalog.tariff import Tiering
from kanal.kit.refusal import Refusal
from kanal.kit.sheets.read import SheetRow, read_sheet


@dataclass(eq=False)
class ItemUnknown(Refusal):
    code = "item_unknown"
    item: str

    def __str__(self) -> str:
        return _("No item has the code “%(item)s”. Add it first, or correct the code.") % self.words()


@dataclass(eq=False)
class ItemTwice(Refusal):
    code = "item_twice"
    item: str
    line: int

    def __str__(self) -> str:
        return _("“%(item)s” stands in line %(line)d already. Keep one of the two.") % self.words()


@dataclass(frozen=True, slots=True)
class PlannedPrice:
    """`later` prices begin after this one and end it; `cliffs` are quantities at which one more costs less."""

    line: int
    item: Item
    old: Rate | None
    new: Rate
    later: int
    cliffs: tuple[Decimal, ...]

    @property
    def kind(self) -> Literal["NEW", "SAME", "CHANGED"]:
        if self.old is None:
            return "NEW"
        return "SAME" if self.old == self.new else "CHANGED"

    @property
    def percent(self) -> Decimal | None:
        """By how much it rises or falls, where both are one price for the same thing."""
        if self.old is None or not _comparable(self.old, self.new) or not self.old.tariff.unit_price:
            return None
        difference = self.new.tariff.unit_price - self.old.tariff.unit_price
        return (difference * 100 / self.old.tariff.unit_price).quantize(Decimal("0.01"))


@dataclass(frozen=True, slots=True)
class RowFault:
    line: int
    sentence: str


@dataclass(frozen=True, slots=True)
class PricePlan:
    price_list: PriceList
    effective_at: datetime
    rows: tuple[PlannedPrice, ...]
    faults: tuple[RowFault, ...]

    def of_kind(self, kind: str) -> list[PlannedPrice]:
        return [row for row in self.rows if row.kind == kind]


def plan_price(item: Item, rate: Rate, *, price_list: PriceList, effective_at: datetime) -> PlannedPrice:
    [planned] = _planned([(0, item, rate)], price_list, effective_at)
    return planned


def plan_sheet(content: bytes, *, name: str, price_list: PriceList, effective_at: datetime, language: str) -> PricePlan:
    sheet = read_sheet(content, name=name, columns=COLUMNS, most=MOST_ROWS, language=language)
    by_code = {item.code: item for item in items().filter(code__in=[row.cells["item"] for row in sheet.rows])}
    read: dict[str, tuple[int, Item, Rate]] = {}
    faults = []
    for row in sheet.rows:
        try:
            code, item, rate = _read(row, by_code, price_list.currency, language)
            if code in read:
                raise ItemTwice(item=code, line=read[code][0])
            read[code] = row.line, item, rate
        except Refusal as problem:
            faults.append(RowFault(row.line, str(problem)))
    return PricePlan(price_list, effective_at, _planned(read.values(), price_list, effective_at), tuple(faults))


def _read(row: SheetRow, by_code: dict[str, Item], currency: str, language: str) -> tuple[str, Item, Rate]:
    code = row.cells["item"]
    if code not in by_code:
        raise ItemUnknown(item=code)
    return code, by_code[code], rate_in(row.cells, currency=currency, language=language)


def _planned(
    read: Iterable[tuple[int, Item, Rate]], price_list: PriceList, effective_at: datetime
) -> tuple[PlannedPrice, ...]:
    rows = list(read)
    of = [item for _line, item, _rate in rows]
    now = prices_at(price_list, at=effective_at, of=of)
    later = list(
        Price.objects.filter(price_list=price_list, item__in=of, effective_at__gt=effective_at).values_list(
            "item_id", flat=True
        )
    )
    return tuple(
        PlannedPrice(
            line,
            item,
            Rate.of(now[item.id]) if item.id in now else None,
            rate,
            later.count(item.id),
            rate.tariff.cliffs(),
        )
        for line, item, rate in rows
    )


def _comparable(old: Rate, new: Rate) -> bool:
    one_price = old.tariff.tiering == new.tariff.tiering == Tiering.FLAT
    return one_price and old.tariff.span == new.tariff.span and old.includes_tax == new.includes_tax
