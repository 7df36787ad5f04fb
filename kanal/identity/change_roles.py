"""Give a member other roles.

ID-6  Members hold roles; the last admin or owner cannot be demoted, also when two try at once.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from kanal.audit.record import record
from kanal.identity.holding_roles import check_a_head_stays, checked_roles
from kanal.identity.links import link_in
from kanal.identity.members import locked_membership
from kanal.identity.models import Membership
from kanal.identity.readers import reader
from kanal.identity.roles import HEADS, role_words
from kanal.identity.subjects import member_subject
from kanal.kit.actor import Actor
from kanal.notices.tell import tell


@transaction.atomic
def change_roles(
    *, membership: Membership, roles: Sequence[str], by: Actor, at: datetime, own_customers_only: bool = False
) -> Membership:
    membership = locked_membership(membership)
    organization = membership.organization
    checked = checked_roles(organization, roles, own_customers_only=own_customers_only)
    new = {"roles": checked, "own_customers_only": own_customers_only}
    old = {"roles": membership.roles, "own_customers_only": membership.own_customers_only}
    if new == old:
        return membership
    if HEADS[organization.kind] not in checked:
        check_a_head_stays(organization, membership)
    membership.roles, membership.own_customers_only = checked, own_customers_only
    membership.save(update_fields=["roles", "own_customers_only"])
    record(
        "member.roles_changed",
        member_subject(membership),
        by=by,
        at=at,
        book_id=organization.book_id,
        organization_id=organization.id,
        old=old,
        new=new,
    )
    tell(
        "roles_changed",
        to=[reader(membership.person, organization)],
        facts={"organization": organization.name, "by": by.name, "roles": role_words(membership.roles)},
        cause=f"roles:{membership.id}:{at.isoformat()}",
        at=at,
        link=link_in(organization, "members"),
        book_id=organization.book_id,
    )
    return membership
