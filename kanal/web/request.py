"""Who is asking: what the middleware puts on each request, typed for the views.

A page of a door takes `PortalRequest`; a person's own account takes `OwnRequest`, since a person may belong to no
organization yet; an open page takes `OpenRequest`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from kanal.identity.models import Membership, Organization, Person
from kanal.identity.permissions import Permission
from kanal.kit.actor import Actor
from kanal.web.access import Door
from kanal.web.shell import Shell

DEVICE_LENGTH = 300


class OpenRequest(HttpRequest):
    at: datetime
    request_id: str
    htmx: HtmxDetails
    person: Person | None
    organization: Organization | None
    membership: Membership | None
    permissions: frozenset[Permission]
    memberships: Sequence[Membership]
    door: Door | None
    actor: Actor | None
    shell: Shell | None


class OwnRequest(HttpRequest):
    at: datetime
    request_id: str
    htmx: HtmxDetails
    person: Person
    organization: Organization | None
    membership: Membership | None
    permissions: frozenset[Permission]
    memberships: Sequence[Membership]
    door: Door | None
    actor: Actor
    shell: Shell


class PortalRequest(HttpRequest):
    at: datetime
    request_id: str
    htmx: HtmxDetails
    person: Person
    organization: Organization
    membership: Membership
    permissions: frozenset[Permission]
    memberships: Sequence[Membership]
    door: Door
    actor: Actor
    shell: Shell


def address_of(request: HttpRequest) -> str:
    """Where it came from. Behind a proxy its last word counts; the others can be made up."""
    if settings.BEHIND_PROXY:
        forwarded = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",") if part.strip()]
        if forwarded:
            return forwarded[-1]
    return str(request.META.get("REMOTE_ADDR") or "")


def device_of(request: HttpRequest) -> str:
    return request.headers.get("User-Agent", "")[:DEVICE_LENGTH]


def actor_of(request: HttpRequest, person: Person, organization: Organization | None) -> Actor:
    return Actor(
        kind="PERSON",
        id=str(person.id),
        name=str(person),
        organization_id=organization.id if organization else None,
        address=address_of(request),
        device=device_of(request),
        request_id=getattr(request, "request_id", ""),
    )
