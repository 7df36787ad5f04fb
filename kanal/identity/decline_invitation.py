"""Say no to an invitation, with the link that was mailed; no account is needed for that.

ALL-2 Who declined is recorded: the person, or the address that the link went to.
"""

from datetime import datetime

from django.db import transaction

from kanal.audit.record import record
from kanal.identity.accept_invitation import locked_invitation_by_secret, tell_inviter
from kanal.identity.models import Invitation
from kanal.identity.subjects import invitation_subject
from kanal.kit.actor import Actor


@transaction.atomic
def decline_invitation(*, secret: str, by: Actor, at: datetime) -> Invitation:
    invitation = locked_invitation_by_secret(secret, at=at)
    invitation.outcome, invitation.ended_at = Invitation.Outcome.DECLINED, at
    invitation.save(update_fields=["outcome", "ended_at"])
    record(
        "invitation.declined",
        invitation_subject(invitation),
        by=by,
        at=at,
        book_id=invitation.organization.book_id,
        organization_id=invitation.organization_id,
    )
    tell_inviter("invitation_declined", invitation, name=invitation.email, at=at)
    return invitation


def whoever_was_invited(invitation: Invitation, *, address: str, device: str, request_id: str) -> Actor:
    """Whoever holds the link without being signed in, known by the address it was mailed to."""
    return Actor(
        kind="PERSON",
        id=invitation.email,
        name=invitation.email,
        organization_id=None,
        address=address,
        device=device,
        request_id=request_id,
    )
