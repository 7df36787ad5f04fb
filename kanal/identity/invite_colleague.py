"""Ask a colleague by mail to join an organization.

ID-1  The link goes to the address, and joins only whoever proves to read mail there.
ID-6  What is offered are roles of this organization.
ID-4  Whether the address has an account is never told.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from kanal.audit.record import record
from kanal.identity.acting import acting_person
from kanal.identity.expire_invitations import expire
from kanal.identity.holding_roles import checked_roles, role_facts
from kanal.identity.models import Invitation, Organization
from kanal.identity.profile import EmailWrong, checked_email
from kanal.identity.queries import invitations_of, members_of, open_invitations_of, person_by_email
from kanal.identity.roles import role_words
from kanal.identity.secret import digest_of, new_secret
from kanal.identity.subjects import invitation_subject
from kanal.identity.tidy import tidy
from kanal.kit.actor import Actor
from kanal.kit.locked import locked
from kanal.kit.refusal import Refusal
from kanal.notices.tell import Reader, tell

LIFE = timedelta(days=14)
MOST_A_DAY = 100


@dataclass(eq=False)
class MemberAlready(Refusal):
    code = "member_already"
    field = "email"
    email: str

    def __str__(self) -> str:
        return _("%(email)s is a member already; change their roles in the list instead.") % self.words()


@dataclass(eq=False)
class InvitedAlready(Refusal):
    code = "invited_already"
    field = "email"
    email: str

    def __str__(self) -> str:
        return _("%(email)s is invited already; send that invitation again, or withdraw it first.") % self.words()


@dataclass(eq=False)
class TooManyInvitations(Refusal):
    code = "too_many_invitations"
    most: int

    def __str__(self) -> str:
        return _("%(most)d invitations were sent within a day. Send the next ones tomorrow.") % self.words()


@transaction.atomic
def invite_colleague(
    *,
    organization: Organization,
    email: str,
    roles: Sequence[str],
    by: Actor,
    at: datetime,
    own_customers_only: bool = False,
) -> Invitation:
    organization = locked(organization)
    inviter = acting_person(by)
    email = _checked_address(email)
    roles = checked_roles(organization, roles, own_customers_only=own_customers_only)
    _check_is_new(organization, email, at=at)
    secret = new_secret()
    invitation = Invitation.objects.create(
        organization=organization,
        email=email,
        roles=roles,
        own_customers_only=own_customers_only,
        secret_digest=digest_of(secret),
        invited_by=inviter,
        invited_at=at,
        sent_at=at,
        expires_at=at + LIFE,
    )
    record(
        "member.invited",
        invitation_subject(invitation),
        by=by,
        at=at,
        book_id=organization.book_id,
        organization_id=organization.id,
        new={"email": email, **role_facts(roles, own_customers_only=own_customers_only)},
    )
    send_invitation(invitation, secret, at=at)
    return invitation


def send_invitation(invitation: Invitation, secret: str, *, at: datetime) -> None:
    """The mail with the link: the only place where the secret goes."""
    organization, inviter = invitation.organization, invitation.invited_by
    known = person_by_email(invitation.email)
    tell(
        "colleague_invited",
        to=[
            Reader(
                email=invitation.email,
                name=known.name if known else "",
                language=known.language if known else inviter.language,
            )
        ],
        facts={
            "organization": organization.name,
            "by": str(inviter),
            "roles": role_words(invitation.roles),
            "expires_at": invitation.expires_at,
        },
        cause=f"invitation:{invitation.id}:{invitation.times_sent}",
        at=at,
        link=f"/invitations/{secret}/",
        book_id=organization.book_id,
    )


def _checked_address(email: str) -> str:
    email = checked_email(tidy(email))
    if not email:
        raise EmailWrong(email=email)
    return email


def _check_is_new(organization: Organization, email: str, *, at: datetime) -> None:
    if members_of(organization).filter(person__email=email).exists():
        raise MemberAlready(email=email)
    for invitation in open_invitations_of(organization).filter(email=email):
        if invitation.is_open(at):
            raise InvitedAlready(email=email)
        expire(invitation, at=at)
    if invitations_of(organization).filter(invited_at__gt=at - timedelta(days=1)).count() >= MOST_A_DAY:
        raise TooManyInvitations(most=MOST_A_DAY)
