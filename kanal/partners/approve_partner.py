"""Approve an application: the organization is a partner from this moment, and its portal opens.

PROG-1 The conditions are checked again.
PROG-2 PENDING → APPROVED, decided by the desk; both sides are mailed.
PROG-3 The partner's areas stay closed until approval: it is the kind of the organization that opens them.
"""

from datetime import datetime

from django.db import transaction

from kanal.audit.record import record
from kanal.identity.acting import acting_person
from kanal.identity.desk_only import check_is_the_desk
from kanal.identity.make_partner import make_partner
from kanal.identity.permissions import Permission
from kanal.kit.actor import Actor
from kanal.notices.tell import tell
from kanal.partners.conditions import check_conditions
from kanal.partners.links import PARTNER_OVERVIEW, desk_partner_page
from kanal.partners.models import Partner, PartnerApplication
from kanal.partners.open_application import locked_open_application
from kanal.partners.readers import desk_readers, heads_of
from kanal.partners.subjects import application_subject


@transaction.atomic
def approve_partner(*, application: PartnerApplication, by: Actor, at: datetime) -> Partner:
    """Its own book becomes the partner's: it stands just below the provider, so its customers' accounts open there."""
    application = locked_open_application(application)
    check_is_the_desk(by)
    check_conditions(application.organization)
    organization = make_partner(organization=application.organization, by=by, at=at)
    application.organization = organization
    application.state = PartnerApplication.State.APPROVED
    application.decided_by, application.decided_at = acting_person(by), at
    application.save(update_fields=["state", "decided_by", "decided_at"])
    partner = Partner.objects.create(organization=organization, approved_at=at)
    record(
        "partner_application.approved",
        application_subject(application),
        by=by,
        at=at,
        book_id=organization.book_id,
        organization_id=organization.id,
        old={"state": PartnerApplication.State.PENDING},
        new={"state": PartnerApplication.State.APPROVED},
    )
    _tell_both_sides(application, partner, at=at)
    return partner


def _tell_both_sides(application: PartnerApplication, partner: Partner, *, at: datetime) -> None:
    organization = application.organization
    facts = {"organization": organization.name, "by": str(application.decided_by)}
    for kind, readers, link in (
        ("partner_application_approved", heads_of(organization), PARTNER_OVERVIEW),
        (
            "partner_joined",
            desk_readers(Permission.PARTNER_APPLICATIONS_DECIDE),
            desk_partner_page(partner),
        ),
    ):
        cause = f"{kind}:{application.id}"
        tell(kind, to=readers, facts=facts, cause=cause, at=at, link=link, book_id=organization.book_id)
