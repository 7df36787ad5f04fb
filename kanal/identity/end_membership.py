"""Take somebody out of an organization, or leave it oneself.

ID-6  The last admin or owner cannot be removed, also when two try at once.
"""

from datetime import datetime

from django.db import transaction

from kanal.audit.record import record
from kanal.identity.acting import acting_person
from kanal.identity.end_api_key import end_keys_of_member
from kanal.identity.holding_roles import check_a_head_stays
from kanal.identity.members import locked_membership
from kanal.identity.models import Membership
from kanal.identity.readers import reader
from kanal.identity.subjects import member_subject
from kanal.kit.actor import Actor
from kanal.notices.tell import tell


@transaction.atomic
def end_membership(*, membership: Membership, by: Actor, at: datetime, why: str = "") -> Membership:
    """The keys that the member made end with it: they never could do more than their maker."""
    membership = locked_membership(membership)
    organization = membership.organization
    check_a_head_stays(organization, membership)
    membership.ended_at = at
    membership.save(update_fields=["ended_at"])
    end_keys_of_member(membership, ended_by=acting_person(by), by=by, at=at)
    record(
        "member.ended",
        member_subject(membership),
        by=by,
        at=at,
        book_id=organization.book_id,
        organization_id=organization.id,
        old={"roles": membership.roles},
        why=why,
    )
    tell(
        "membership_ended",
        to=[reader(membership.person)],
        facts={"organization": organization.name, "by": by.name, "why": why},
        cause=f"membership_ended:{membership.id}",
        at=at,
        book_id=organization.book_id,
    )
    return membership
