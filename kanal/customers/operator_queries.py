"""What the desk asks across all partners: plain filters and an order, so that a cluster can answer them (R10)."""

from uuid import UUID

from django.db.models import QuerySet

from kanal.customers.models import CustomerLink, Unlinking


def all_links() -> QuerySet[CustomerLink]:
    """Newest first, whatever became of them."""
    found = CustomerLink.objects.select_related("partner", "customer", "answered_by", "decided_by", "added_by")
    return found.order_by("-added_at", "-id")


def waiting_links() -> QuerySet[CustomerLink]:
    """LINK-4 Those the customer has accepted; who has waited longest stands first."""
    return all_links().filter(state=CustomerLink.State.AWAITING_PROVIDER).order_by("answered_at", "id")


def link_by_id(id: UUID) -> CustomerLink | None:  # noqa: A002 - the reader's own word
    return all_links().filter(id=id).first()


def open_unlinkings() -> QuerySet[Unlinking]:
    """LINK-7 What waits for the other side, the oldest first."""
    found = Unlinking.objects.filter(outcome=Unlinking.Outcome.OPEN)
    return found.select_related("link", "link__partner", "link__customer", "asked_by").order_by("asked_at", "id")
