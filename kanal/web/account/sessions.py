"""Where somebody is signed in.

ID-3  Sessions can be seen and ended, one or all others.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from allauth.account.adapter import get_adapter
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from kanal.identity.account_queries import living_sessions_of, session_of
from kanal.identity.end_sessions import end_sessions
from kanal.identity.note_session_seen import MINUTE, note_session_seen
from kanal.kit import clock
from kanal.kit.device import name_of_device
from kanal.kit.ids import UnknownId, parse_public_id, public_id
from kanal.web.access import own_page
from kanal.web.request import OwnRequest, device_of


@dataclass(frozen=True, slots=True)
class ShownSession:
    id: str
    device: str
    device_told: str
    address: str
    began_at: datetime
    last_seen_at: datetime
    is_this_one: bool


@own_page
@require_safe
def sessions(request: OwnRequest) -> HttpResponse:
    found = living_sessions_of(request.person)
    shown = sorted(map(_shown, found), key=lambda each: each.last_seen_at, reverse=True)
    shown.sort(key=lambda each: not each.is_this_one)
    facts = {"title": _("Sessions"), "sessions": shown, "has_others": len(shown) > 1}
    return render(request, "account/sessions.html", facts)


def _shown(session: UserSession) -> ShownSession:
    return ShownSession(
        id=public_id("ses", UUID(int=session.pk)),
        device=name_of_device(session.user_agent),
        device_told=session.user_agent,
        address=session.ip,
        began_at=session.created_at,
        last_seen_at=session.last_seen_at,
        is_this_one=session.is_current(),
    )


@own_page
@require_POST
def end_session(request: OwnRequest) -> HttpResponse:
    """The one named; this one is ended by signing out, which asks first."""
    try:
        _book, id_ = parse_public_id(request.POST.get("session", ""), "ses")
    except UnknownId:
        raise Http404 from None
    chosen = session_of(request.person, id_.int)
    if chosen is None:
        messages.info(request, _("That session has ended already."))
        return redirect("usersessions_list")
    if chosen.is_current():
        return redirect("account_logout")
    end_sessions(person=request.person, sessions=[chosen], by=request.actor, at=request.at)
    device = name_of_device(chosen.user_agent)
    messages.success(request, _("The session on %(device)s has ended.") % {"device": device})
    return redirect("usersessions_list")


@own_page
@require_POST
def end_other_sessions(request: OwnRequest) -> HttpResponse:
    others = [each for each in living_sessions_of(request.person) if not each.is_current()]
    end_sessions(person=request.person, sessions=others, by=request.actor, at=request.at)
    count = len(others)
    messages.success(
        request, ngettext("%(count)d session has ended.", "%(count)d sessions have ended.", count) % {"count": count}
    )
    return redirect("usersessions_list")


class SeenSessions:
    """Keeps when and from where each session was last seen, to the minute, without a write for every request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self.written: dict[str, float] = {}

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        key = request.session.session_key
        # Only where the view asked who it is: a page for programs stays without a query.
        if key and getattr(request, "person", None) and self._is_due(key):
            self._write(request, key)
        return response

    def _is_due(self, key: str) -> bool:
        now = time.monotonic()
        if now - self.written.get(key, -MINUTE.total_seconds()) < MINUTE.total_seconds():
            return False
        if len(self.written) > 10_000:  # noqa: PLR2004 - a memory of this process, not a fact
            self.written.clear()
        self.written[key] = now
        return True

    def _write(self, request: HttpRequest, key: str) -> None:
        address = get_adapter().get_client_ip(request)
        note_session_seen(session_key=key, address=address, device=device_of(request), at=clock.real_now())
