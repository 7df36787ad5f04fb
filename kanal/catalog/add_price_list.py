"""Add a price list. ID-9 One price list has one currency; nothing ever converts."""

from datetime import datetime

from django.db import transaction

from kanal.catalog.models import PRICED_IN, PriceList
from kanal.catalog.naming import Naming, add_named
from kanal.kit.actor import Actor


@transaction.atomic
def add_price_list(*, naming: Naming, currency: str, by: Actor, at: datetime) -> PriceList:
    assert currency in PRICED_IN, f"nothing is priced in {currency}"
    return add_named(PriceList, naming, by=by, at=at, currency=currency)
