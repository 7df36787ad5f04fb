"""Take an invitation back: its link no longer works.

ALL-2 Who took it back is recorded.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from kanal.audit.record import record
from kanal.identity.models import Invitation
from kanal.identity.subjects import invitation_subject
from kanal.kit.actor import Actor
from kanal.kit.locked import locked
from kanal.kit.refusal import Refusal


@dataclass(eq=False)
class InvitationEnded(Refusal):
    """What became of it: only somebody with the link, or of the organization, ever reads this."""

    code = "invitation_ended"
    outcome: str

    def __str__(self) -> str:
        sentences = {
            Invitation.Outcome.ACCEPTED: _("This invitation was accepted already; sign in to go on."),
            Invitation.Outcome.DECLINED: _(
                "This invitation was declined. Ask to be invited again if you want to join."
            ),
            Invitation.Outcome.WITHDRAWN: _("This invitation was withdrawn. Ask whoever invited you."),
            Invitation.Outcome.EXPIRED: _("This invitation has expired. Ask whoever invited you for a new one."),
        }
        return sentences[Invitation.Outcome(self.outcome)]


@transaction.atomic
def withdraw_invitation(*, invitation: Invitation, by: Actor, at: datetime) -> Invitation:
    invitation = locked_open_invitation(invitation, at=at)
    invitation.outcome, invitation.ended_at = Invitation.Outcome.WITHDRAWN, at
    invitation.save(update_fields=["outcome", "ended_at"])
    record(
        "invitation.withdrawn",
        invitation_subject(invitation),
        by=by,
        at=at,
        book_id=invitation.organization.book_id,
        organization_id=invitation.organization_id,
    )
    return invitation


def locked_open_invitation(invitation: Invitation, *, at: datetime) -> Invitation:
    """The organization first, as everywhere: whoever joins or is asked to is decided in one line."""
    organization = locked(invitation.organization)
    invitation = locked(invitation)
    invitation.organization = organization
    if not invitation.is_open(at):
        raise InvitationEnded(outcome=invitation.standing(at))
    return invitation
