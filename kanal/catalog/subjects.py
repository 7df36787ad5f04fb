"""What the record calls the things of this room (ALL-2)."""

from kanal.audit.models import Subject
from kanal.catalog.models import DiscountGroup, Item, Named, PriceList, Product, Service, TaxGroup

KINDS: dict[type[Named], str] = {
    Product: "product",
    Service: "service",
    DiscountGroup: "discount_group",
    Item: "item",
    TaxGroup: "tax_group",
    PriceList: "price_list",
}


def subject_of(row: Named) -> Subject:
    return Subject(KINDS[type(row)], str(row.id), row.name_vi)
