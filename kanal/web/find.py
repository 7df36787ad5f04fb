"""The search of the top bar: pages, customers, organizations, members, and whatever later rooms add.

It is a page as well, for whoever has no script.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from kanal.customers.operator_queries import all_links
from kanal.customers.queries import accounts_of
from kanal.identity.operator_queries import all_organizations
from kanal.identity.permissions import Permission
from kanal.identity.queries import members_of
from kanal.kit.db.words import matching
from kanal.kit.keys import search_key
from kanal.web.access import Door, page
from kanal.web.menus import ACCOUNT_MENU, AccountEntry, MenuEntry, entries_for
from kanal.web.request import PortalRequest

LONGEST = 100
MOST = 6  # of each kind


@dataclass(frozen=True, slots=True)
class Hit:
    title: str
    url: str
    icon: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    label: str
    hits: list[Hit]


Finder: TypeAlias = "Callable[[PortalRequest, str], list[Hit]]"


@dataclass(frozen=True, slots=True)
class Source:
    """One kind of thing that can be found, at these doors, by whoever may read it; a room adds its own to SOURCES."""

    label: str | Promise
    doors: frozenset[Door]
    permission: Permission
    find: Finder


def pages(request: PortalRequest, text: str) -> list[Hit]:
    entries: list[MenuEntry | AccountEntry] = [*entries_for(request.door, request.permissions), *ACCOUNT_MENU]
    named = [(str(entry.label), entry) for entry in entries]
    return [Hit(label, reverse(entry.url_name), entry.icon) for label, entry in named if begins(text, label)]


def begins(text: str, name: str) -> bool:
    """Each word typed begins a word of the name, without accents: as the lists search."""
    words = search_key(name).split()
    return all(any(word.startswith(part) for word in words) for part in search_key(text).split())


def organizations(_request: PortalRequest, text: str) -> list[Hit]:
    return [
        Hit(
            organization.name,
            reverse("desk_organization_of", args=[organization.id]),
            "building-2",
            f"{organization.get_kind_display()} · {organization.tax_code or organization.email}".rstrip(" ·"),
        )
        for organization in all_organizations(text)[:MOST]
    ]


def members(request: PortalRequest, text: str) -> list[Hit]:
    found = matching(members_of(request.organization), "person__search_key", text)
    return [
        Hit(
            str(membership.person),
            reverse(f"{request.door}_member", args=[membership.id]),
            "user-round",
            ", ".join(membership.role_names),
        )
        for membership in found[:MOST]
    ]


def accounts(request: PortalRequest, text: str) -> list[Hit]:
    """ID-6 Only those that this member may see; in no order, so that the words' own index answers."""
    found = matching(accounts_of(request.organization, request.membership), "search_key", text)
    return [
        Hit(
            str(account),
            reverse("partner_own_organization" if account.is_own else "partner_account", args=[account.id]),
            "building" if account.is_own else "user-round",
            f"{account.email if account.name else ''} · {account.standing(request.at).label}".strip(" ·"),
        )
        for account in found.order_by()[:MOST]
    ]


def customers(request: PortalRequest, text: str) -> list[Hit]:
    return [
        Hit(
            link.customer.name if link.customer else link.email,
            reverse("desk_customer", args=[link.id]),
            "user-round",
            f"{link.partner.name} · {link.standing(request.at).label}",
        )
        for link in matching(all_links(), "search_key", text).order_by()[:MOST]
    ]


SOURCES: list[Source] = [
    Source(gettext_lazy("Pages"), frozenset(Door), Permission.OVERVIEW_READ, pages),
    Source(gettext_lazy("Accounts"), frozenset({Door.PARTNER}), Permission.CUSTOMERS_READ, accounts),
    Source(gettext_lazy("Customers of partners"), frozenset({Door.DESK}), Permission.CUSTOMER_LINKS_READ, customers),
    Source(gettext_lazy("Organizations"), frozenset({Door.DESK}), Permission.ORGANIZATIONS_READ, organizations),
    Source(gettext_lazy("Members"), frozenset(Door), Permission.MEMBERS_READ, members),
]


@require_safe
@page(door=tuple(Door), may=Permission.OVERVIEW_READ)
def find(request: PortalRequest) -> HttpResponse:
    text = request.GET.get("q", "").strip()[:LONGEST]
    template = "find.html#answers" if request.htmx else "find.html"
    areas = list(found(request, text)) if search_key(text) else []
    return render(request, template, {"title": _("Search"), "find_text": text, "areas": areas})


def found(request: PortalRequest, text: str) -> Iterator[Found]:
    for source in SOURCES:
        if request.door in source.doors and source.permission in request.permissions:
            hits = source.find(request, text)[:MOST]
            if hits:
                yield Found(str(source.label), hits)
