"""Lists, declared: columns, filters, search, order; keyset paging, counts and export come with it.

    MEMBERS = Listing[Membership](
        name="members",
        title=_("Members"),
        columns=[
            Column("name", _("Name"), lambda row: Two(row.person.name, row.person.email), sort="person__name"),
            Column("roles", _("Roles"), lambda row: Codes(tuple(Role(role).label for role in row.roles))),
            Column("since", _("Since"), lambda row: row.since_at, kind=Kind.MOMENT, sort="since_at"),
        ],
        order="-since",
        filters=[Choice("role", _("Role"), Role.choices, lambda rows, role: rows.filter(roles__contains=[role]))],
        search=words("person__search_key"),
        link=lambda row: reverse("member", args=[row.id]),
        empty=Empty(_("No members yet"), _("Invite a colleague to work with you.")),
    )

    @page(door=Door.PARTNER, may=Permission.MEMBERS_READ)
    def members(request: PortalRequest) -> HttpResponseBase:
        rows = queries.members_of(request.organization).select_related("person")
        return MEMBERS.answer(request, rows, "partner/members.html", {"title": _("Members")})

The template extends base.html and says {% include "parts/list.html" %} where the list stands. Everything chosen lives
in the address, so a list can be shared; what is exported is exactly what is filtered.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render

from kanal.kit.db.words import matching
from kanal.web.parts.cells import Codes, Kind, Link, Status, Two
from kanal.web.parts.declared import Column, Declared, Empty, Row, Search
from kanal.web.parts.export import export
from kanal.web.parts.filters import Choice, Days, Only, Yes
from kanal.web.parts.list_page import ListPage

__all__ = [
    "Choice",
    "Codes",
    "Column",
    "Days",
    "Empty",
    "Kind",
    "Link",
    "ListPage",
    "Listing",
    "Only",
    "Status",
    "Two",
    "Yes",
    "words",
]


def words(path: str = "search_key") -> Search:
    """Rows of which each word typed begins some word, without accents; `path` leads to a search key."""
    return lambda rows, text: matching(rows, path, text)


@dataclass(frozen=True, kw_only=True)
class Listing(Declared[Row]):
    def answer(
        self,
        request: HttpRequest,
        rows: QuerySet[Row],
        template: str,
        context: dict[str, Any] | None = None,
    ) -> HttpResponseBase:
        """The page, only the list when htmx asks for it, or the export."""
        shown = self.page(request, rows)
        asked = request.GET.get("export", "")
        if asked:
            return export(shown, asked)
        if "keep" in request.GET:
            return shown.keep_choices()
        if shown.is_fragment:
            results = render(request, "parts/list_results.html", {"list": shown})
            results["HX-Push-Url"] = shown.address
            return results
        return render(request, template, {"title": self.title, **(context or {}), "list": shown})

    def page(self, request: HttpRequest, rows: QuerySet[Row]) -> ListPage[Row]:
        return ListPage(self, request, rows)
