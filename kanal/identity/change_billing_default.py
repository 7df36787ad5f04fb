"""Change whether what an organization makes from now on is prepaid or postpaid.

ID-5  Only the desk changes an organization's default between prepaid and postpaid, and it is recorded. The billing
      type belongs to the resource: a change of default touches only what is made afterwards.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from kanal.audit.record import record
from kanal.identity.desk_only import check_is_the_desk
from kanal.identity.links import link_in
from kanal.identity.models import Organization
from kanal.identity.permissions import Permission
from kanal.identity.readers import readers_who_may
from kanal.identity.subjects import organization_subject
from kanal.kit.actor import Actor
from kanal.kit.locked import locked
from kanal.kit.refusal import Refusal
from kanal.notices.tell import tell


@dataclass(eq=False)
class BillingDefaultAsItIs(Refusal):
    code = "billing_default_as_it_is"
    field = "billing_default"

    def __str__(self) -> str:
        return _("That is the default already; choose the other one, or leave it.")


@dataclass(eq=False)
class ReasonMissing(Refusal):
    code = "reason_missing"
    field = "why"

    def __str__(self) -> str:
        return _("Say why: the organization and the auditor will read it.")


@dataclass(eq=False)
class ProviderHasNoSeller(Refusal):
    code = "provider_has_no_seller"

    def __str__(self) -> str:
        return _("The provider buys from nobody, so this does not apply to it.")


@transaction.atomic
def change_billing_default(
    *, organization: Organization, to: Organization.BillingDefault, why: str, by: Actor, at: datetime
) -> Organization:
    organization = locked(organization)
    check_is_the_desk(by)
    if organization.is_the_provider:
        raise ProviderHasNoSeller
    if organization.billing_default == to:
        raise BillingDefaultAsItIs
    if not why.strip():
        raise ReasonMissing
    old, organization.billing_default = organization.billing_default, to
    organization.save(update_fields=["billing_default"])
    record(
        "organization.billing_default_changed",
        organization_subject(organization),
        by=by,
        at=at,
        book_id=organization.book_id,
        organization_id=organization.id,
        old={"billing_default": old},
        new={"billing_default": to},
        why=why.strip(),
    )
    tell(
        "billing_default_changed",
        to=readers_who_may(organization, Permission.ORGANIZATION_EDIT),
        facts={"organization": organization.name, "billing_default": billing_default_words(to), "why": why.strip()},
        cause=f"billing_default:{organization.id}:{at.isoformat()}",
        at=at,
        link=link_in(organization, "organization"),
        book_id=organization.book_id,
    )
    return organization


def billing_default_words(default: Organization.BillingDefault) -> str:
    """In English, which the template of the mail translates for its reader."""
    with override("en"):
        return str(default.label)
