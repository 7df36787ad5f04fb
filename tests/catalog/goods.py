"""A small catalogue that the tests begin with."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from kanal.catalog.add_discount_group import add_discount_group
from kanal.catalog.add_item import ItemFacts, add_item
from kanal.catalog.add_price_list import add_price_list
from kanal.catalog.add_product import add_product
from kanal.catalog.add_service import add_service
from kanal.catalog.add_tax_group import add_tax_group
from kanal.catalog.models import DiscountGroup, Item, ItemKind, Price, PriceList, Product, Service, TaxGroup
from kanal.catalog.naming import Naming
from kanal.catalog.product_facts import ProductFacts
from kanal.catalog.set_price import Rate, set_price
from kanal.catalog.set_tax_rate import set_tax_rate
from kanal.catalog.tariff import Tariff
from kanal.kit.actor import Actor
from tests.world import World


@dataclass(frozen=True, slots=True)
class Goods:
    by: Actor
    vserver: Product
    server: Service
    compute: DiscountGroup
    vat: TaxGroup
    flavor: Item
    disk: Item
    public: PriceList


def named(code: str) -> Naming:
    return Naming(code, f"{code} (vi)", f"{code} (en)")


def rate(price: int | str, *, includes_tax: bool = True, **said: object) -> Rate:
    return Rate(Tariff(unit_price=Decimal(price), **said), includes_tax)  # type: ignore[arg-type]


def goods(world: World, at: datetime) -> Goods:
    """A server of one flavor and disks, by a public list in VND; no price and 10 % of tax yet."""
    by = world.acting(world.thu)
    vserver = add_product(naming=named("vserver"), facts=ProductFacts(), by=by, at=at)
    parts = {ItemKind.FLAVOR: (1, 1), ItemKind.DISK: (1, 16), ItemKind.ADDRESS: (0, 4)}
    server = add_service(product=vserver, naming=named("server"), parts=parts, by=by, at=at)
    compute = add_discount_group(product=vserver, naming=named("compute"), by=by, at=at)
    vat = add_tax_group(naming=named("vat"), by=by, at=at)
    set_tax_rate(group=vat, rate=1_000, effective_at=at, by=by, at=at)
    public = add_price_list(naming=named("public"), currency="VND", by=by, at=at)

    def item(code: str, kind: ItemKind, unit: str, **said: object) -> Item:
        facts = ItemFacts(kind=kind, tax_group=vat, unit_vi=unit, unit_en=unit, **said)  # type: ignore[arg-type]
        return add_item(service=server, naming=named(code), facts=facts, by=by, at=at)

    flavor = item("s-general-1x1", ItemKind.FLAVOR, "server", group=compute, specs={"vcpu": 1, "ram_gb": 1})
    disk = item("nvme", ItemKind.DISK, "GB", least_ordered=Decimal(20), ordered_by=Decimal(10))
    return Goods(by, vserver, server, compute, vat, flavor, disk, public)


def priced(goods: Goods, item: Item, rate: Rate, *, since: datetime, at: datetime, by: Actor | None = None) -> Price:
    return set_price(
        item=item, price_list=goods.public, rate=rate, effective_at=since, why="Bảng giá mới", by=by or goods.by, at=at
    )
