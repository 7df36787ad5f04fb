"""What every organization has, by whichever door it comes in: its members, its keys, its profile.

ID-8  The table of addresses says what each page needs.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, NamedTuple

from django.http.response import HttpResponseBase
from django.urls import URLPattern, path

from kanal.identity.permissions import Permission
from kanal.web.access import Door, page
from kanal.web.pages import api_keys, invitations, member_roles, members, organization
from kanal.web.request import PortalRequest

May = Permission
View = Callable[..., HttpResponseBase]


class Area(NamedTuple):
    address: str
    name: str
    view: View
    may: Permission


AREAS = [
    Area("members/", "members", members.members, May.MEMBERS_READ),
    Area("members/invite/", "invite", member_roles.invite, May.MEMBERS_MANAGE),
    Area("members/invitations/", "invitations", invitations.invitations, May.MEMBERS_READ),
    Area("members/invitations/<invitation_id:invitation_id>/", "invitation", invitations.invitation, May.MEMBERS_READ),
    Area(
        "members/invitations/<invitation_id:invitation_id>/again/",
        "invite_again",
        invitations.again,
        May.MEMBERS_MANAGE,
    ),
    Area(
        "members/invitations/<invitation_id:invitation_id>/withdraw/",
        "withdraw",
        invitations.withdraw,
        May.MEMBERS_MANAGE,
    ),
    Area("members/<membership_id:membership_id>/", "member", members.member, May.MEMBERS_READ),
    Area("members/<membership_id:membership_id>/roles/", "member_roles", member_roles.roles, May.MEMBERS_MANAGE),
    Area("members/<membership_id:membership_id>/end/", "member_end", members.end, May.MEMBERS_MANAGE),
    Area("members/leave/", "leave", members.leave, May.OVERVIEW_READ),
    Area("api-keys/", "api_keys", api_keys.api_keys, May.API_KEYS_READ),
    Area("api-keys/new/", "make_api_key", api_keys.make, May.API_KEYS_MANAGE),
    Area("api-keys/<api_key_id:api_key_id>/", "api_key", api_keys.api_key, May.API_KEYS_READ),
    Area("api-keys/<api_key_id:api_key_id>/end/", "end_api_key", api_keys.end, May.API_KEYS_MANAGE),
    Area("organization/", "organization", organization.organization, May.ORGANIZATION_READ),
    Area("organization/edit/", "edit_organization", organization.edit, May.ORGANIZATION_EDIT),
]


def areas_of(door: Door) -> list[URLPattern]:
    return [path(area.address, _behind(door, area), name=f"{door}_{area.name}") for area in AREAS]


def _behind(door: Door, area: Area) -> View:
    """The same page behind each door, each with its own mark: another door's address is a 404."""

    @wraps(area.view)
    def view(request: PortalRequest, **ids: Any) -> HttpResponseBase:
        return area.view(request, **ids)

    return page(door=door, may=area.may)(view)
