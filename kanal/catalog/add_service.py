"""Add a service to a product, and say what one resource of it is made of."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from kanal.catalog.models import ItemKind, Part, Product, Service
from kanal.catalog.naming import Naming, add_named
from kanal.kit.actor import Actor


@transaction.atomic
def add_service(
    *, product: Product, naming: Naming, parts: Mapping[ItemKind, tuple[int, int]], by: Actor, at: datetime
) -> Service:
    """`parts`: of each kind, the least and the most. ALL-2"""
    assert parts, "a service without parts has nothing to sell"
    service = add_named(Service, naming, by=by, at=at, product=product)
    Part.objects.bulk_create(
        Part(service=service, kind=kind, least=least, most=most) for kind, (least, most) in parts.items()
    )
    return service
