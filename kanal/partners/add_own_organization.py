"""Ask the desk to count an organization among the partner's own.

PROG-5 An approved partner adds further organizations of its own, confirmed by the desk.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from kanal.audit.record import record
from kanal.identity.acting import acting_person
from kanal.identity.models import Organization, Person
from kanal.identity.permissions import Permission
from kanal.identity.queries import member_of
from kanal.identity.roles import Role
from kanal.kit.actor import Actor
from kanal.kit.locked import locked
from kanal.kit.refusal import Refusal
from kanal.notices.tell import tell
from kanal.partners.apply_to_be_partner import ApplicationWaits
from kanal.partners.links import desk_own_page
from kanal.partners.models import OwnOrganization
from kanal.partners.queries import open_application_of, partner_of
from kanal.partners.readers import account_manager_or
from kanal.partners.record_contract import NotAPartner
from kanal.partners.subjects import own_organization_subject


@dataclass(eq=False)
class NotItsOwner(Refusal):
    code = "not_its_owner"
    field = "organization"
    name: str

    def __str__(self) -> str:
        return _("Only an owner of %(name)s can add it; ask one of them to do so.") % self.words()


@dataclass(eq=False)
class HasAnotherSeller(Refusal):
    code = "has_another_seller"
    field = "organization"
    name: str

    def __str__(self) -> str:
        return (
            _("%(name)s does not buy from the provider directly, so it cannot be added. End that relation first.")
            % self.words()
        )


@dataclass(eq=False)
class AddedAlready(Refusal):
    code = "added_already"
    field = "organization"
    name: str

    def __str__(self) -> str:
        return _("%(name)s has been added already; its standing is in the list.") % self.words()


@transaction.atomic
def add_own_organization(
    *, partner: Organization, organization: Organization, by: Actor, at: datetime
) -> OwnOrganization:
    """Whoever asks acts for the partner and owns the organization: that both are of one house starts with them."""
    organization = locked(organization)
    asker = acting_person(by)
    if partner_of(partner) is None:
        raise NotAPartner(name=partner.name)
    _check_is_theirs(organization, asker)
    check_can_be_own(organization)
    if open_application_of(organization) is not None:
        raise ApplicationWaits(name=organization.name)
    live = [OwnOrganization.State.PENDING, OwnOrganization.State.CONFIRMED]
    if OwnOrganization.objects.filter(organization=organization, state__in=live).exists():
        raise AddedAlready(name=organization.name)
    own = OwnOrganization.objects.create(partner=partner, organization=organization, asked_by=asker, asked_at=at)
    record(
        "own_organization.added",
        own_organization_subject(own),
        by=by,
        at=at,
        book_id=organization.book_id,
        organization_id=partner.id,
        new={"partner": partner.name},
    )
    tell(
        "own_organization_waiting",
        to=account_manager_or(partner, Permission.OWN_ORGANIZATIONS_DECIDE),
        facts={"organization": organization.name, "partner": partner.name, "by": str(asker)},
        cause=f"own_organization_waiting:{own.id}",
        at=at,
        link=desk_own_page(own),
        book_id=organization.book_id,
    )
    return own


def check_can_be_own(organization: Organization) -> None:
    """Asked again when the desk confirms."""
    seller = organization.seller
    if organization.kind != Organization.Kind.CUSTOMER or seller is None or not seller.is_the_provider:
        raise HasAnotherSeller(name=organization.name)


def _check_is_theirs(organization: Organization, asker: Person) -> None:
    membership = member_of(organization, asker)
    if membership is None or Role.CUSTOMER_OWNER not in membership.roles:
        raise NotItsOwner(name=organization.name)
