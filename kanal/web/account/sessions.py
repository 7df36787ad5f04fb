"""Where somebody is signed in.

ID-3  Sessions can be seen and ended, one or all others.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from allauth.account.adapter import get_adapter
from allauth.core.internal.httpkit import HTTP_USER_AGENT_MAX_LENGTH
from allauth.usersessions.internal.flows.sessions import end_sessions
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from kanal.audit.record import Subject, record
from kanal.kit import clock
from kanal.kit.ids import UnknownId, parse_public_id, public_id
from kanal.web.access import own_page
from kanal.web.account.device import name_of_device
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
    found = UserSession.objects.purge_and_list(request.person)
    shown = sorted((_shown(session) for session in found), key=lambda each: each.last_seen_at, reverse=True)
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
    """The one named; ending this one signs out."""
    try:
        _book, id_ = parse_public_id(request.POST.get("session", ""), "ses")
    except UnknownId:
        raise Http404 from None
    chosen = list(UserSession.objects.filter(user_id=request.person.pk, pk=id_.int)) if id_.int < 1 << 63 else []
    if not chosen:
        messages.info(request, _("That session has ended already."))
        return redirect("usersessions_list")
    device = name_of_device(chosen[0].user_agent)
    _end(request, chosen)
    messages.success(request, _("The session on %(device)s has ended.") % {"device": device})
    return redirect("usersessions_list")


@own_page
@require_POST
def end_other_sessions(request: OwnRequest) -> HttpResponse:
    others = [each for each in UserSession.objects.filter(user_id=request.person.pk) if not each.is_current()]
    _end(request, others)
    count = len(others)
    messages.success(
        request, ngettext("%(count)d session has ended.", "%(count)d sessions have ended.", count) % {"count": count}
    )
    return redirect("usersessions_list")


def _end(request: OwnRequest, chosen: list[UserSession]) -> None:
    for session in chosen:
        record(
            "session.ended",
            Subject("person", str(request.person.id), request.person.name),
            by=request.actor,
            at=request.at,
            old={"device": name_of_device(session.user_agent), "address": session.ip},
        )
    end_sessions(request, chosen)


class SeenSessions:
    """Keeps when and from where each session was last seen, to the minute, without a write for every request."""

    minute = timedelta(minutes=1)

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
        if now - self.written.get(key, -self.minute.total_seconds()) < self.minute.total_seconds():
            return False
        if len(self.written) > 10_000:  # noqa: PLR2004 - a memory of this process, not a fact
            self.written.clear()
        self.written[key] = now
        return True

    def _write(self, request: HttpRequest, key: str) -> None:
        told = device_of(request)[:HTTP_USER_AGENT_MAX_LENGTH]
        now = clock.real_now()
        UserSession.objects.filter(session_key=key, last_seen_at__lt=now - self.minute).update(
            last_seen_at=now, ip=get_adapter().get_client_ip(request), user_agent=told
        )
