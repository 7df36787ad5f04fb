"""Take an application back before the desk has decided.

PROG-2 Both sides are mailed; it may apply again.
"""

from datetime import datetime

from django.db import transaction

from kanal.identity.acting import acting_person
from kanal.kit.actor import Actor
from kanal.partners.close_application import close_application
from kanal.partners.models import PartnerApplication
from kanal.partners.open_application import locked_open_application


@transaction.atomic
def withdraw_application(*, application: PartnerApplication, by: Actor, at: datetime) -> PartnerApplication:
    application = locked_open_application(application)
    application.state = PartnerApplication.State.WITHDRAWN
    application.decided_by, application.decided_at = acting_person(by), at
    close_application("withdrawn", application, by=by, at=at)
    return application
