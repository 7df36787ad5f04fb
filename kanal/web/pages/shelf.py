"""The shelf of the sandbox: every mail that would have been sent, open to read, with links that work.

There is no such page in production: addresses and links of other people would lie open there.
"""

from __future__ import annotations

from uuid import UUID

from csp.constants import NONE, SELF, UNSAFE_INLINE
from csp.decorators import csp, csp_update
from django.conf import settings
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from kanal.notices.kinds import kind_in_words
from kanal.notices.letterhead import bodies_of
from kanal.notices.models import Mail
from kanal.notices.queries import mail_log
from kanal.web.access import open_page
from kanal.web.listing import Column, Empty, Kind, Listing, Only, Two, words
from kanal.web.parts.shapes import Fact, Step
from kanal.web.request import OpenRequest

LETTER_ONLY = {
    "default-src": [NONE],
    "style-src": [UNSAFE_INLINE],  # a mail brings its own, and nothing else of its own works here
    "frame-ancestors": [SELF],
    "sandbox": ["allow-top-navigation-by-user-activation", "allow-popups", "allow-popups-to-escape-sandbox"],
}

SHELF = Listing[Mail](
    name="shelf",
    title=gettext_lazy("Mails of this sandbox"),
    columns=[
        Column("subject", gettext_lazy("Subject"), lambda mail: Two(mail.subject, kind_in_words(mail.kind))),
        Column("to", gettext_lazy("To"), lambda mail: Two(mail.to_name or mail.to_address, mail.to_address)),
        Column("made", gettext_lazy("Written"), lambda mail: mail.made_at, kind=Kind.MOMENT, sort="made_at"),
    ],
    order="-made",
    filters=[Only("to", gettext_lazy("To"), lambda rows, to: rows.filter(to_address=to.lower()), lambda to: to)],
    search=words("search_key"),
    search_label=gettext_lazy("Search by address, name or subject"),
    link=lambda mail: reverse("shelf_mail", args=[mail.id]),
    empty=Empty(
        gettext_lazy("No mail has been written yet"),
        gettext_lazy("Sign up, or forget a password: the mail for it appears here within a second."),
        icon="mail",
    ),
)


def only_in_a_sandbox() -> None:
    if not settings.KANAL_SANDBOX:
        raise Http404


def frame_of(request: OpenRequest) -> str:
    return "base.html" if request.shell else "base_open.html"


@require_safe
@open_page
def shelf(request: OpenRequest) -> HttpResponseBase:
    only_in_a_sandbox()
    return SHELF.answer(request, mail_log(), "shelf/shelf.html", {"frame": frame_of(request)})


@require_safe
@open_page
@csp_update({"frame-src": [SELF]})  # type: ignore[arg-type]  # it knows no views with arguments
def shelf_mail(request: OpenRequest, mail_id: UUID) -> HttpResponse:
    only_in_a_sandbox()
    found = mail_or_404(mail_id)
    context = {
        "frame": frame_of(request),
        "title": found.subject,
        "trail": [Step(_("Mails of this sandbox"), reverse("shelf"))],
        "facts": [
            Fact(_("To"), f"{found.to_name} <{found.to_address}>" if found.to_name else found.to_address),
            Fact(_("Written"), found.made_at),
            Fact(_("Kind"), kind_in_words(found.kind)),
        ],
        "text": bodies_of(found)[0],
        "html_url": reverse("shelf_letter", args=[found.id]),
    }
    return render(request, "shelf/mail.html", context)


@require_safe
@open_page
@csp(LETTER_ONLY)  # type: ignore[arg-type]
@xframe_options_sameorigin
def shelf_letter(_request: OpenRequest, mail_id: UUID) -> HttpResponse:
    """The HTML as a mail program shows it; its links open in the whole window."""
    only_in_a_sandbox()
    html = bodies_of(mail_or_404(mail_id))[1]
    return HttpResponse(html.replace("<head>", '<head><base target="_top">', 1))


def mail_or_404(mail_id: UUID) -> Mail:
    found = mail_log().filter(id=mail_id).first()
    if found is None:
        raise Http404
    return found
