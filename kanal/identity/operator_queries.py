"""What the desk asks across all organizations: plain filters and an order, so that a cluster can answer them (R10)."""

from django.db.models import QuerySet

from kanal.identity.models import Organization
from kanal.kit.db.words import matching


def all_organizations(text: str = "") -> QuerySet[Organization]:
    """By name, or those of which each word typed begins some word: of the name, the tax code or the e-mail."""
    found = matching(Organization.objects.select_related("seller"), "search_key", text)
    return found.order_by("sort_key", "id")
