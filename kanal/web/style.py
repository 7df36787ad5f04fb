"""The living style page of the sandbox: every part of the house in each of its states, drawn by the parts themselves."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from kanal.kit.money import Money
from kanal.kit.period import month_of
from kanal.notices.models import Mail
from kanal.notices.queries import mail_log
from kanal.web.access import open_page
from kanal.web.listing import Choice, Column, Days, Empty, Kind, Listing, Two, words
from kanal.web.parts.cells import Codes, Link, Status
from kanal.web.parts.charts import Chart, Series
from kanal.web.parts.fields import DayField, MoneyField
from kanal.web.parts.shapes import Action, Changed, Confirm, Fact, Happened, Progress, Step, Tab
from kanal.web.request import OpenRequest

WORK_SECONDS = 20  # how long the piece of work on this page takes

MAILS = Listing[Mail](
    name="mails",
    title=gettext_lazy("Mails of this sandbox"),
    columns=[
        Column("subject", gettext_lazy("Subject"), lambda mail: Two(mail.subject, mail.kind)),
        Column("to", gettext_lazy("To"), lambda mail: mail.to_address, sort="to_address"),
        Column("state", gettext_lazy("State"), lambda mail: Mail.State(mail.state), kind=Kind.BADGE, sort="state"),
        Column("made", gettext_lazy("Made"), lambda mail: mail.made_at, kind=Kind.MOMENT, sort="made_at"),
        Column("tries", gettext_lazy("Tries"), lambda mail: mail.attempts, kind=Kind.NUMBER, sort="attempts", shown=False),
    ],
    order="-made",
    filters=[
        Choice("state", gettext_lazy("State"), Mail.State.choices, lambda rows, state: rows.filter(state=state)),
        Days("made", gettext_lazy("Made"), "made_at"),
    ],
    search=words("search_key"),
    empty=Empty(gettext_lazy("No mail has been written yet"), gettext_lazy("Sign up, and the first one is here.")),
)


class StyleForm(forms.Form):
    customer = forms.CharField(label=gettext_lazy("Friendly name"), help_text=gettext_lazy("Only you see it."))
    kind = forms.ChoiceField(
        label=gettext_lazy("Role"), choices=[("", "–"), ("ADMIN", gettext_lazy("Administrator"))], required=False
    )
    amount = MoneyField(label=gettext_lazy("Custom amount"), least=1)
    starts = DayField(label=gettext_lazy("Starts on"), required=False)
    note = forms.CharField(label=gettext_lazy("Note"), widget=forms.Textarea, required=False)
    sure = forms.BooleanField(label=gettext_lazy("Tell the customer by mail"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["starts"].hint_url = reverse("day_hint")  # type: ignore[attr-defined]


@require_http_methods(["GET", "HEAD", "POST"])
@open_page
def style(request: OpenRequest) -> HttpResponseBase:
    form = StyleForm(request.POST or None)
    if form.is_valid():
        messages.success(request, _("%(amount)s would have moved.") % {"amount": form.cleaned_data["amount"]})
        return redirect("style")
    context = {
        "frame": "base.html" if request.shell else "base_open.html",
        "title": _("Style"),
        "form": form,
        "trail": [Step(_("Accounts"), "#details"), Step("An Bình", "#details")],
        "fact_list": facts(request.at),
        "timeline": happened(request.at),
        "action_list": actions(),
        "tabs": [Tab(_("Open"), "?tab=open", is_current=True, count=12), Tab(_("Closed"), "?tab=closed", count=1284)],
        "statuses": statuses(),
        "charts": charts(),
        "running": work(request.at, started=request.at - timedelta(seconds=7)),
        "finished": Progress("work-done", _("Mails"), 1284, 1284, "", standing="done", result_url="#progress"),
        "confirm": second_screen(),
        "empty": MAILS.empty,
        "colours": [f"series-{number}" for number in range(1, 6)],
        "levels": ["success", "info", "warning", "error"],
        "now": request.at,
    }
    if request.method == "POST":
        shown = MAILS.page(request, mail_log())
        return render(request, "style/style.html", {**context, "list": shown}, status=422)
    return MAILS.answer(request, mail_log(), "style/style.html", context)


def facts(at: datetime) -> list[Fact]:
    return [
        Fact(_("Available"), Money(1_284_000_500), why_url="#details"),
        Fact(_("Debt"), Money(-17_984)),
        Fact(_("Dollars"), Money(123_456, "USD")),
        Fact(_("Since"), at - timedelta(days=40)),
        Fact(_("Contract ends on"), timezone.localdate(at) + timedelta(days=60)),
        Fact(_("Month"), month_of(at.year, at.month, timezone.get_current_timezone())),
        Fact(_("Roles"), Codes((_("Administrator"), _("Sales")))),
        Fact(_("Partner"), Link("Sao Mai", "#details")),
        Fact(_("Tax code"), None),
    ]


def happened(at: datetime) -> list[Happened]:
    line = Changed(_("Credit line"), str(Money(5_000_000)), str(Money(8_000_000)))
    lan = "Trần Thu Lan"
    return [
        Happened(at - timedelta(minutes=4), lan, _("Credit line changed"), "An Bình", "pencil", changes=[line]),
        Happened(at - timedelta(days=2), "Nguyễn An", _("Joined by invitation"), icon="user-plus"),
        Happened(at - timedelta(days=3), lan, _("Note added"), icon="scroll-text", note=_("Calls on Mondays.")),
    ]


def actions() -> list[Action]:
    return [
        Action(_("Top up"), "#forms", icon="wallet", kind="primary"),
        Action(_("Set credit"), "#forms"),
        Action(_("Unlink"), icon="ban", reason=_("A server is still running. Delete it first.")),
        Action(_("Delete"), reverse("style_confirm"), icon="trash-2", kind="danger", is_asked=True),
    ]


def statuses() -> list[Status]:
    return [
        Status("CONFIRMED", _("Confirmed")),
        Status("AWAITING_APPROVAL", _("Awaiting approval")),
        Status("RUNNING", _("Running")),
        Status("REJECTED", _("Rejected")),
        Status("ENDED", _("Ended")),
    ]


def charts() -> list[Chart]:
    months = [f"{number:02}/2026" for number in range(1, 13)]
    topped = [320, 410, 380, 520, 610, 590, 720, 680, 810, 940, 890, 1120]
    used = [280, 300, 360, 410, 500, 610, 640, 700, 760, 800, 910, 960]
    millions = [[value * 1_000_000 for value in series] for series in (topped, used)]
    both = [Series(_("Topped up"), millions[0]), Series(_("Used"), millions[1])]
    net = [one - other for one, other in zip(*millions, strict=True)]
    said = _("Twelve months of 2026, in dong.")

    def write(value: int) -> str:
        return str(Money(value))

    def level(value: int) -> str:
        return _("%(n)s m") % {"n": f"{value // 1_000_000:,}".replace(",", "\N{NARROW NO-BREAK SPACE}")}

    common = {"labels": months, "label_of_labels": _("Month"), "write": write, "write_level": level}
    return [
        Chart("chart-bar", _("Credit topped up and used"), said, series=both, **common),
        Chart("chart-line", _("Credit topped up and used"), said, series=both, kind="line", **common),
        Chart("chart-stacked", _("Credit by kind"), said, series=both, kind="stacked", **common),
        Chart("chart-net", _("Difference"), said, series=[Series(_("Difference"), net)], **common),
    ]


@require_safe
@open_page
def progress(request: OpenRequest) -> HttpResponse:
    """A piece of work that is truly as far as the clock says."""
    started = datetime.fromtimestamp(int(request.GET.get("since", "0") or 0), tz=request.at.tzinfo)
    return render(request, "parts/progress.html", {"progress": work(request.at, started=started)})


def work(at: datetime, *, started: datetime) -> Progress:
    total = 400
    seconds = min((at - started).total_seconds(), WORK_SECONDS)
    done = int(total * seconds / WORK_SECONDS)
    url = f"{reverse('style_progress')}?since={int(started.timestamp())}"
    left = timedelta(seconds=WORK_SECONDS - seconds)
    standing: Any = "done" if done == total else "running"
    return Progress("work", _("Statements"), done, total, url, left=left, standing=standing)


def second_screen() -> Confirm:
    return Confirm(
        _("Top up %(name)s?") % {"name": "An Bình"},
        _("Top up %(amount)s") % {"amount": Money(1_000_000)},
        url=reverse("style_confirm"),
        cancel_url=f"{reverse('style')}#dialog-part",
        text=_("The customer is told at once."),
        facts=[
            Fact(_("Amount"), Money(1_000_000)),
            Fact(_("Your balance afterwards"), Money(1_283_000_500)),
            Fact(_("Their balance afterwards"), Money(982_016)),
        ],
    )


@require_http_methods(["GET", "HEAD", "POST"])
@open_page
def confirm(request: OpenRequest) -> HttpResponse:
    if request.method == "POST":
        messages.success(request, _("%(amount)s would have moved.") % {"amount": Money(1_000_000)})
        return redirect("style")
    frame = "base.html" if request.shell else "base_open.html"
    template = "parts/confirm.html#confirm" if request.htmx else "parts/confirm.html"
    return render(request, template, {"title": _("Confirm"), "frame": frame, "confirm": second_screen()})
