"""Let a partner find its customer by the name that the customer goes by now.

LINK-5 Who is confirmed is known by name to its partner, and looked for by it.
"""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from kanal.customers.models import CustomerLink
from kanal.customers.naming import NAME_FIELDS, give_friendly_name
from kanal.kit.locked import locked


def follow_renaming(*, organization_id: str, at: datetime) -> None:  # noqa: ARG001 - a job is told when
    """Asked for by name where the organization was renamed: the room of people knows no partners' lists."""
    for link in CustomerLink.objects.filter(customer=UUID(organization_id), confirmed_at__isnull=False):
        with transaction.atomic():
            found = locked(link)
            give_friendly_name(found, found.friendly_name).save(update_fields=NAME_FIELDS)
