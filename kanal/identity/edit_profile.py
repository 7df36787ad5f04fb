"""Change what an organization says of itself.

ALL-2 The record holds each changed fact, before and after.
"""

from datetime import datetime

from django.db import transaction

from kanal.audit.record import record
from kanal.identity.models import Organization
from kanal.identity.profile import Profile, checked_profile
from kanal.identity.subjects import organization_subject
from kanal.kit.actor import Actor
from kanal.kit.keys import search_key, sort_key
from kanal.kit.locked import locked
from kanal.kit.queue import enqueue


@transaction.atomic
def edit_profile(*, organization: Organization, profile: Profile, by: Actor, at: datetime) -> Organization:
    """What stays as it is leaves no record."""
    organization = locked(organization)
    before = Profile.of(organization).facts()
    checked = checked_profile(profile, legal_form=organization.legal_form)
    new = {name: value for name, value in checked.facts().items() if value != before[name]}
    if not new:
        return organization
    for name, value in new.items():
        setattr(organization, name, value)
    organization.search_key = search_key(checked.search_words())
    organization.sort_key = sort_key(checked.name)
    organization.save(update_fields=[*new, "search_key", "sort_key"])
    record(
        "organization.profile_edited",
        organization_subject(organization),
        by=by,
        at=at,
        book_id=organization.book_id,
        organization_id=organization.id,
        old={name: before[name] for name in new},
        new=new,
    )
    if "name" in new:
        enqueue("follow_renaming", at=at, book_id=organization.book_id, organization_id=organization.id)
    return organization
