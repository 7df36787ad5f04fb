"""Who asks, and may they: once per request, before any view, denied by default."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import urlsplit, urlunsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import structlog
from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.http.response import HttpResponseBase, HttpResponseRedirectBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.http import url_has_allowed_host_and_scheme, urlencode

from kanal.identity import queries
from kanal.identity.models import Membership, Person
from kanal.identity.permissions import Permission, permissions_of
from kanal.kit import clock
from kanal.kit.ids import UnknownId, parse_public_id, uuid7
from kanal.web import errors
from kanal.web.access import Access, Door, Reach, access_of
from kanal.web.request import actor_of
from kanal.web.shell import Shell

GetResponse = Callable[[HttpRequest], HttpResponseBase]

SANE_REQUEST_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{7,79}")
CHOSEN = "organization"  # in the session: for whom this person acts
SHOWN_FOR = "acting_for"  # in a form: for whom it was shown


class RequestId:
    """One name for a request, on the answer, in the logs and in the audit; a proxy's own is kept if it is sane."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        told = request.headers.get("X-Request-ID", "")
        request_id = told if SANE_REQUEST_ID.fullmatch(told) else uuid7().hex
        request.request_id = request_id  # type: ignore[attr-defined]
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request_id)
        response = self.get_response(request)
        response["X-Request-ID"] = request_id
        return response


class Answer:
    """Dresses what a page would not: an error without words, and a redirect that htmx would swap into a part."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if isinstance(response, HttpResponseRedirectBase) and request.headers.get("HX-Request") == "true":
            return _redirect_the_whole_page(response)
        if isinstance(response, HttpResponseNotAllowed) and not response.content and is_a_page(request):
            allowed = response["Allow"]
            response = errors.not_allowed(request)
            response["Allow"] = allowed
        return response


def _redirect_the_whole_page(response: HttpResponseRedirectBase) -> HttpResponse:
    answer = HttpResponse(headers={"HX-Redirect": response.url})
    answer.cookies = response.cookies
    return answer


def is_a_page(request: HttpRequest) -> bool:
    match = request.resolver_match
    return match is not None and access_of(match.func).reach is not Reach.BARE


class Asker:
    """Puts person, organization, permissions and actor on the request, and holds each view's mark."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        timezone.deactivate()  # the zone of whoever this thread answered last
        response = self.get_response(request)
        if getattr(request, "person", None) is not None and not response.has_header("Cache-Control"):
            response["Cache-Control"] = "private, no-cache"
        return response

    def process_view(
        self, request: Any, view: Callable[..., Any], _args: Sequence[Any], _kwargs: dict[str, Any]
    ) -> HttpResponseBase | None:
        access = access_of(view)
        if access.reach is Reach.BARE:
            return None
        request.at = clock.now()
        look_up(request, access)
        if access.reach is Reach.OPEN:
            return None
        if request.person is None:
            return sign_in_first(request)
        return None if access.reach is Reach.OWN else at_the_door(request, access)


def look_up(request: Any, access: Access) -> None:
    person: Person | None = request.user if request.user.is_authenticated else None
    request.person = person
    request.memberships = list(queries.memberships_of(person)) if person else []
    request.membership = chosen_membership(request, access)
    request.organization = request.membership.organization if request.membership else None
    request.door = Door.of(request.organization) if request.organization else None
    held = permissions_of(request.membership.roles) if request.membership else frozenset[Permission]()
    request.permissions = held
    request.actor = actor_of(request, person, request.organization) if person else None
    request.shell = None
    if person:
        request.shell = Shell(request, person, request.door, request.organization, request.memberships)
        speak_to(request, person)


def chosen_membership(request: Any, access: Access) -> Membership | None:
    """A form acts for the organization it was shown for, even if another tab has switched meanwhile."""
    by_id = {str(membership.organization_id): membership for membership in request.memberships}
    shown_for = by_id.get(_organization_named(request)) if request.method == "POST" else None
    chosen = shown_for or by_id.get(request.session.get(CHOSEN, "")) if by_id else None
    chosen = chosen or _only_one(request.memberships, access)
    if chosen is not None:
        choose(request, chosen)
    return chosen


def _only_one(memberships: Sequence[Membership], access: Access) -> Membership | None:
    """Without a choice made, the only organization, or the only one that this page is for."""
    if len(memberships) == 1:
        return memberships[0]
    fitting = [each for each in memberships if access.admits(Door.of(each.organization))]
    return fitting[0] if len(fitting) == 1 else None


def _organization_named(request: HttpRequest) -> str:
    try:
        return str(parse_public_id(request.POST.get(SHOWN_FOR, ""), "org")[1])
    except UnknownId:
        return ""


def choose(request: Any, membership: Membership) -> None:
    if request.session.get(CHOSEN) != str(membership.organization_id):
        request.session[CHOSEN] = str(membership.organization_id)


def speak_to(request: Any, person: Person) -> None:
    """In the person's own language and zone (ID-7)."""
    if person.language != translation.get_language():
        translation.activate(person.language)
        request.LANGUAGE_CODE = person.language
    try:
        timezone.activate(ZoneInfo(person.time_zone))
    except (ZoneInfoNotFoundError, ValueError):
        timezone.deactivate()
    structlog.contextvars.bind_contextvars(person_id=str(person.id))


def sign_in_first(request: HttpRequest) -> HttpResponseBase:
    """Back to the page afterwards; for a form that was sent, to the page it stood on, where its words are kept."""
    came_for = request.get_full_path() if request.method in {"GET", "HEAD"} else _own_referer(request)
    return redirect_to_login(came_for, settings.LOGIN_URL)


def _own_referer(request: HttpRequest) -> str:
    referer = request.headers.get("HX-Current-URL") or request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(referer, {request.get_host()}, require_https=request.is_secure()):
        return "/"
    parts = urlsplit(referer)
    return urlunsplit(("", "", parts.path or "/", parts.query, ""))


def at_the_door(request: Any, access: Access) -> HttpResponseBase | None:
    if request.organization is None:
        return redirect(f"{reverse('choose_organization')}?{urlencode({'next': request.get_full_path()})}")
    if not access.admits(request.door):
        return errors.wrong_door(request, access)
    if access.may not in request.permissions:
        return errors.not_permitted(request, access)
    return None
