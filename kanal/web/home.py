"""The way in: to the right overview, between organizations, and what a person sets in the top bar."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kanal.identity.models import Membership, Person
from kanal.identity.set_preferences import set_preferences
from kanal.kit.ids import UnknownId, parse_public_id
from kanal.web.access import open_page, own_page
from kanal.web.find import begins
from kanal.web.middleware import choose
from kanal.web.request import OpenRequest, OwnRequest
from kanal.web.shell import MANY

YEAR = 60 * 60 * 24 * 365
THEME_COOKIE = "kanal_theme"


@require_safe
@own_page
def home(request: OwnRequest) -> HttpResponse:
    if request.door:
        return redirect(request.door.overview)
    return redirect("choose_organization" if request.memberships else "register_organization")


@require_http_methods(["GET", "HEAD", "POST"])
@own_page
def choose_organization(request: OwnRequest) -> HttpResponse:
    """For whom to act from now on. Without a page to go back to, its overview."""
    if request.method == "POST":
        choose(request, _membership_named(request, request.POST.get("organization", "")))
        return redirect(safe_next(request, request.POST.get("next", "")) or "home")
    text = request.GET.get("q", "").strip()
    facts = {
        "title": _("For whom do you want to act?"),
        "next": safe_next(request, request.GET.get("next", "")),
        "find_text": text,
        "has_find": len(request.memberships) > MANY,
        "found": [each for each in request.memberships if begins(text, each.organization.name)],
    }
    return render(request, "choose_organization.html", facts)


def _membership_named(request: OwnRequest, text: str) -> Membership:
    try:
        _book, organization_id = parse_public_id(text, "org")
    except UnknownId:
        raise Http404 from None
    for membership in request.memberships:
        if membership.organization_id == organization_id:
            return membership
    raise Http404


@require_POST
@open_page
def choose_language(request: OpenRequest) -> HttpResponse:
    language = request.POST.get("language", "")
    response = _back(request)
    if language in Person.Language.values:
        if request.person and request.actor:
            set_preferences(person=request.person, by=request.actor, at=request.at, language=language)
        keep_language(response, language)
    return response


@require_POST
@open_page
def choose_theme(request: OpenRequest) -> HttpResponse:
    theme = request.POST.get("theme", "")
    response = _back(request)
    if theme in Person.Theme.values:
        if request.person and request.actor:
            set_preferences(person=request.person, by=request.actor, at=request.at, theme=theme)
        response.set_cookie(THEME_COOKIE, theme, max_age=YEAR, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE)
    return response


def keep_language(response: HttpResponse, language: str) -> None:
    """For the pages one sees before signing in, and for those that ask no database."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME, language, max_age=YEAR, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE
    )


def _back(request: HttpRequest) -> HttpResponse:
    return redirect(safe_next(request, request.POST.get("next", "")) or "/")


def safe_next(request: HttpRequest, url: str) -> str:
    """Only an address of this house: nobody is sent elsewhere by a link that looks like ours."""
    hosts = {request.get_host()}
    return url if url_has_allowed_host_and_scheme(url, allowed_hosts=hosts, require_https=request.is_secure()) else ""
