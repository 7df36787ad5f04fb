"""Reject an application, with a reason that the organization reads.

PROG-2 PENDING → REJECTED (with a reason; it may apply again), decided by the desk; both sides are mailed.
"""

from datetime import datetime

from django.db import transaction

from kanal.identity.acting import acting_person
from kanal.identity.change_billing_default import ReasonMissing
from kanal.identity.desk_only import check_is_the_desk
from kanal.kit.actor import Actor
from kanal.partners.close_application import close_application
from kanal.partners.models import PartnerApplication
from kanal.partners.open_application import locked_open_application


@transaction.atomic
def reject_partner(*, application: PartnerApplication, why: str, by: Actor, at: datetime) -> PartnerApplication:
    application = locked_open_application(application)
    check_is_the_desk(by)
    if not why.strip():
        raise ReasonMissing
    application.why = why.strip()
    application.state = PartnerApplication.State.REJECTED
    application.decided_by, application.decided_at = acting_person(by), at
    close_application("rejected", application, by=by, at=at)
    return application
