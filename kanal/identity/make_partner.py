"""Turn a customer of the provider into a partner; its people keep their places under a partner's names.

ID-6  Owner, billing and viewer become admin, finance and viewer, also in invitations that are still open.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from kanal.audit.record import record
from kanal.identity.desk_only import check_is_the_desk
from kanal.identity.models import Invitation, Membership, Organization
from kanal.identity.roles import ON_BECOMING_A_PARTNER, Role, in_order
from kanal.identity.subjects import organization_subject
from kanal.kit.actor import Actor
from kanal.kit.locked import locked
from kanal.kit.refusal import Refusal


@dataclass(eq=False)
class NotAnEnterprise(Refusal):
    code = "not_an_enterprise"
    name: str

    def __str__(self) -> str:
        return _("%(name)s is registered as a person; only an enterprise can be a partner.") % self.words()


@dataclass(eq=False)
class NotACustomer(Refusal):
    code = "not_a_customer"
    name: str

    def __str__(self) -> str:
        return _("%(name)s is not a customer, so it cannot become a partner.") % self.words()


@transaction.atomic
def make_partner(*, organization: Organization, by: Actor, at: datetime) -> Organization:
    """That it may be one (PROG) is decided by whoever calls."""
    organization = locked(organization)
    check_is_the_desk(by)
    if organization.kind != Organization.Kind.CUSTOMER:
        raise NotACustomer(name=organization.name)
    if organization.legal_form != Organization.LegalForm.ENTERPRISE:
        raise NotAnEnterprise(name=organization.name)
    organization.kind = Organization.Kind.PARTNER
    organization.save(update_fields=["kind"])
    _rename_roles(organization)
    record(
        "organization.became_partner",
        organization_subject(organization),
        by=by,
        at=at,
        book_id=organization.book_id,
        organization_id=organization.id,
        old={"kind": Organization.Kind.CUSTOMER},
        new={"kind": Organization.Kind.PARTNER},
    )
    return organization


def _rename_roles(organization: Organization) -> None:
    """Those who left keep the roles they had."""
    for member in Membership.objects.filter(organization=organization, ended_at=None):
        member.roles = _as_partner(member.roles)
        member.save(update_fields=["roles"])
    for invitation in Invitation.objects.filter(organization=organization, outcome=Invitation.Outcome.OPEN):
        invitation.roles = _as_partner(invitation.roles)
        invitation.save(update_fields=["roles"])


def _as_partner(roles: list[str]) -> list[str]:
    return in_order(ON_BECOMING_A_PARTNER[Role(role)] for role in roles)
