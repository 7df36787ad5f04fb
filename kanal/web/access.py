"""Who may open a page: said on the view, held by one middleware, denied by default (ID-8).

    @page(door=Door.DESK, may=Permission.AUDIT_READ)      a page of one door, or of several
    @own_page                                             any signed-in person's own account
    @open_page                                            anybody
    @bare_page                                            programs; nobody is looked up and no database is asked

A view of ours without one of these is a defect. What other packages bring (sign-in, two-factor) is for the
signed-in, unless it carries Django's own mark `login_not_required`.
"""

from __future__ import annotations

import enum
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from django.http.response import HttpResponseBase
from django.urls import URLPattern, URLResolver

from kanal.identity.models import Organization
from kanal.identity.permissions import TABLE, Permission
from kanal.identity.roles import Role, roles_of_kind

View = TypeVar("View", bound=Callable[..., HttpResponseBase])


class Door(enum.StrEnum):
    """Where an organization comes in; each kind has one."""

    PARTNER = "partner"
    CONSOLE = "console"
    DESK = "desk"

    @property
    def kind(self) -> str:
        return _KINDS[self]

    @property
    def overview(self) -> str:
        """The name of the page that one comes in by."""
        return f"{self}_overview"

    @classmethod
    def of(cls, organization: Organization) -> Door:
        return _DOORS[organization.kind]


_KINDS = {
    Door.PARTNER: Organization.Kind.PARTNER.value,
    Door.CONSOLE: Organization.Kind.CUSTOMER.value,
    Door.DESK: Organization.Kind.PROVIDER.value,
}
_DOORS = {kind: door for door, kind in _KINDS.items()}


class Reach(enum.Enum):
    BARE = "programs"
    OPEN = "anybody"
    OWN = "the signed-in"
    DOOR = "members"


@dataclass(frozen=True, slots=True)
class Access:
    """What stands on a view as `view.access`, for the middleware and for the test that walks every address."""

    reach: Reach
    doors: frozenset[Door] = frozenset()
    may: Permission | None = None

    def admits(self, door: Door | None) -> bool:
        return self.reach is not Reach.DOOR or door in self.doors


BARE, OPEN, OWN = Access(Reach.BARE), Access(Reach.OPEN), Access(Reach.OWN)


def page(*, door: Door | tuple[Door, ...], may: Permission) -> Callable[[View], View]:
    doors = frozenset(door if isinstance(door, tuple) else (door,))

    def mark(view: View) -> View:
        return marked(view, Access(Reach.DOOR, doors, may))

    return mark


def own_page(view: View) -> View:
    return marked(view, OWN)


def open_page(view: View) -> View:
    return marked(view, OPEN)


def bare_page(view: View) -> View:
    return marked(view, BARE)


def marked(view: View, access: Access) -> View:
    view.access = access  # type: ignore[attr-defined]
    return view


def mark_all(patterns: list[URLPattern | URLResolver], access: Access) -> list[URLPattern | URLResolver]:
    """For addresses that another package makes, such as the API's: the same mark on each of their views."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            mark_all(pattern.url_patterns, access)
        else:
            marked(pattern.callback, access)
    return patterns


class ViewWithoutAccess(TypeError):
    """A defect of the program: nobody said who may open this page."""


def access_of(view: Callable[..., Any]) -> Access:
    said: Access | None = getattr(view, "access", None)
    if said is not None:
        return said
    if _is_ours(view):
        raise ViewWithoutAccess(f"{view.__module__}.{view.__qualname__} says not who may open it (kanal.web.access)")
    return OWN if getattr(view, "login_required", True) else OPEN


def _is_ours(view: Callable[..., Any]) -> bool:
    inner = getattr(view, "view_class", view)
    return inner.__module__.partition(".")[0] == "kanal"


def roles_that_may(permission: Permission, organization: Organization) -> list[Role]:
    """In this organization, whom to ask for it."""
    return [role for role in roles_of_kind(organization.kind) if role in TABLE[permission]]
