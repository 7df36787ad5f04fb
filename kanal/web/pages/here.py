"""Addresses behind the door that the request came by, and what the pages of every door share."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse

from kanal.kit.refusal import Refusal
from kanal.web.access import Door
from kanal.web.parts.shapes import Confirm, Step
from kanal.web.request import PortalRequest

UNPROCESSABLE = 422


def url(door: Door, name: str, **ids: Any) -> str:
    return reverse(f"{door}_{name}", kwargs=ids)


def here(request: PortalRequest, name: str, **ids: Any) -> str:
    return url(request.door, name, **ids)


def sent(request: HttpRequest) -> QueryDict | None:
    """What a form is bound to: also one of which nothing was filled in."""
    return request.POST if request.method == "POST" else None


def add_refusal(form: forms.BaseForm, refusal: Refusal) -> None:
    """Beside the field it speaks of, or on top."""
    form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))


def ask(request: PortalRequest, title: str, confirm: Confirm, *trail: Step) -> HttpResponse:
    """The second screen: a dialog where script runs, a page of its own where it does not."""
    template = "parts/confirm.html#confirm" if request.htmx else "parts/confirm.html"
    refused = bool(confirm.refusal) or (confirm.form is not None and bool(confirm.form.errors))
    facts = {"title": title, "confirm": confirm, "trail": trail}
    return render(request, template, facts, status=UNPROCESSABLE if refused else 200)


def form_page(
    request: PortalRequest,
    title: str,
    form: forms.BaseForm,
    *,
    submit: str,
    cancel_url: str,
    trail: tuple[Step, ...] = (),
    lead: str = "",
) -> HttpResponse:
    facts = {"title": title, "form": form, "submit": submit, "cancel_url": cancel_url, "trail": trail, "lead": lead}
    return render(request, "form_page.html", facts, status=UNPROCESSABLE if form.errors else 200)
