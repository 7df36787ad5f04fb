"""What base.html draws round a page: who is in, through which door, where else they could go, what waits."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kanal.identity.models import Membership, Organization, Person
from kanal.kit import clock
from kanal.kit.money import Money
from kanal.notices.queries import MOST_COUNTED, unread_count
from kanal.web.access import Door
from kanal.web.menus import ACCOUNT_MENU, ShownArea, ShownEntry, menu_for, shown_entries

MANY = 7  # organizations in the switcher; more are on a page of their own, with a search
DOOR_NAMES: dict[Door, str | Promise] = {
    Door.PARTNER: _("Partner portal"),
    Door.CONSOLE: _("Console"),
    Door.DESK: _("Desk"),
}


@dataclass(frozen=True, slots=True)
class Balance:
    """The pill in the top bar: what is available, and on opening what it is made of."""

    available: Money
    total: Money
    held: Money
    url: str = ""


# Rooms that hold money say here how to answer; where nobody does, there is no pill.
BALANCE_OF: dict[Door, Callable[[Any], Balance | None]] = {}


@dataclass(frozen=True)
class Shell:
    request: Any
    person: Person
    door: Door | None
    organization: Organization | None
    memberships: Sequence[Membership]

    @cached_property
    def door_name(self) -> str:
        return str(DOOR_NAMES[self.door]) if self.door else ""

    @cached_property
    def menu(self) -> list[ShownArea]:
        return menu_for(self.door, self.request.permissions, self.request.path) if self.door else []

    @cached_property
    def account_menu(self) -> list[ShownEntry]:
        return shown_entries(ACCOUNT_MENU, self.request.path)

    @cached_property
    def home_url(self) -> str:
        return reverse(self.door.overview) if self.door else reverse("home")

    @cached_property
    def others(self) -> list[Membership]:
        """The other organizations of this person, as many as the switcher shows."""
        here = self.organization.id if self.organization else None
        return [each for each in self.memberships if each.organization_id != here][:MANY]

    @property
    def has_more(self) -> bool:
        return len(self.memberships) > len(self.others) + 1

    @cached_property
    def notices_url(self) -> str:
        return reverse("notices")

    @cached_property
    def sign_out_url(self) -> str:
        return reverse("account_logout")

    @cached_property
    def unread(self) -> int:
        return unread_count(self.person.id)

    @property
    def unread_shown(self) -> str:
        return str(self.unread) if self.unread <= MOST_COUNTED else f"{MOST_COUNTED}+"

    @cached_property
    def balance(self) -> Balance | None:
        answer = BALANCE_OF.get(self.door) if self.door else None
        return answer(self.request) if answer else None

    @property
    def initials(self) -> str:
        """The first letter of the given name, which comes last in Vietnamese."""
        words = str(self.person).replace("@", " ").split()
        return words[-1][0] if words else "?"


@dataclass(frozen=True, slots=True)
class Choice:
    code: str
    label: str
    is_chosen: bool


class Frame:
    """What every page has, signed in or not: language, theme, and the sandbox's own clock."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request

    @cached_property
    def theme(self) -> str:
        shell: Shell | None = getattr(self.request, "shell", None)
        told = shell.person.theme if shell else self.request.COOKIES.get("kanal_theme", "")
        return told if told in Person.Theme.values else Person.Theme.SYSTEM.value

    @property
    def themes(self) -> list[Choice]:
        return [Choice(code, str(label), code == self.theme) for code, label in Person.Theme.choices]

    @property
    def languages(self) -> list[Choice]:
        here = getattr(self.request, "LANGUAGE_CODE", settings.LANGUAGE_CODE)
        return [Choice(code, label, code == here) for code, label in Person.Language.choices]

    @property
    def language(self) -> str:
        return str(getattr(self.request, "LANGUAGE_CODE", settings.LANGUAGE_CODE))

    @property
    def here(self) -> str:
        """Where to come back to after a choice; an answer to a form has no address that shows it again."""
        return self.request.get_full_path() if self.request.method in {"GET", "HEAD"} else self.request.path

    @property
    def is_sandbox(self) -> bool:
        return bool(settings.KANAL_SANDBOX)

    @property
    def sandbox_days_ahead(self) -> int:
        return (clock.offset() + timedelta(minutes=1)).days  # seconds go by between choosing and confirming

    @property
    def sandbox_today(self) -> Any:
        return timezone.localtime(getattr(self.request, "at", None) or clock.now())


def frame(request: HttpRequest) -> dict[str, Frame]:
    """A context processor; nothing is asked until a template asks."""
    return {"frame_of": Frame(request)}
