"""What a person was told, and what they want to be told; everybody's own, at every door."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kanal.audit.record import recorded
from kanal.identity.subjects import person_subject
from kanal.kit.keys import sort_key
from kanal.notices.choose import IN_APP, MAIL, choose_notices, ways_to_choose_from
from kanal.notices.kinds import KINDS, Kind
from kanal.notices.mark_read import mark_all_read, mark_read
from kanal.notices.models import Notice
from kanal.notices.queries import notices_of, title_of, unread_by, ways_wanted_by
from kanal.web.access import own_page
from kanal.web.home import safe_next
from kanal.web.listing import Column, Empty, Listing, Yes
from kanal.web.listing import Kind as Holds
from kanal.web.parts.shapes import Action
from kanal.web.request import OwnRequest


def listing(request: OwnRequest) -> Listing[Notice]:
    """Titles are made when they are read, for this reader; whose organization it is about they know by its name."""
    names = {membership.organization_id: membership.organization.name for membership in request.memberships}
    return Listing[Notice](
        name="notices",
        title=gettext_lazy("Notifications"),
        columns=[
            Column(
                "what",
                gettext_lazy("What"),
                lambda notice: title_of(notice, request.person.name),
                template="notices_pages/open.html",
            ),
            Column(
                "organization",
                gettext_lazy("Organization"),
                lambda notice: names.get(notice.organization_id, "") if notice.organization_id else "",
            ),
            Column("told", gettext_lazy("When"), lambda notice: notice.told_at, kind=Holds.MOMENT, sort="told_at"),
            Column("read", gettext_lazy("Read"), lambda notice: notice.read_at, kind=Holds.MOMENT, shown=False),
        ],
        order="-told",
        filters=[Yes("unread", gettext_lazy("Unread only"), lambda rows: rows.filter(read_at=None))],
        empty=Empty(
            gettext_lazy("Nothing to tell you yet"),
            gettext_lazy("What concerns you appears here, and by mail if you want."),
            icon="bell",
        ),
    )


@require_safe
@own_page
def notices(request: OwnRequest) -> HttpResponseBase:
    unread = unread_by(request.person.id).exists()
    context = {
        "preferences": Action(_("Preferences"), reverse("account_notifications"), icon="settings-2"),
        "has_unread": unread,
        "shown_at": request.at.isoformat(),
    }
    return listing(request).answer(request, notices_of(request.person.id), "notices_pages/notices.html", context)


@require_safe
@own_page
def bell(request: OwnRequest) -> HttpResponse:
    """The bell alone, with its count, for somebody who comes back to a page that stood open."""
    return render(request, "parts/bell.html", {"shell": request.shell})


@require_POST
@own_page
def open_notice(request: OwnRequest, notice_id: UUID) -> HttpResponse:
    """Read, and on to what it is about."""
    notice = notices_of(request.person.id).filter(id=notice_id).first()
    if notice is None:
        raise Http404
    mark_read(request.person.id, notice_id=notice.id, at=request.at)
    return redirect(safe_next(request, notice.link) or reverse("notices"))


@require_POST
@own_page
def read_all(request: OwnRequest) -> HttpResponse:
    """All that the page showed; what came meanwhile stays unread."""
    count = mark_all_read(request.person.id, at=shown_at(request))
    if count:
        words = ngettext("%(count)d notification marked as read.", "%(count)d notifications marked as read.", count)
        messages.success(request, words % {"count": count})
    return redirect("notices")


def shown_at(request: OwnRequest) -> datetime:
    try:
        told = datetime.fromisoformat(request.POST.get("shown_at", ""))
    except ValueError:
        return request.at
    return min(told, request.at) if told.tzinfo else request.at


# --- Preferences -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Box:
    """One way of one kind to tick; None where there is no such way."""

    name: str
    label: str | Promise
    is_on: bool


@dataclass(frozen=True, slots=True)
class Line:
    label: str | Promise
    mail: Box | None
    in_app: Box | None


def kinds_for(request: OwnRequest, *, can_be_off: bool) -> list[Kind]:
    """What somebody of their organizations is ever told, by name."""
    at = {membership.organization.kind for membership in request.memberships}
    kinds = [kind for kind in KINDS.values() if kind.can_be_off is can_be_off and kind.is_told_at(at)]
    return sorted(kinds, key=lambda kind: sort_key(str(kind.label)))


def line(kind: Kind, wanted: set[tuple[str, str]]) -> Line:
    return Line(kind.label, box(kind, str(MAIL), wanted), box(kind, str(IN_APP), wanted))


def box(kind: Kind, channel: str, wanted: set[tuple[str, str]]) -> Box | None:
    if not (kind.mail if channel == MAIL else kind.in_app):
        return None
    return Box(f"{kind.name}:{channel}", kind.label, is_on=(kind.name, channel) in wanted)


@require_http_methods(["GET", "HEAD", "POST"])
@own_page
def preferences(request: OwnRequest) -> HttpResponse:
    before = ways_wanted_by(request.person.id)
    asked = kinds_for(request, can_be_off=True)
    if request.method == "POST":
        ticked = set(request.POST.getlist("want"))
        names = {kind.name for kind in asked}
        not_asked = {way for way in before if way[0] not in names}
        keep_choice(request, before, not_asked | {way for way in ways_to_choose_from() if ":".join(way) in ticked})
        messages.success(request, _("Your preferences are saved."))
        return redirect("account_notifications")
    context = {
        "title": _("Notifications"),
        "lines": [line(kind, before) for kind in asked],
        "always": [kind.label for kind in kinds_for(request, can_be_off=False)],
    }
    return render(request, "notices_pages/preferences.html", context)


def keep_choice(request: OwnRequest, before: set[tuple[str, str]], wanted: set[tuple[str, str]]) -> None:
    if wanted == before:
        return
    done = recorded(
        "notices.chosen",
        person_subject(request.person),
        by=request.actor,
        at=request.at,
        old=switched_off(before),
        new=switched_off(wanted),
    )
    choose_notices(request.person.id, wanted=wanted, at=request.at, beside=[done])


def switched_off(wanted: set[tuple[str, str]]) -> dict[str, list[str]]:
    off = sorted(set(ways_to_choose_from()) - wanted)
    return {
        "not_by_mail": [kind for kind, channel in off if channel == MAIL],
        "not_in_the_portal": [kind for kind, channel in off if channel == IN_APP],
    }
