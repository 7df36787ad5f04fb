"""Send an invitation again: a new link for another fourteen days; the old one no longer works.

ID-1  Only the newest link works.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from kanal.audit.record import record
from kanal.identity.invite_colleague import LIFE, send_invitation
from kanal.identity.models import Invitation
from kanal.identity.secret import digest_of, new_secret
from kanal.identity.subjects import invitation_subject
from kanal.identity.withdraw_invitation import locked_open_invitation
from kanal.kit.actor import Actor
from kanal.kit.refusal import Refusal

PAUSE = timedelta(minutes=3)


@dataclass(eq=False)
class SentAMomentAgo(Refusal):
    code = "sent_a_moment_ago"
    minutes: int

    def __str__(self) -> str:
        return _("This invitation was sent a moment ago. Wait %(minutes)d minutes before sending it again.") % (
            self.words()
        )


@transaction.atomic
def resend_invitation(*, invitation: Invitation, by: Actor, at: datetime) -> Invitation:
    invitation = locked_open_invitation(invitation, at=at)
    if at < invitation.sent_at + PAUSE:
        raise SentAMomentAgo(minutes=PAUSE.seconds // 60)
    secret = new_secret()
    invitation.secret_digest = digest_of(secret)
    invitation.times_sent += 1
    invitation.sent_at, invitation.expires_at, invitation.reminded_at = at, at + LIFE, None
    invitation.save(update_fields=["secret_digest", "times_sent", "sent_at", "expires_at", "reminded_at"])
    record(
        "invitation.sent_again",
        invitation_subject(invitation),
        by=by,
        at=at,
        book_id=invitation.organization.book_id,
        organization_id=invitation.organization_id,
        new={"expires_at": invitation.expires_at},
    )
    send_invitation(invitation, secret, at=at)
    return invitation
