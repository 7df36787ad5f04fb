"""Change what a partner calls its customer.

LINK-1 The friendly name is private to the partner and may be empty.
"""

from datetime import datetime

from django.db import transaction

from kanal.audit.record import record
from kanal.customers.models import CustomerLink
from kanal.customers.naming import NAME_FIELDS, checked_friendly_name, give_friendly_name
from kanal.customers.queries import book_of
from kanal.customers.subjects import customer_entry_subject
from kanal.kit.actor import Actor
from kanal.kit.locked import locked


@transaction.atomic
def rename_customer(*, link: CustomerLink, friendly_name: str, by: Actor, at: datetime) -> CustomerLink:
    """The same name again is no change."""
    link = locked(link)
    before, name = link.friendly_name, checked_friendly_name(friendly_name)
    if name == before:
        return link
    give_friendly_name(link, name).save(update_fields=NAME_FIELDS)
    record(
        "customer_entry.renamed",
        customer_entry_subject(link),
        by=by,
        at=at,
        book_id=book_of(link),
        organization_id=link.partner_id,
        old={"friendly_name": before},
        new={"friendly_name": name},
    )
    return link
