"""Join an organization by the link that was mailed.

ID-1  It joins only whoever has proved to receive mail at the address that was invited.
ID-6  The roles are those that were offered.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from kanal.audit.record import record
from kanal.identity.acting import acting_person
from kanal.identity.holding_roles import role_facts
from kanal.identity.links import link_in
from kanal.identity.models import Invitation, Membership
from kanal.identity.permissions import Permission
from kanal.identity.queries import invitation_by_secret, member_of, verified_addresses_of
from kanal.identity.readers import reader_or_those_who_may
from kanal.identity.subjects import member_subject
from kanal.identity.withdraw_invitation import locked_open_invitation
from kanal.kit.actor import Actor
from kanal.kit.refusal import Refusal
from kanal.notices.tell import tell


@dataclass(eq=False)
class InvitationUnknown(Refusal):
    code = "invitation_unknown"

    def __str__(self) -> str:
        return _(
            "This link does not work: it is incomplete, or a newer one has replaced it. "
            "Open the link in the newest mail, or ask whoever invited you to send it again."
        )


@dataclass(eq=False)
class InvitedAtAnotherAddress(Refusal):
    code = "invited_at_another_address"
    email: str

    def __str__(self) -> str:
        return _("This invitation is for %(email)s. Sign in with that address, or ask to be invited at yours.") % (
            self.words()
        )


@dataclass(eq=False)
class YouAreAMember(Refusal):
    code = "you_are_a_member"
    organization: str

    def __str__(self) -> str:
        return _("You are a member of %(organization)s already; switch to it in the top bar.") % self.words()


@transaction.atomic
def accept_invitation(*, secret: str, by: Actor, at: datetime) -> Membership:
    invitation = locked_invitation_by_secret(secret, at=at)
    organization, person = invitation.organization, acting_person(by)
    if invitation.email not in verified_addresses_of(person):
        raise InvitedAtAnotherAddress(email=invitation.email)
    if member_of(organization, person) is not None:
        raise YouAreAMember(organization=organization.name)
    invitation.outcome, invitation.ended_at = Invitation.Outcome.ACCEPTED, at
    invitation.save(update_fields=["outcome", "ended_at"])
    membership = Membership.objects.create(
        organization=organization,
        person=person,
        roles=invitation.roles,
        own_customers_only=invitation.own_customers_only,
        since_at=at,
    )
    record(
        "member.joined",
        member_subject(membership),
        by=by,
        at=at,
        book_id=organization.book_id,
        organization_id=organization.id,
        new=role_facts(membership.roles, own_customers_only=membership.own_customers_only),
    )
    tell_inviter("invitation_accepted", invitation, name=str(person), at=at)
    return membership


def locked_invitation_by_secret(secret: str, *, at: datetime) -> Invitation:
    """The secret is looked at again under the lock: a newer link may have replaced it meanwhile."""
    found = invitation_by_secret(secret)
    if found is None:
        raise InvitationUnknown
    invitation = locked_open_invitation(found, at=at)
    if bytes(invitation.secret_digest) != bytes(found.secret_digest):
        raise InvitationUnknown
    return invitation


def tell_inviter(kind: str, invitation: Invitation, *, name: str, at: datetime) -> None:
    organization = invitation.organization
    tell(
        kind,
        to=reader_or_those_who_may(organization, invitation.invited_by, Permission.MEMBERS_MANAGE),
        facts={"organization": organization.name, "email": invitation.email, "name": name},
        cause=f"{kind}:{invitation.id}",
        at=at,
        link=link_in(organization, "members"),
        book_id=organization.book_id,
    )
