"""A membership, read again under the locks that decide about members."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from kanal.identity.models import Membership
from kanal.kit.locked import locked
from kanal.kit.refusal import Refusal


@dataclass(eq=False)
class NoLongerAMember(Refusal):
    code = "no_longer_a_member"
    name: str

    def __str__(self) -> str:
        return _("%(name)s is no longer a member. Invite them again if they should be.") % self.words()


def locked_membership(membership: Membership) -> Membership:
    """The organization first, always: whoever may leave is decided for all its members in one line."""
    organization = locked(membership.organization)
    membership = locked(membership)
    membership.organization = organization
    if membership.ended_at is not None:
        raise NoLongerAMember(name=str(membership.person))
    return membership
