"""The living style page of the sandbox: every part in each of its states, drawn by the parts themselves."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from kanal.kit.money import Money
from kanal.notices.models import Mail
from kanal.notices.queries import mail_log
from kanal.web.access import open_page
from kanal.web.listing import Choice, Column, Days, Empty, Kind, Listing, Two, words
from kanal.web.parts.fields import DayField, MoneyField
from kanal.web.parts.shapes import Progress, Step, Tab
from kanal.web.request import OpenRequest
from kanal.web.style_examples import actions, charts, facts, happened, second_screen, statuses

WORK_SECONDS = 12  # how long the piece of work on this page takes

MAILS = Listing[Mail](
    name="mails",
    title=gettext_lazy("Mails of this sandbox"),
    columns=[
        Column("subject", gettext_lazy("Subject"), lambda mail: Two(mail.subject, mail.kind)),
        Column("to", gettext_lazy("To"), lambda mail: mail.to_address, sort="to_address"),
        Column("state", gettext_lazy("State"), lambda mail: Mail.State(mail.state), kind=Kind.BADGE),
        Column("made", gettext_lazy("Made"), lambda mail: mail.made_at, kind=Kind.MOMENT, sort="made_at"),
        Column(
            "tries", gettext_lazy("Tries"), lambda mail: mail.attempts, kind=Kind.NUMBER, sort="attempts", shown=False
        ),
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
        "running": work(request.at, started=request.at - timedelta(seconds=4)),
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


@require_http_methods(["GET", "HEAD", "POST"])
@open_page
def confirm(request: OpenRequest) -> HttpResponse:
    if request.method == "POST":
        messages.success(request, _("%(amount)s would have moved.") % {"amount": Money(1_000_000)})
        return redirect("style")
    frame = "base.html" if request.shell else "base_open.html"
    template = "parts/confirm.html#confirm" if request.htmx else "parts/confirm.html"
    return render(request, template, {"title": _("Confirm"), "frame": frame, "confirm": second_screen()})
