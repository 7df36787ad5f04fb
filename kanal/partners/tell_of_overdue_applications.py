"""Tell the desk, once, of each application that has waited for its three working days.

PROG-2 The clock of 3 working days is shown and overdue applications stand out.

One transaction writes one book (R11), so each application has its own.
"""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from kanal.audit.record import record
from kanal.identity.permissions import Permission
from kanal.kit.actor import Actor
from kanal.notices.tell import tell
from kanal.partners.links import desk_application_page
from kanal.partners.models import PartnerApplication
from kanal.partners.readers import desk_readers
from kanal.partners.subjects import application_subject

CLOCK = Actor.job("tell_of_overdue_applications")


def next_application_to_be_overdue(until: datetime) -> datetime | None:
    return _untold(until).order_by("due_at").values_list("due_at", flat=True).first()


def tell_of_overdue_applications(*, at: datetime) -> None:
    for id_ in list(_untold(at).values_list("id", flat=True)):
        with transaction.atomic():
            for application in _untold(at).select_for_update(no_key=True).filter(id=id_):
                _tell(application, at=at)


def _untold(at: datetime) -> QuerySet[PartnerApplication]:
    pending = PartnerApplication.State.PENDING
    return PartnerApplication.objects.filter(state=pending, overdue_told_at=None, due_at__lte=at)


def _tell(application: PartnerApplication, *, at: datetime) -> None:
    organization = application.organization
    application.overdue_told_at = at
    application.save(update_fields=["overdue_told_at"])
    record(
        "partner_application.became_overdue",
        application_subject(application),
        by=CLOCK,
        at=at,
        book_id=organization.book_id,
        organization_id=organization.id,
    )
    tell(
        "partner_application_overdue",
        to=desk_readers(Permission.PARTNER_APPLICATIONS_DECIDE),
        facts={"organization": organization.name, "asked_at": application.asked_at, "due_at": application.due_at},
        cause=f"partner_application_overdue:{application.id}",
        at=at,
        link=desk_application_page(application),
        book_id=organization.book_id,
    )
