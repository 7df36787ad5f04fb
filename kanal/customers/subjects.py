"""What the record calls the things of this room (ALL-2)."""

from kanal.audit.models import Subject
from kanal.customers.models import CustomerLink


def customer_link_subject(link: CustomerLink) -> Subject:
    """What both sides may read of it."""
    return Subject("customer_link", str(link.id), link.email)


def customer_entry_subject(link: CustomerLink) -> Subject:
    """What the partner keeps for itself: friendly name, who looks after it (LINK-1)."""
    return Subject("customer_entry", str(link.id), link.email)
