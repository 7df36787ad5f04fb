"""What the desk asks across all partners: plain filters and an order, so that a cluster can answer them (R10)."""

from uuid import UUID

from django.db.models import QuerySet

from kanal.kit.db.words import matching
from kanal.partners.models import OwnOrganization, Partner, PartnerApplication


def all_applications() -> QuerySet[PartnerApplication]:
    """PROG-2 Whatever became of them; those that wait are found by their state."""
    found = PartnerApplication.objects.select_related("organization", "asked_by", "decided_by")
    return found.order_by("-asked_at", "-id")


def waiting_applications() -> QuerySet[PartnerApplication]:
    """The clock that runs out first stands first."""
    return all_applications().filter(state=PartnerApplication.State.PENDING).order_by("due_at", "id")


def application_by_id(id: UUID) -> PartnerApplication | None:  # noqa: A002 - the reader's own word
    return all_applications().filter(id=id).first()


def all_partners(text: str = "") -> QuerySet[Partner]:
    """By name, or those of which each word typed begins some word: of the name, the tax code or the e-mail."""
    found = Partner.objects.select_related("organization", "account_manager")
    return matching(found, "organization__search_key", text).order_by("organization__sort_key", "id")


def partner_by_id(id: UUID) -> Partner | None:  # noqa: A002 - as above
    return all_partners().filter(id=id).first()


def all_own_organizations() -> QuerySet[OwnOrganization]:
    found = OwnOrganization.objects.select_related("partner", "organization", "asked_by", "decided_by")
    return found.order_by("-asked_at", "-id")
