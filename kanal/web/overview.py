"""What the overviews of all doors share: one's organization at a glance, from what is really there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from kanal.audit.operator_queries import all_records
from kanal.audit.queries import timeline_of
from kanal.identity import queries
from kanal.identity.models import ApiKey, Invitation, SignInAttempt
from kanal.identity.permissions import Permission
from kanal.identity.subjects import organization_subject
from kanal.web.access import Door
from kanal.web.parts.shapes import Happened
from kanal.web.parts.timeline import happened
from kanal.web.request import PortalRequest

COUNTED = 10_000
SHOWN = 5
SOON = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Figure:
    """`standing` is "warn" or "bad" where somebody should look."""

    label: str | Promise
    value: str
    note: str = ""
    url: str = ""
    standing: str = ""


@dataclass(frozen=True, slots=True)
class Urls:
    """Where the parts of an overview lead on to, behind its own door."""

    door: Door

    @property
    def members(self) -> str:
        return reverse(f"{self.door}_members")

    @property
    def invitations(self) -> str:
        return reverse(f"{self.door}_invitations")

    @property
    def keys(self) -> str:
        return reverse(f"{self.door}_api_keys")


@dataclass(frozen=True, slots=True)
class Glance:
    figures: list[Figure]
    invitations: list[Invitation] | None
    keys: list[ApiKey] | None
    sign_ins: list[SignInAttempt]
    history: list[Happened]
    urls: Urls


def glance_at(request: PortalRequest, *figures: Figure) -> Glance:
    """Its own figures first, then what every organization has."""
    organization, may, urls = request.organization, request.permissions, Urls(request.door)
    members = queries.members_of(organization) if Permission.MEMBERS_READ in may else None
    invitations = queries.open_invitations_of(organization) if Permission.MEMBERS_READ in may else None
    keys = queries.api_keys_of(organization) if Permission.API_KEYS_READ in may else None
    ending = keys_ending_soon(request, keys) if keys is not None else None
    shared = [
        Figure(_("Members"), counted(members), url=urls.members) if members is not None else None,
        Figure(_("Open invitations"), counted(invitations), url=urls.invitations) if invitations is not None else None,
        figure_of_keys(ending, urls.keys) if ending is not None else None,
    ]
    return Glance(
        figures=[*figures, *(figure for figure in shared if figure)],
        invitations=None if invitations is None else list(invitations[:SHOWN]),
        keys=None if ending is None else list(ending[:SHOWN]),
        sign_ins=list(queries.sign_ins_of(request.person)[:SHOWN]),
        history=history_of(request),
        urls=urls,
    )


def history_of(request: PortalRequest) -> list[Happened]:
    """At the desk of whoever reads the audit, everybody's; else one's own organization's."""
    if request.door is Door.DESK and Permission.AUDIT_READ in request.permissions:
        return happened(all_records().order_by("-at", "-id")[:SHOWN])
    organization = request.organization
    books = queries.books_of(organization)
    return happened(timeline_of(organization_subject(organization), books=books)[:SHOWN])


def keys_ending_soon(request: PortalRequest, keys: QuerySet[ApiKey]) -> QuerySet[ApiKey]:
    soon = keys.filter(ended_at=None, expires_at__gt=request.at, expires_at__lte=request.at + SOON)
    return soon.order_by("expires_at", "id")


def figure_of_keys(ending: QuerySet[ApiKey], url: str) -> Figure:
    count = counted(ending)
    note = _("within 30 days")
    return Figure(_("API keys that end soon"), count, note, url, standing="" if count == "0" else "warn")


def counted(rows: QuerySet[Any]) -> str:
    """Exact up to COUNTED, so that an overview stays as quick as the first day."""
    count = rows.order_by()[: COUNTED + 1].count()
    shown = number_format(min(count, COUNTED), force_grouping=True)
    return shown if count <= COUNTED else f"{shown}+"
