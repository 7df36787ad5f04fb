"""Change how a product is sold. ALL-2 What it was before stays in the record.

A change holds from now on: what was bought keeps the terms that are kept with it.
"""

from datetime import datetime

from django.db import transaction

from kanal.audit.record import record
from kanal.catalog.models import Product
from kanal.catalog.product_facts import ProductFacts, checked_product
from kanal.catalog.subjects import subject_of
from kanal.identity.desk_only import check_is_the_desk
from kanal.kit.actor import Actor
from kanal.kit.locked import locked


@transaction.atomic
def change_product(*, product: Product, facts: ProductFacts, by: Actor, at: datetime) -> Product:
    check_is_the_desk(by)
    product = locked(product)
    before, after = ProductFacts.of(product).facts(), checked_product(facts)
    changed = [name for name in after if after[name] != before[name]]
    if not changed:
        return product
    for name in changed:
        setattr(product, name, after[name])
    product.save(update_fields=changed)
    old, new = ({name: whole[name] for name in changed} for whole in (before, after))
    record("product.changed", subject_of(product), by=by, at=at, old=old, new=new)
    return product
