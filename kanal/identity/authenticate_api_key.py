"""Who a program is, by its key.

ID-8  A key can do what it was given and what its maker may at this moment, whichever is less.
"""

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils.translation import gettext as _

from kanal.identity.models import ApiKey, Membership, Organization
from kanal.identity.permissions import Permission, scopes_open_to
from kanal.identity.queries import member_of
from kanal.identity.secret import digest_of
from kanal.kit.actor import Actor
from kanal.kit.refusal import Refusal

NOTED_EVERY = timedelta(minutes=1)


@dataclass(eq=False)
class KeyNotAccepted(Refusal):
    """One sentence for every cause: a stranger learns nothing about keys that exist."""

    code = "key_not_accepted"

    def __str__(self) -> str:
        return _("This API key is not valid, or not any more. Ask an administrator of your organization for a new one.")


@dataclass(frozen=True, slots=True)
class Program:
    """Somebody's key, in use: what it may do, and for whom it does it."""

    key: ApiKey
    membership: Membership
    permissions: frozenset[Permission]

    @property
    def organization(self) -> Organization:
        return self.key.organization

    def acting(self, *, address: str = "", device: str = "", request_id: str = "") -> Actor:
        return Actor(
            kind="API_KEY",
            id=str(self.key.id),
            name=self.key.name,
            organization_id=self.key.organization_id,
            address=address,
            device=device,
            request_id=request_id,
        )


def authenticate_api_key(*, secret: str, address: str, at: datetime) -> Program:
    digest = digest_of(secret)
    key = ApiKey.objects.filter(digest=digest).select_related("organization", "made_by").first()
    if key is None or not hmac.compare_digest(bytes(key.digest), digest) or not key.is_alive(at):
        raise KeyNotAccepted
    membership = member_of(key.organization, key.made_by)
    if membership is None or not key.made_by.is_active:
        raise KeyNotAccepted
    _note_use(key, address=address, at=at)
    permissions = frozenset(each for each in scopes_open_to(membership.roles) if each.value in key.scopes)
    return Program(key, membership, permissions)


def _note_use(key: ApiKey, *, address: str, at: datetime) -> None:
    """At most once a minute: a busy program must not write a row with every request."""
    stale = Q(last_used_at=None) | Q(last_used_at__lte=at - NOTED_EVERY)
    if key.last_used_at is None or key.last_used_at <= at - NOTED_EVERY:
        ApiKey.objects.filter(stale, id=key.id).update(last_used_at=at, last_used_address=address)
