"""Ask to become a partner.

PROG-1 Only an ENTERPRISE organization that is nobody's customer applies to be a partner, accepting the terms.
PROG-2 The desk has 3 working days; both sides are mailed. After a rejection it may apply again.
"""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from kanal.audit.record import record
from kanal.identity.acting import acting_person
from kanal.identity.models import Organization
from kanal.identity.permissions import Permission
from kanal.kit.actor import Actor
from kanal.kit.calendar import vietnam
from kanal.kit.locked import locked
from kanal.kit.refusal import Refusal
from kanal.notices.tell import tell
from kanal.partners.conditions import check_conditions
from kanal.partners.links import APPLICATION_PAGE, desk_application_page
from kanal.partners.models import PartnerApplication
from kanal.partners.queries import open_application_of
from kanal.partners.readers import desk_readers, heads_of
from kanal.partners.subjects import application_subject
from kanal.partners.terms import EDITION

WORKING_DAYS_TO_DECIDE = 3


@dataclass(eq=False)
class ApplicationWaits(Refusal):
    code = "application_waits"
    name: str

    def __str__(self) -> str:
        return (
            _("%(name)s has applied already. Wait for the answer, or withdraw that application first.") % self.words()
        )


@dataclass(eq=False)
class TermsNotAccepted(Refusal):
    code = "terms_not_accepted"
    field = "terms"
    edition: str

    def __str__(self) -> str:
        return _("Read the terms of the partner programme, edition %(edition)s, and accept them.") % self.words()


@transaction.atomic
def apply_to_be_partner(
    *, organization: Organization, terms_edition: str, by: Actor, at: datetime
) -> PartnerApplication:
    """`terms_edition` is the one that was read; if another is in force by now, it has to be read first."""
    organization = locked(organization)
    asker = acting_person(by)
    check_conditions(organization)
    if open_application_of(organization) is not None:
        raise ApplicationWaits(name=organization.name)
    if terms_edition != EDITION:
        raise TermsNotAccepted(edition=EDITION)
    application = PartnerApplication.objects.create(
        organization=organization,
        terms_edition=terms_edition,
        asked_by=asker,
        asked_at=at,
        due_at=vietnam().due_at(at, WORKING_DAYS_TO_DECIDE, ZoneInfo(settings.TIME_ZONE)),
    )
    record(
        "partner_application.made",
        application_subject(application),
        by=by,
        at=at,
        book_id=organization.book_id,
        organization_id=organization.id,
        new={"terms_edition": terms_edition, "answer_until": application.due_at},
    )
    _tell_both_sides(application, at=at)
    return application


def _tell_both_sides(application: PartnerApplication, *, at: datetime) -> None:
    organization = application.organization
    facts = {
        "organization": organization.name,
        "tax_code": organization.tax_code,
        "by": str(application.asked_by),
        "due_at": application.due_at,
    }
    for kind, readers, link in (
        ("partner_application_received", heads_of(organization), APPLICATION_PAGE),
        (
            "partner_application_waiting",
            desk_readers(Permission.PARTNER_APPLICATIONS_DECIDE),
            desk_application_page(application),
        ),
    ):
        cause = f"{kind}:{application.id}"
        tell(kind, to=readers, facts=facts, cause=cause, at=at, link=link, book_id=organization.book_id)
