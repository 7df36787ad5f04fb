"""Write down, and tell both sides, that an application ended without a partner.

PROG-2 Both sides are mailed at each step.
"""

from datetime import datetime
from typing import Literal

from kanal.audit.record import record
from kanal.identity.permissions import Permission
from kanal.kit.actor import Actor
from kanal.notices.tell import tell
from kanal.partners.links import APPLICATION_PAGE, desk_application_page
from kanal.partners.models import PartnerApplication
from kanal.partners.readers import desk_readers, heads_of
from kanal.partners.subjects import application_subject


def close_application(
    how: Literal["rejected", "withdrawn"], application: PartnerApplication, /, *, by: Actor, at: datetime
) -> None:
    """Only the verbs that decide call it, each inside its own transaction and under its lock."""
    application.save(update_fields=["state", "decided_by", "decided_at", "why"])
    organization = application.organization
    record(
        f"partner_application.{how}",
        application_subject(application),
        by=by,
        at=at,
        book_id=organization.book_id,
        organization_id=organization.id,
        old={"state": PartnerApplication.State.PENDING},
        new={"state": application.state},
        why=application.why,
    )
    sides = (
        ("applicant", heads_of(organization), APPLICATION_PAGE),
        ("desk", desk_readers(Permission.PARTNER_APPLICATIONS_DECIDE), desk_application_page(application)),
    )
    for side, readers, link in sides:
        tell(
            f"partner_application_{how}",
            to=readers,
            facts={"organization": organization.name, "by": str(application.decided_by), "why": application.why},
            cause=f"partner_application_{how}:{application.id}:{side}",
            at=at,
            link=link,
            book_id=organization.book_id,
        )
