"""What a person is called and how Kanal speaks to them (ID-7)."""

from __future__ import annotations

from zoneinfo import available_timezones

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from kanal.identity.models import Person
from kanal.identity.set_preferences import set_preferences
from kanal.web.access import own_page
from kanal.web.home import keep_language
from kanal.web.request import OwnRequest

NEAR = ["Asia/Ho_Chi_Minh", "Asia/Bangkok", "Asia/Singapore", "Asia/Tokyo", "Australia/Sydney", "Europe/London", "UTC"]


def zones() -> list[tuple[str, str]]:
    """Those of our readers first, then all there are."""
    listed = [zone for zone in sorted(available_timezones()) if "/" in zone and not zone.startswith("Etc/")]
    return [(zone, zone.replace("_", " ")) for zone in [*NEAR, *(zone for zone in listed if zone not in NEAR)]]


class ProfileForm(forms.Form):
    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=120,
        help_text=gettext_lazy("Colleagues and partners see it beside what you do"),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Language"),
        choices=Person.Language.choices,
        help_text=gettext_lazy("Of the pages, the mails and the files made for you"),
    )
    theme = forms.ChoiceField(label=gettext_lazy("Appearance"), choices=Person.Theme.choices)
    time_zone = forms.ChoiceField(
        label=gettext_lazy("Time zone"),
        choices=zones,
        help_text=gettext_lazy("Moments are shown in it; days and months of the business keep to Vietnam's"),
    )


@own_page
@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: OwnRequest) -> HttpResponse:
    person = request.person
    now = {"name": person.name, "language": person.language, "theme": person.theme, "time_zone": person.time_zone}
    form = ProfileForm(request.POST or None, initial=now)
    if not form.is_valid():
        facts = {"title": _("Your profile"), "form": form, "email": person.email}
        return render(request, "account/profile.html", facts, status=422 if form.errors else 200)
    person = set_preferences(person=person, by=request.actor, at=request.at, **form.cleaned_data)
    with translation.override(person.language):
        messages.success(request, _("Your profile is saved."))
    response = redirect("account_profile")
    keep_language(response, person.language)
    return response
