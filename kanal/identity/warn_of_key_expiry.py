"""Say that a key is about to end, seven days before, and that it has ended.

The tick carries both out at their own moments; each asks what is due up to a moment. One transaction writes one book
(R11), so each key has its own.
"""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from kanal.audit.record import record
from kanal.identity.links import link_in
from kanal.identity.models import KEY_ENDS_SOON, ApiKey
from kanal.identity.permissions import Permission
from kanal.identity.readers import reader_and_those_who_may
from kanal.identity.subjects import api_key_subject
from kanal.kit.actor import Actor
from kanal.notices.tell import tell

EXPIRY = Actor.job("expire_api_keys")


def next_key_to_warn_of(until: datetime) -> datetime | None:
    first = _ending(until).order_by("expires_at").values_list("expires_at", flat=True).first()
    return first - KEY_ENDS_SOON if first else None


def warn_of_expiring_keys(*, at: datetime) -> None:
    for id_ in list(_ending(at).values_list("id", flat=True)):
        with transaction.atomic():
            for key in _ending(at).select_for_update(no_key=True).filter(id=id_):
                key.warned_at = at
                key.save(update_fields=["warned_at"])
                _tell("api_key_expiring", key, at=at)


def next_key_to_expire(until: datetime) -> datetime | None:
    return _ended(until).order_by("expires_at").values_list("expires_at", flat=True).first()


def tell_of_expired_keys(*, at: datetime) -> None:
    """The key stopped by itself at its end; this is when it is said and recorded."""
    for id_ in list(_ended(at).values_list("id", flat=True)):
        with transaction.atomic():
            for key in _ended(at).select_for_update(no_key=True).filter(id=id_):
                _tell_of_end(key, at=at)


def _ending(at: datetime) -> QuerySet[ApiKey]:
    return ApiKey.objects.filter(ended_at=None, warned_at=None, expires_at__lte=at + KEY_ENDS_SOON)


def _ended(at: datetime) -> QuerySet[ApiKey]:
    return ApiKey.objects.filter(ended_at=None, expiry_told_at=None, expires_at__lte=at)


def _tell_of_end(key: ApiKey, *, at: datetime) -> None:
    key.expiry_told_at = at
    key.save(update_fields=["expiry_told_at"])
    record(
        "api_key.expired",
        api_key_subject(key),
        by=EXPIRY,
        at=at,
        book_id=key.organization.book_id,
        organization_id=key.organization_id,
    )
    _tell("api_key_expired", key, at=at)


def _tell(kind: str, key: ApiKey, *, at: datetime) -> None:
    tell(
        kind,
        to=reader_and_those_who_may(key.organization, key.made_by, Permission.API_KEYS_MANAGE),
        facts={
            "organization": key.organization.name,
            "key": key.name,
            "begins_with": key.shown_prefix,
            "expires_at": key.expires_at,
        },
        cause=f"{kind}:{key.id}",
        at=at,
        link=link_in(key.organization, "api-keys"),
        book_id=key.organization.book_id,
    )
