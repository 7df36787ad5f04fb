"""What becomes of invitations that nobody answers: a reminder to who invited, three days before, and then the end.

The tick carries both out at their own moments; each asks what is due up to a moment. One transaction writes one book
(R11), so each invitation has its own.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from kanal.audit.record import record
from kanal.identity.links import link_in
from kanal.identity.models import Invitation
from kanal.identity.permissions import Permission
from kanal.identity.readers import reader_or_those_who_may
from kanal.identity.subjects import invitation_subject
from kanal.kit.actor import Actor
from kanal.notices.tell import tell

REMINDED_BEFORE = timedelta(days=3)
EXPIRY = Actor.job("expire_invitations")


def next_invitation_to_expire(until: datetime) -> datetime | None:
    return _expired(until).order_by("expires_at").values_list("expires_at", flat=True).first()


def expire_invitations(*, at: datetime) -> None:
    for id_ in list(_expired(at).values_list("id", flat=True)):
        with transaction.atomic():
            for invitation in _expired(at).select_for_update(no_key=True).filter(id=id_):
                expire(invitation, at=at)


def expire(invitation: Invitation, *, at: datetime) -> None:
    invitation.outcome, invitation.ended_at = Invitation.Outcome.EXPIRED, at
    invitation.save(update_fields=["outcome", "ended_at"])
    record(
        "invitation.expired",
        invitation_subject(invitation),
        by=EXPIRY,
        at=at,
        book_id=invitation.organization.book_id,
        organization_id=invitation.organization_id,
    )


def next_invitation_to_remind_of(until: datetime) -> datetime | None:
    first = _unanswered(until).order_by("expires_at").values_list("expires_at", flat=True).first()
    return first - REMINDED_BEFORE if first else None


def remind_of_invitations(*, at: datetime) -> None:
    for id_ in list(_unanswered(at).values_list("id", flat=True)):
        with transaction.atomic():
            for invitation in _unanswered(at).select_for_update(no_key=True).filter(id=id_):
                _remind(invitation, at=at)


def _expired(at: datetime) -> QuerySet[Invitation]:
    return Invitation.objects.filter(outcome=Invitation.Outcome.OPEN, expires_at__lte=at)


def _unanswered(at: datetime) -> QuerySet[Invitation]:
    return _expired(at + REMINDED_BEFORE).filter(reminded_at=None)


def _remind(invitation: Invitation, *, at: datetime) -> None:
    """Told to who invited, or, once they have left, to whoever manages members."""
    organization = invitation.organization
    invitation.reminded_at = at
    invitation.save(update_fields=["reminded_at"])
    tell(
        "invitation_expiring",
        to=reader_or_those_who_may(organization, invitation.invited_by, Permission.MEMBERS_MANAGE),
        facts={"organization": organization.name, "email": invitation.email, "expires_at": invitation.expires_at},
        cause=f"invitation_expiring:{invitation.id}:{invitation.times_sent}",
        at=at,
        link=link_in(organization, "members"),
        book_id=organization.book_id,
    )
