"""Add a discount group to a product. DISC-3 Discounts are set per product and group."""

from datetime import datetime

from django.db import transaction

from kanal.catalog.models import DiscountGroup, Product
from kanal.catalog.naming import Naming, add_named
from kanal.kit.actor import Actor


@transaction.atomic
def add_discount_group(*, product: Product, naming: Naming, by: Actor, at: datetime) -> DiscountGroup:
    return add_named(DiscountGroup, naming, by=by, at=at, product=product)
