"""The side menus: what is built and allowed, and where one is."""

import pytest
from django.urls import reverse

from kanal.identity.permissions import Permission
from kanal.web.access import Door
from kanal.web.menus import ACCOUNT_MENU, MENU, entries_for, menu_for, shown_entries
from tests.web.routes import every_route

EVERYTHING = frozenset(Permission)


@pytest.mark.parametrize("door", Door)
def test_an_entry_asks_for_what_its_page_asks(door: Door) -> None:
    """ID-8  A menu never offers what the page refuses, nor hides what it allows."""
    by_name = {route.name: route.access for route in every_route()}
    for entry in MENU[door]:
        access = by_name[entry.url_name]
        assert (access.may, door in access.doors) == (entry.permission, True), entry.url_name


@pytest.mark.parametrize("door", Door)
def test_nothing_is_offered_without_its_permission(door: Door) -> None:
    """ID-8"""
    for entry in MENU[door]:
        assert entry not in entries_for(door, EVERYTHING - {entry.permission})


@pytest.mark.parametrize("door", Door)
def test_each_page_is_the_current_one_on_itself(door: Door) -> None:
    for entry in MENU[door]:
        url = reverse(entry.url_name)
        current = [each.url for area in menu_for(door, EVERYTHING, url) for each in area.entries if each.is_current]
        assert current == [url]


def test_a_detail_belongs_to_its_list() -> None:
    members = reverse("partner_members")
    areas = menu_for(Door.PARTNER, EVERYTHING, f"{members}mem_x/")
    assert [each.url for area in areas for each in area.entries if each.is_current] == [members]


def test_the_overview_is_current_on_itself_alone() -> None:
    areas = menu_for(Door.PARTNER, EVERYTHING, "/partner/somewhere/else/")
    assert not any(each.is_current for area in areas for each in area.entries)


def test_the_account_menu_leads_somewhere() -> None:
    assert len(shown_entries(ACCOUNT_MENU, "/account/")) == len(ACCOUNT_MENU)
