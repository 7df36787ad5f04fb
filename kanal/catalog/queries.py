"""What is sold and what it costs: everybody may ask, and every answer is of a moment.

PRICE-1 The price in force when the action happens counts: the latest that takes effect by then, whatever was set
        since for later, and whether or not any job has run.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db.models import Q, QuerySet

from kanal.catalog.models import DiscountGroup, Item, Part, Price, PriceList, Product, Service, TaxGroup, TaxRate
from kanal.catalog.tariff import Tariff
from kanal.catalog.tax import Tax

THE_LIST = "public"  # by whose prices everybody buys


def products() -> QuerySet[Product]:
    return Product.objects.order_by("place", "code")


def products_sold(at: datetime) -> QuerySet[Product]:
    return products().filter(still_sold(at))


def services_of(product: Product) -> QuerySet[Service]:
    return Service.objects.filter(product=product).order_by("code")


def groups_of(product: Product) -> QuerySet[DiscountGroup]:
    return DiscountGroup.objects.filter(product=product).order_by("code")


def parts_of(service: Service) -> QuerySet[Part]:
    return Part.objects.filter(service=service).order_by("kind")


def items() -> QuerySet[Item]:
    return Item.objects.select_related("service__product", "group", "tax_group").order_by(
        "service__product__place", "service__product__code", "service__code", "kind", "code"
    )


def items_sold(at: datetime) -> QuerySet[Item]:
    """What can be bought anew; what is bought already goes on, and is renewed, by its price."""
    product_sold = Q(service__product__retired_at=None) | Q(service__product__retired_at__gt=at)
    return items().filter(still_sold(at), product_sold)


def still_sold(at: datetime) -> Q:
    return Q(added_at__lte=at) & (Q(retired_at=None) | Q(retired_at__gt=at))


def item_by_code(code: str) -> Item | None:
    return items().filter(code=code).first()


def price_lists() -> QuerySet[PriceList]:
    return PriceList.objects.order_by("code")


def the_price_list() -> PriceList | None:
    return price_lists().filter(code=THE_LIST).first()


def tax_groups() -> QuerySet[TaxGroup]:
    return TaxGroup.objects.order_by("code")


# --- At a moment --------------------------------------------------------------------------------------------------


def price_at(item: Item, *, price_list: PriceList, at: datetime) -> Price | None:
    return _newest(prices_of(item, price_list=price_list), at)


def prices_at(price_list: PriceList, *, at: datetime, of: Iterable[Item] | None = None) -> dict[UUID, Price]:
    """Of all items, or these, by their id, in one query."""
    rows = Price.objects.filter(price_list=price_list, effective_at__lte=at)
    if of is not None:
        rows = rows.filter(item__in=list(of))
    newest = rows.select_related("price_list", "item__tax_group").order_by("item", "-effective_at", "-turn")
    return {price.item_id: price for price in newest.distinct("item")}


def prices_of(item: Item, *, price_list: PriceList) -> QuerySet[Price]:
    """All that were ever set, the one that holds last first."""
    rows = Price.objects.filter(item=item, price_list=price_list).select_related("price_list", "item__tax_group")
    return rows.order_by("-effective_at", "-turn")


def _newest(prices: QuerySet[Price], at: datetime) -> Price | None:
    return prices.filter(effective_at__lte=at).first()


def price_changes(price_list: PriceList, *, after: datetime, until: datetime, of: Iterable[Item]) -> list[datetime]:
    """Where a span of use has to be cut because a price begins."""
    rows = Price.objects.filter(
        price_list=price_list, item__in=list(of), effective_at__gt=after, effective_at__lt=until
    )
    return sorted(set(rows.values_list("effective_at", flat=True)))


def tax_rate_at(group: TaxGroup, *, at: datetime) -> int | None:
    """In basis points."""
    return tax_rates_of(group).filter(effective_at__lte=at).values_list("rate", flat=True).first()


def tax_rates_at(at: datetime) -> dict[UUID, int]:
    rows = TaxRate.objects.filter(effective_at__lte=at).order_by("group", "-effective_at", "-turn").distinct("group")
    return {rate.group_id: rate.rate for rate in rows}


def tax_rates_of(group: TaxGroup) -> QuerySet[TaxRate]:
    return TaxRate.objects.filter(group=group).order_by("-effective_at", "-turn")


@dataclass(frozen=True, slots=True)
class Offer:
    """An item at a moment: what it costs, and how that is taxed. Without a price it cannot be bought."""

    item: Item
    price: Price | None
    rate: int | None

    @property
    def can_be_bought(self) -> bool:
        return self.price is not None and self.rate is not None

    @property
    def tariff(self) -> Tariff:
        assert self.price is not None, f"{self.item.code} has no price then"
        return self.price.tariff

    @property
    def tax(self) -> Tax:
        assert self.price is not None, f"{self.item.code} has no price then"
        assert self.rate is not None, f"{self.item.code} has no rate of tax then"
        return self.price.taxed_at(self.rate)


def catalogue_at(at: datetime, *, price_list: PriceList, sold_only: bool = True) -> list[Offer]:
    """In the order of pages, in three queries; everything ever sold, when asked for."""
    rows = list(items_sold(at) if sold_only else items().filter(added_at__lte=at))
    prices, rates = prices_at(price_list, at=at), tax_rates_at(at)
    return [Offer(item, prices.get(item.id), rates.get(item.tax_group_id)) for item in rows]


def offers_at(at: datetime, *, price_list: PriceList, of: Iterable[Item]) -> dict[UUID, Offer]:
    """For a configuration: of each of its items, sold anew or not."""
    asked = list(of)
    prices, rates = prices_at(price_list, at=at, of=asked), tax_rates_at(at)
    return {item.id: Offer(item, prices.get(item.id), rates.get(item.tax_group_id)) for item in asked}


def kinds_missing_or_too_many(service: Service, counted: Mapping[str, int]) -> list[Part]:
    """The parts of a configuration that are not as the service says, a kind it does not know included."""
    parts = list(parts_of(service))
    known = {part.kind for part in parts}
    wrong = [part for part in parts if not part.least <= counted.get(part.kind, 0) <= part.most]
    return wrong + [Part(service=service, kind=kind, least=0, most=0) for kind in counted if kind not in known]


def fits_the_order(item: Item, quantity: Decimal) -> bool:
    """At least the least that is ordered, and from there by whole steps."""
    over: Decimal = quantity - item.least_ordered
    return over >= 0 and over % item.ordered_by == 0
