"""What a person reads when something did not work: what it is, and what to do next. Never a traceback.

The pages need no database: with the sandbox's or the operator's database down they still answer, in the language
of the cookie or the browser.
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass, field
from typing import Any

import structlog
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from kanal.identity.models import Membership
from kanal.web.access import Access, Door, roles_that_may

SECRET = re.compile(r"password|secret|code|token", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Problem:
    """`title` says what it is, `text` what to do; `offers` are organizations of theirs in which the page exists."""

    status: int
    title: str
    text: str
    offers: list[Membership] = field(default_factory=list)
    resend: list[tuple[str, str]] = field(default_factory=list)


def show(request: HttpRequest, problem: Problem) -> HttpResponse:
    shell = "base.html" if getattr(request, "shell", None) else "base_open.html"
    facts = {
        "problem": problem,
        "title": problem.title,
        "frame": shell,
        "request_id": getattr(request, "request_id", ""),
    }
    return render(request, "errors/problem.html", facts, status=problem.status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    if isinstance(exception, RequestDataTooBig | TooManyFieldsSent | TooManyFilesSent):
        return show(request, Problem(413, _("Too much was sent at once"), _("Send less, or a smaller file.")))
    return show(
        request,
        Problem(400, _("This request could not be read"), _("Go back, reload the page and try again.")),
    )


def not_permitted(request: Any, access: Access) -> HttpResponse:
    assert access.may is not None
    roles = [str(role.label) for role in roles_that_may(access.may, request.organization)]
    if roles:
        text = _("At %(organization)s this needs the role %(roles)s. Ask an administrator there for it.") % {
            "organization": request.organization.name,
            "roles": get_text_list(roles, _("or")),
        }
    else:
        text = _("Nobody at %(organization)s can open this page.") % {"organization": request.organization.name}
    return show(request, Problem(403, _("Your role does not include this"), text))


def wrong_door(request: Any, access: Access) -> HttpResponse:
    """Nothing is told about the page, only which of the person's own organizations come in by its door."""
    offers = [each for each in request.memberships if access.admits(Door.of(each.organization))]
    return not_found(request, offers=offers)


def not_found(
    request: HttpRequest,
    exception: Exception | None = None,  # noqa: ARG001 - Django gives it by this name
    *,
    offers: list[Membership] | None = None,
) -> HttpResponse:
    text = _("The address may be mistyped, or it belongs to another organization.")
    return show(request, Problem(404, _("There is no such page"), text, offers or []))


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001
    return show(request, Problem(403, _("This is not allowed"), _("Go back and choose another way.")))


def not_allowed(request: HttpRequest) -> HttpResponse:
    text = _("This address does not answer in that way. Go back and use the page's own buttons.")
    return show(request, Problem(405, _("This cannot be done like that"), text))


def forged(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The token against forgery is missing or old, as after signing in anew in another tab.

    What was typed is offered to be sent again where the browser vouches that it was typed here: otherwise a foreign
    page could have its own words sent with one click.
    """
    structlog.get_logger().warning("csrf_refused", reason=reason)
    resend = _what_was_sent(request) if _came_from_here(request) else []
    if resend:
        text = _("You signed in again meanwhile, so the page had grown old. Nothing you typed is lost: send it again.")
    else:
        text = _("Go back, reload the page and send it again. If it happens again, allow cookies for this site.")
    return show(request, Problem(403, _("The page had grown too old to be sent"), text, resend=resend))


def _came_from_here(request: HttpRequest) -> bool:
    return request.headers.get("Sec-Fetch-Site") == "same-origin" or request.headers.get("Origin") == (
        f"{request.scheme}://{request.get_host()}"
    )


def _what_was_sent(request: HttpRequest) -> list[tuple[str, str]]:
    """Nothing where a secret or a file was among it: those are typed and chosen anew."""
    names = [name for name in request.POST if name not in {"csrfmiddlewaretoken", "acting_for"}]
    if request.FILES or any(SECRET.search(name) for name in names):
        return []
    return [(name, value) for name in names for value in request.POST.getlist(name)]


def server_error(request: HttpRequest) -> HttpResponse:
    if isinstance(sys.exc_info()[1], OperationalError | InterfaceError):
        return database_down(request)
    text = _("It is our fault and has been recorded. Nothing was changed by halves. Try again in a moment.")
    return _without_database(request, Problem(500, _("Something broke here"), text))


def database_down(request: HttpRequest) -> HttpResponse:
    text = _("The database does not answer at the moment. Nothing you saved is lost. Try again in a minute.")
    response = _without_database(request, Problem(503, _("We will be back in a moment"), text))
    response["Retry-After"] = "30"
    return response


def _without_database(request: Any, problem: Problem) -> HttpResponse:
    request.shell = None
    return show(request, problem)
