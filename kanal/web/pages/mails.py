"""The mail log at the desk: what was written to whom, what became of it, and sending again what did not arrive."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from kanal.audit.queries import timeline_of
from kanal.audit.record import Subject, recorded
from kanal.identity.permissions import Permission
from kanal.kit.queue import NO_BOOK
from kanal.kit.refusal import Refusal
from kanal.notices.kinds import KINDS, is_secret, kind_in_words
from kanal.notices.models import Mail
from kanal.notices.queries import mail_log
from kanal.notices.resend import CAN_BE_RESENT, resend_mail
from kanal.web.access import Door, page
from kanal.web.listing import Choice, Column, Days, Empty, Kind, Listing, Only, Two, words
from kanal.web.pages.here import ask
from kanal.web.parts.shapes import Action, Confirm, Fact, Step
from kanal.web.parts.timeline import happened
from kanal.web.request import PortalRequest

MAILS = Listing[Mail](
    name="mails",
    title=gettext_lazy("Mail log"),
    columns=[
        Column("subject", gettext_lazy("Subject"), lambda mail: Two(mail.subject, kind_in_words(mail.kind))),
        Column("to", gettext_lazy("To"), lambda mail: Two(mail.to_name or mail.to_address, mail.to_address)),
        Column("state", gettext_lazy("State"), lambda mail: Mail.State(mail.state), kind=Kind.BADGE),
        Column("made", gettext_lazy("Written"), lambda mail: mail.made_at, kind=Kind.MOMENT, sort="made_at"),
        Column("sent", gettext_lazy("Sent"), lambda mail: mail.sent_at, kind=Kind.MOMENT),
        Column("tries", gettext_lazy("Tries"), lambda mail: mail.attempts, kind=Kind.NUMBER),
        Column("next", gettext_lazy("Next try"), lambda mail: mail.next_try_at, kind=Kind.MOMENT, shown=False),
        Column("trouble", gettext_lazy("Last trouble"), lambda mail: mail.last_error, shown=False),
    ],
    order="-made",
    filters=[
        Choice("state", gettext_lazy("State"), Mail.State.choices, lambda rows, state: rows.filter(state=state)),
        Choice(
            "kind",
            gettext_lazy("Kind"),
            lambda: [(kind.name, kind.label) for kind in KINDS.values() if kind.mail],
            lambda rows, kind: rows.filter(kind=kind),
        ),
        Days("made", gettext_lazy("Written"), "made_at"),
        Only("to", gettext_lazy("To"), lambda rows, to: rows.filter(to_address=to.lower()), lambda to: to),
    ],
    search=words("search_key"),
    search_label=gettext_lazy("Search by address, name or subject"),
    link=lambda mail: reverse("desk_mail", args=[mail.id]),
    empty=Empty(
        gettext_lazy("No mail has been written yet"),
        gettext_lazy("What Kanal writes to people stands here, with what became of it."),
        icon="mail",
    ),
)


@require_safe
@page(door=Door.DESK, may=Permission.MAIL_READ)
def mails(request: PortalRequest) -> HttpResponseBase:
    return MAILS.answer(request, mail_log(), "desk/list.html")


def mail_or_404(mail_id: UUID) -> Mail:
    found = mail_log().filter(id=mail_id).first()
    if found is None:
        raise Http404
    return found


def subject_of(mail: Mail) -> Subject:
    return Subject("mail", str(mail.id), mail.subject)


@require_safe
@page(door=Door.DESK, may=Permission.MAIL_READ)
def mail(request: PortalRequest, mail_id: UUID) -> HttpResponse:
    found = mail_or_404(mail_id)
    context = {
        "title": found.subject,
        "trail": trail(),
        "status": Mail.State(found.state),
        "facts": facts_of(found),
        "actions": [send_again(request, found)],
        "is_secret": is_secret(found.kind),
        "text": "" if is_secret(found.kind) else found.text,
        "timeline": happened(timeline_of(subject_of(found), books=[NO_BOOK])),
    }
    return render(request, "desk/mail.html", context)


def trail(found: Mail | None = None) -> tuple[Step, ...]:
    steps = [Step(_("Mail log"), reverse("desk_mails"))]
    return (*steps, Step(found.subject, reverse("desk_mail", args=[found.id]))) if found else tuple(steps)


def facts_of(found: Mail) -> list[Fact]:
    facts = [
        Fact(_("To"), f"{found.to_name} <{found.to_address}>" if found.to_name else found.to_address),
        Fact(_("Kind"), kind_in_words(found.kind)),
        Fact(_("Language"), {"vi": "Tiếng Việt", "en": "English"}[found.language]),
        Fact(_("Written"), found.made_at),
        Fact(_("Sent"), found.sent_at),
        Fact(_("Tries"), found.attempts),
        Fact(_("Next try"), found.next_try_at),
        Fact(_("Last trouble"), found.last_error),
        Fact(_("Cause"), found.cause),
        Fact(_("Number"), found.public_id),
    ]
    return [fact for fact in facts if fact.value not in (None, "")]


def send_again(request: PortalRequest, found: Mail) -> Action:
    if Permission.JOBS_RETRY not in request.permissions:
        return Action(_("Send again"), icon="send", reason=_("Only administrators and support send mails again."))
    if found.state not in CAN_BE_RESENT:
        return Action(
            _("Send again"), icon="send", reason=_("Only a mail that failed or is in doubt can be sent again.")
        )
    return Action(_("Send again"), reverse("desk_resend_mail", args=[found.id]), icon="send", is_asked=True)


@require_http_methods(["GET", "HEAD", "POST"])
@page(door=Door.DESK, may=Permission.JOBS_RETRY)
def resend(request: PortalRequest, mail_id: UUID) -> HttpResponseBase:
    found = mail_or_404(mail_id)
    refusal = ""
    if request.method == "POST":
        done = recorded(
            "mail.sent_again", subject_of(found), by=request.actor, at=request.at, old={"state": found.state}
        )
        try:
            resend_mail(found, at=request.at, beside=[done])
        except Refusal as no:
            refusal = str(no)
        else:
            messages.success(request, _("The mail to %(to)s is sent again.") % {"to": found.to_address})
            return redirect("desk_mail", found.id)
    return ask(request, _("Send again"), question(found, refusal), *trail(found))


def question(found: Mail, refusal: str) -> Confirm:
    doubt = _("Nobody knows whether it arrived the first time. If it did, they get it twice.")
    return Confirm(
        _("Send this mail again?"),
        _("Send again"),
        url=reverse("desk_resend_mail", args=[found.id]),
        cancel_url=reverse("desk_mail", args=[found.id]),
        text=doubt if found.state == Mail.State.IN_DOUBT else "",
        facts=[Fact(_("Subject"), found.subject), Fact(_("To"), found.to_address)],
        refusal=refusal,
    )
