"""Keys for programs: the list, making one (its secret is shown once), one key, its end (ID-8)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import cache
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from kanal.audit.queries import timeline_of
from kanal.identity import queries
from kanal.identity.end_api_key import KeyEndedAlready, end_api_key
from kanal.identity.make_api_key import LONGEST_NAME, MadeKey, make_api_key
from kanal.identity.models import KEY_ENDS_SOON, ApiKey
from kanal.identity.permissions import Permission, scopes_open_to
from kanal.identity.subjects import api_key_subject
from kanal.kit import clock
from kanal.kit.refusal import Refusal
from kanal.web.access import Door
from kanal.web.listing import Choice, Codes, Column, Empty, Kind, Listing, Status, Two
from kanal.web.pages.here import add_refusal, ask, form_page, here, sent, url
from kanal.web.parts.shapes import Action, Confirm, Fact, Step
from kanal.web.parts.timeline import happened
from kanal.web.request import PortalRequest

FORM = ["GET", "HEAD", "POST"]
LIVES = (30, 90, 180, 365)  # days
USUAL_LIFE = 90


@cache
def listing(door: Door) -> Listing[ApiKey]:
    return Listing[ApiKey](
        name="api_keys",
        title=gettext_lazy("API keys"),
        columns=[
            Column("name", gettext_lazy("Name"), lambda row: Two(row.name, f"{row.shown_prefix}…"), sort="name"),
            Column("standing", gettext_lazy("State"), status_of, kind=Kind.BADGE),
            Column("by", gettext_lazy("Made by"), lambda row: str(row.made_by)),
            Column("made", gettext_lazy("Made"), lambda row: row.made_at, kind=Kind.MOMENT, sort="made_at"),
            Column("ends", gettext_lazy("Ends"), ends_at, kind=Kind.MOMENT, sort="expires_at"),
            Column(
                "used", gettext_lazy("Last used"), lambda row: row.last_used_at, kind=Kind.MOMENT, sort="last_used_at"
            ),
            Column(
                "from", gettext_lazy("From address"), lambda row: row.last_used_address, kind=Kind.CODE, shown=False
            ),
            Column("scopes", gettext_lazy("May do"), lambda row: Codes(tuple(scope_words(row))), shown=False),
        ],
        order="-made",
        filters=[Choice("standing", gettext_lazy("State"), ApiKey.Standing.choices, standing_now)],
        search=lambda rows, text: rows.filter(Q(name__istartswith=text) | Q(shown_prefix__startswith=text)),
        search_label=gettext_lazy("Beginning of the name or of the key"),
        link=lambda row: url(door, "api_key", api_key_id=row.id),
        empty=Empty(
            gettext_lazy("No API keys yet"),
            gettext_lazy("A program of yours uses a key to work here in your name."),
            gettext_lazy("Make a key"),
            f"{door}_make_api_key",
        ),
    )


def status_of(key: ApiKey) -> Status:
    standing = key.standing(clock.now())
    return Status(standing.value, standing.label)


def ends_at(key: ApiKey) -> Any:
    return key.ended_at or key.expires_at


def scope_words(key: ApiKey) -> list[str]:
    known = {permission.value: str(permission.label) for permission in Permission}
    return [known.get(scope, scope) for scope in key.scopes]


def standing_now(rows: QuerySet[ApiKey], standing: str) -> QuerySet[ApiKey]:
    now = clock.now()
    alive = rows.filter(ended_at=None)
    match standing:
        case ApiKey.Standing.ENDED:
            return rows.exclude(ended_at=None)
        case ApiKey.Standing.EXPIRED:
            return alive.filter(expires_at__lte=now)
        case ApiKey.Standing.EXPIRES_SOON:
            return alive.filter(expires_at__gt=now, expires_at__lte=now + KEY_ENDS_SOON)
        case _:
            return alive.filter(expires_at__gt=now + KEY_ENDS_SOON)


@require_safe
def api_keys(request: PortalRequest) -> HttpResponseBase:
    make_one = Action(_("Make a key"), here(request, "make_api_key"), icon="plus", kind="primary")
    rows = queries.api_keys_of(request.organization)
    return listing(request.door).answer(request, rows, "api_keys/list.html", {"actions": [managing(request, make_one)]})


def managing(request: PortalRequest, action: Action) -> Action:
    if Permission.API_KEYS_MANAGE in request.permissions:
        return action
    return Action(action.label, icon=action.icon, reason=_("Only an administrator or owner makes and ends keys."))


# --- Making one --------------------------------------------------------------------------------------------------


class KeyForm(forms.Form):
    name = forms.CharField(
        label=gettext_lazy("Name"),
        help_text=gettext_lazy("The program that will use it, and where it runs"),
        max_length=LONGEST_NAME,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    days = forms.TypedChoiceField(
        label=gettext_lazy("Works for"),
        help_text=gettext_lazy("You are told seven days before it ends"),
        coerce=int,
        initial=USUAL_LIFE,
    )
    scopes = forms.MultipleChoiceField(
        label=gettext_lazy("May do"),
        help_text=gettext_lazy("Never more than you may yourself, also later"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Choose at least one thing that the key may do.")},
    )
    form_id = forms.CharField(widget=forms.HiddenInput, max_length=40)

    def __init__(self, request: PortalRequest) -> None:
        super().__init__(sent(request), initial={"form_id": uuid4().hex})
        open_to = scopes_open_to(request.membership.roles)
        listed = [(each.value, each.label) for each in Permission if each in open_to]
        self.fields["scopes"].choices = listed  # type: ignore[attr-defined]
        self.fields["days"].choices = [(days, in_days(days)) for days in LIVES]  # type: ignore[attr-defined]


def in_days(days: int) -> str:
    return ngettext("%(days)d day", "%(days)d days", days) % {"days": days}


@never_cache
@require_http_methods(FORM)
def make(request: PortalRequest) -> HttpResponse:
    form = KeyForm(request)
    if form.is_valid():
        try:
            made = make_api_key(
                organization=request.organization,
                name=form.cleaned_data["name"],
                scopes=form.cleaned_data["scopes"],
                expires_at=request.at + timedelta(days=form.cleaned_data["days"]),
                by=request.actor,
                at=request.at,
                request_id=form.cleaned_data["form_id"],
            )
        except Refusal as refusal:
            add_refusal(form, refusal)
        else:
            return _shown_once(request, made)
    back = here(request, "api_keys")
    return form_page(request, _("Make a key"), form, submit=_("Make the key"), cancel_url=back, trail=trail(request))


def _shown_once(request: PortalRequest, made: MadeKey) -> HttpResponse:
    """The only answer that ever holds the secret: not kept by a cache, and not stored to be shown after a redirect."""
    facts = {
        "title": _("The key “%(name)s” is made") % {"name": made.key.name},
        "trail": trail(request),
        "secret": made.secret,
        "key_url": here(request, "api_key", api_key_id=made.key.id),
    }
    return render(request, "api_keys/made.html", facts)


# --- One key -----------------------------------------------------------------------------------------------------


def key_of(request: PortalRequest, api_key_id: UUID) -> ApiKey:
    found = queries.api_keys_of(request.organization).filter(id=api_key_id).first()
    if found is None:
        raise Http404
    return found


def trail(request: PortalRequest, key: ApiKey | None = None) -> tuple[Step, ...]:
    steps = [Step(_("API keys"), here(request, "api_keys"))]
    if key:
        steps.append(Step(key.name, here(request, "api_key", api_key_id=key.id)))
    return tuple(steps)


@require_safe
def api_key(request: PortalRequest, api_key_id: UUID) -> HttpResponse:
    key = key_of(request, api_key_id)
    facts = {
        "title": key.name,
        "status": status_of(key),
        "trail": trail(request),
        "facts": facts_of(key),
        "actions": [end_action(request, key)],
        "timeline": happened(timeline_of(api_key_subject(key), books=[request.organization.book_id])),
    }
    return render(request, "detail.html", facts)


def facts_of(key: ApiKey) -> list[Fact]:
    ended = [Fact(_("Ended by"), str(key.ended_by)), Fact(_("Ended"), key.ended_at)] if key.ended_at else []
    return [
        Fact(_("Begins with"), key.shown_prefix),
        Fact(_("May do"), Codes(tuple(scope_words(key)))),
        Fact(_("Made by"), str(key.made_by)),
        Fact(_("Made"), key.made_at),
        Fact(_("Ends"), key.expires_at),
        Fact(_("Last used"), key.last_used_at),
        Fact(_("From address"), key.last_used_address or None),
        *ended,
    ]


def end_action(request: PortalRequest, key: ApiKey) -> Action:
    end_it = Action(
        _("End the key"), here(request, "end_api_key", api_key_id=key.id), icon="ban", kind="danger", is_asked=True
    )
    if not key.is_alive(request.at):
        end_it = replace(end_it, url="", reason=str(KeyEndedAlready(name=key.name)))
    return managing(request, end_it)


@require_http_methods(FORM)
def end(request: PortalRequest, api_key_id: UUID) -> HttpResponse:
    key = key_of(request, api_key_id)
    confirm = Confirm(
        _("End the key “%(name)s”?") % {"name": key.name},
        _("End the key"),
        url=request.path,
        cancel_url=here(request, "api_key", api_key_id=key.id),
        text=_("Programs that use it are turned away from this moment. This cannot be undone."),
        facts=[Fact(_("Begins with"), key.shown_prefix), Fact(_("Last used"), key.last_used_at)],
        kind="destroy",
    )
    if request.method == "POST":
        try:
            end_api_key(key=key, by=request.actor, at=request.at)
        except Refusal as refusal:
            confirm = replace(confirm, refusal=str(refusal))
        else:
            messages.success(request, _("The key “%(name)s” has ended.") % {"name": key.name})
            return redirect(confirm.cancel_url)
    return ask(request, _("End the key"), confirm, *trail(request, key))
