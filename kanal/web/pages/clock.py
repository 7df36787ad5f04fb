"""The sandbox clock at the desk: what it shows, moving it forward, and what happened because of that."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from kanal.audit.record import Subject, recorded
from kanal.identity.permissions import Permission
from kanal.kit import clock
from kanal.kit.models import ClockShift, TickStep
from kanal.kit.move_clock import FARTHEST, move_clock
from kanal.kit.queries import clock_moves, has_caught_up, last_move, runs_after, steps_since
from kanal.kit.refusal import Refusal
from kanal.web.access import Door, page
from kanal.web.listing import Column, Empty, Kind, Listing, Yes
from kanal.web.overview import Figure
from kanal.web.pages.here import ask
from kanal.web.pages.work_names import source_in_words
from kanal.web.parts.cells import Status
from kanal.web.parts.fields import DayField
from kanal.web.parts.shapes import Action, Confirm, Fact, Progress, Step
from kanal.web.request import PortalRequest

MOVES_SHOWN = 20
CLOCK = Subject("clock", "sandbox")
QUICK = {
    "day": (timedelta(days=1), gettext_lazy("A day")),
    "week": (timedelta(days=7), gettext_lazy("A week")),
    "month": (timedelta(days=30), gettext_lazy("30 days")),
}


def state_of(step: TickStep) -> Status:
    if step.trouble:
        return Status("FAILED", _("Failed"))
    return Status("SUCCEEDED", _("Done")) if step.done_at else Status("ENDED", _("Cut off"))


STEPS = Listing[TickStep](
    name="steps",
    title=gettext_lazy("What happened"),
    columns=[
        Column("source", gettext_lazy("What"), lambda step: source_in_words(step.source)),
        Column("due", gettext_lazy("Due"), lambda step: step.due_at, kind=Kind.MOMENT, sort="due_at"),
        Column("state", gettext_lazy("State"), state_of, kind=Kind.BADGE),
        Column("done", gettext_lazy("Done"), lambda step: step.done_at, kind=Kind.MOMENT, shown=False),
        Column("trouble", gettext_lazy("Trouble"), lambda step: step.trouble),
    ],
    order="-due",
    filters=[Yes("trouble", gettext_lazy("With trouble only"), lambda rows: rows.exclude(trouble=""))],
    empty=Empty(
        gettext_lazy("Nothing was due"),
        gettext_lazy("Move the clock, and what becomes due by then happens and is listed here."),
        icon="hourglass",
    ),
)


class MoveForm(forms.Form):
    """By days and hours, or to a day and a time; what is given twice is refused rather than guessed."""

    days = forms.IntegerField(
        label=gettext_lazy("Days"), min_value=0, max_value=FARTHEST.days, required=False, initial=1
    )
    hours = forms.IntegerField(label=gettext_lazy("Hours"), min_value=0, max_value=23, required=False)
    day = DayField(label=gettext_lazy("Or to the day"), required=False)
    hour = forms.TimeField(
        label=gettext_lazy("At"),
        required=False,
        help_text=gettext_lazy("Such as 09:00; without it midnight, when the day begins"),
        input_formats=["%H:%M"],
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )

    def __init__(self, *args: Any, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.at = at
        self.fields["day"].hint_url = reverse("day_hint")  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        if self.errors:
            return told
        by = timedelta(days=told.get("days") or 0, hours=told.get("hours") or 0)
        if told.get("day") and by:
            raise forms.ValidationError(_("Choose one: by how much, or to which day. Leave the other empty."))
        if told.get("hour") and not told.get("day"):
            raise forms.ValidationError(_("Give the day as well, or leave the time empty."))
        if not told.get("day") and not by:
            raise forms.ValidationError(_("Say by how many days or hours, or to which day, the clock moves."))
        told["to_at"] = self.moment_of(told["day"], told.get("hour")) if told.get("day") else self.at + by
        return told

    def moment_of(self, day: date, hour: time | None) -> datetime:
        return datetime.combine(day, hour or time(), tzinfo=timezone.get_current_timezone())


def only_in_a_sandbox() -> None:
    if not settings.KANAL_SANDBOX:
        raise Http404


@require_safe
@page(door=Door.DESK, may=Permission.CLOCK_READ)
def sandbox_clock(request: PortalRequest) -> HttpResponseBase:
    only_in_a_sandbox()
    form = MoveForm(at=request.at) if Permission.CLOCK_MOVE in request.permissions else None
    found = last_move()
    return STEPS.answer(request, steps_since(found), "desk/clock.html", context_of(request, found, form))


def context_of(request: PortalRequest, found: ClockShift | None, form: MoveForm | None) -> dict[str, Any]:
    not_yours = Action(_("Move the clock"), icon="fast-forward", reason=_("Only administrators move the clock."))
    return {
        "title": _("Sandbox clock"),
        "figures": figures(request),
        "form": form,
        "actions": quick_actions() if form else [not_yours],
        "progress": progress_of(found) if found else None,
        "moves": list(clock_moves()[:MOVES_SHOWN]),
    }


def quick_actions() -> list[Action]:
    url = reverse("desk_move_clock")
    return [Action(label, f"{url}?by={name}", "fast-forward", is_asked=True) for name, (_by, label) in QUICK.items()]


def figures(request: PortalRequest) -> list[Figure]:
    ahead = clock.offset()
    return [
        Figure(_("The sandbox shows"), shown(request.at)),
        Figure(_("In truth it is"), shown(clock.real_now())),
        Figure(_("Ahead by"), span_in_words(ahead) if ahead else _("nothing")),
    ]


def span_in_words(span: timedelta) -> str:
    """To the nearest minute first: between choosing and confirming some seconds go by."""
    minutes = round(span / timedelta(minutes=1))
    span = timedelta(minutes=minutes)
    hours = span.seconds // 3600
    days = ngettext("%(n)d day", "%(n)d days", span.days) % {"n": span.days} if span.days else ""
    rest = ngettext("%(n)d hour", "%(n)d hours", hours) % {"n": hours} if hours or not span.days else ""
    return " ".join(part for part in (days, rest) if part)


# --- Moving it ---------------------------------------------------------------------------------------------------


def question(request: PortalRequest, to_at: datetime, refusal: str = "") -> HttpResponse:
    confirm = Confirm(
        _("Move the clock forward?"),
        _("Move it"),
        url=reverse("desk_move_clock"),
        cancel_url=reverse("desk_clock"),
        text=_("Everything that is due by then happens, for everybody in this sandbox. The clock never goes back."),
        facts=[
            Fact(_("From"), request.at),
            Fact(_("To"), to_at),
            Fact(_("By"), span_in_words(to_at - request.at) if to_at > request.at else None),
        ],
        fields=[("to_at", to_at.isoformat())],
        refusal=refusal,
    )
    return ask(request, _("Move the clock"), confirm, Step(_("Sandbox clock"), reverse("desk_clock")))


@require_http_methods(["GET", "HEAD", "POST"])
@page(door=Door.DESK, may=Permission.CLOCK_MOVE)
def move(request: PortalRequest) -> HttpResponseBase:
    """First what was typed, which leads to the second screen; then that screen's answer, which does it.

    Sent twice, it moves once: the moment stands in the form, not how far it is.
    """
    only_in_a_sandbox()
    if request.method != "POST":
        by = quick(request)
        return question(request, request.at + by) if by else redirect("desk_clock")
    to_at = moment_told(request.POST.get("to_at", ""))
    return carried_out(request, to_at) if to_at else checked(request)


def quick(request: PortalRequest) -> timedelta | None:
    told = request.GET.get("by", "")
    return QUICK[told][0] if told in QUICK else None


def checked(request: PortalRequest) -> HttpResponse:
    form = MoveForm(request.POST, at=request.at)
    if form.is_valid():
        return question(request, form.cleaned_data["to_at"])
    found = last_move()
    context = {**context_of(request, found, form), "list": STEPS.page(request, steps_since(found))}
    return render(request, "desk/clock.html", context, status=422)


def carried_out(request: PortalRequest, to_at: datetime) -> HttpResponseBase:
    done = recorded(
        "clock.moved", CLOCK, by=request.actor, at=request.at, old={"shown": request.at}, new={"shown": to_at}
    )
    try:
        move_clock(to_at=to_at, by=request.actor, at=request.at, beside=[done])
    except Refusal as refusal:
        return question(request, to_at, str(refusal))
    messages.success(request, _("The clock was moved to %(moment)s.") % {"moment": shown(to_at)})
    return redirect("desk_clock")


def moment_told(text: str) -> datetime | None:
    try:
        told = datetime.fromisoformat(text)
    except ValueError:
        return None
    return told if told.tzinfo else None


def shown(at: datetime) -> str:
    return date_format(timezone.localtime(at), "SHORT_DATETIME_FORMAT")


# --- How far it has come -----------------------------------------------------------------------------------------


@require_safe
@page(door=Door.DESK, may=Permission.CLOCK_READ)
def progress(request: PortalRequest) -> HttpResponse:
    only_in_a_sandbox()
    found = last_move()
    if found is None:
        return HttpResponse(status=204)
    response = render(request, "parts/progress.html", {"progress": progress_of(found)})
    if has_caught_up(found):
        response["HX-Refresh"] = "true"  # the list below is whole now
    return response


def time_left(found: ClockShift, done: int, total: int) -> timedelta | None:
    """At the pace so far; nobody knows before something is done."""
    run = runs_after(found).first()
    if run is None or not done:
        return None
    return (clock.real_now() - run.began_at) * (total - done) / done


def progress_of(found: ClockShift) -> Progress:
    """In days gone through, or hours where it was less than two days."""
    unit = timedelta(days=1) if found.to_at - found.from_at >= timedelta(days=2) else timedelta(hours=1)
    total = max(1, -((found.from_at - found.to_at) // unit))
    done = total if has_caught_up(found) else min(total - 1, reached(found) // unit)
    return Progress(
        "clock-progress",
        _("Days gone through") if unit.days else _("Hours gone through"),
        done,
        total,
        reverse("desk_clock_progress"),
        left=time_left(found, done, total) if done < total else None,
        standing="done" if done == total else "running",
    )


def reached(found: ClockShift) -> timedelta:
    run = runs_after(found).first()
    return max(run.reached_at - found.from_at, timedelta()) if run else timedelta()
