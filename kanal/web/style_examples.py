"""What the style page shows in the parts: made-up words and figures, of the size and the length that real ones have."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from kanal.kit.money import Money
from kanal.kit.period import month_of
from kanal.web.parts.cells import Codes, Link, Status
from kanal.web.parts.charts import Chart, Series, short
from kanal.web.parts.shapes import Action, Changed, Confirm, Fact, Happened


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

    def chart(kind: Literal["bar", "stacked", "line"], name: str, title: str, series: list[Series]) -> Chart:
        return Chart(name, title, said, months, series, kind, _("Month"), write, short)

    return [
        chart("bar", "chart-bar", _("Credit topped up and used"), both),
        chart("line", "chart-line", _("Credit topped up and used"), both),
        chart("stacked", "chart-stacked", _("Credit by kind"), both),
        chart("bar", "chart-net", _("Difference"), [Series(_("Difference"), net)]),
    ]


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
