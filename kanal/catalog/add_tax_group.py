"""Add a group of items that are taxed alike. PRICE-5 Tax is computed once per invoice and tax group."""

from datetime import datetime

from django.db import transaction

from kanal.catalog.models import TaxGroup
from kanal.catalog.naming import Naming, add_named
from kanal.kit.actor import Actor


@transaction.atomic
def add_tax_group(*, naming: Naming, by: Actor, at: datetime) -> TaxGroup:
    return add_named(TaxGroup, naming, by=by, at=at)
