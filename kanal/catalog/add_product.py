"""Add a product. ALL-2 Who added it, and how it is sold, is recorded."""

from datetime import datetime

from django.db import transaction

from kanal.catalog.models import Product
from kanal.catalog.naming import Naming, add_named
from kanal.catalog.product_facts import ProductFacts, checked_product
from kanal.kit.actor import Actor


@transaction.atomic
def add_product(*, naming: Naming, facts: ProductFacts, by: Actor, at: datetime) -> Product:
    return add_named(Product, naming, by=by, at=at, **checked_product(facts))
