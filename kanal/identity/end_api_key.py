"""End a key: from this moment no program comes in with it.

ALL-2 Who ended it and when is recorded.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from kanal.audit.record import record
from kanal.identity.acting import acting_person
from kanal.identity.models import ApiKey, Membership, Person
from kanal.identity.subjects import api_key_subject
from kanal.kit.actor import Actor
from kanal.kit.locked import locked
from kanal.kit.refusal import Refusal


@dataclass(eq=False)
class KeyEndedAlready(Refusal):
    code = "key_ended_already"
    name: str

    def __str__(self) -> str:
        return _("The key “%(name)s” has ended already; nothing is left to do.") % self.words()


@transaction.atomic
def end_api_key(*, key: ApiKey, by: Actor, at: datetime) -> ApiKey:
    key = locked(key)
    if not key.is_alive(at):
        raise KeyEndedAlready(name=key.name)
    return _end(key, ended_by=acting_person(by), by=by, at=at)


def end_keys_of_member(membership: Membership, *, ended_by: Person, by: Actor, at: datetime) -> None:
    """Inside the transaction that ends the membership."""
    keys = ApiKey.objects.filter(
        organization=membership.organization, made_by=membership.person, ended_at=None, expires_at__gt=at
    )
    for key in keys.select_for_update(no_key=True).order_by("id"):
        _end(key, ended_by=ended_by, by=by, at=at)


def _end(key: ApiKey, *, ended_by: Person, by: Actor, at: datetime) -> ApiKey:
    key.ended_at, key.ended_by = at, ended_by
    key.save(update_fields=["ended_at", "ended_by"])
    record(
        "api_key.ended",
        api_key_subject(key),
        by=by,
        at=at,
        book_id=key.organization.book_id,
        organization_id=key.organization_id,
    )
    return key
