"""Who may open a page: the mark on the view, the doors, the organization one acts for."""

import re
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import path, reverse

from kanal.identity.models import Organization, Person
from kanal.identity.permissions import Permission
from kanal.identity.roles import Role
from kanal.web.access import (
    BARE,
    OPEN,
    OWN,
    Access,
    Door,
    Reach,
    ViewWithoutAccess,
    access_of,
    bare_page,
    mark_all,
    open_page,
    own_page,
    page,
    roles_that_may,
)
from kanal.web.middleware import Asker
from tests.world import World, a_world, join

pytestmark = pytest.mark.django_db


def a_view(_request: HttpRequest) -> HttpResponse:
    return HttpResponse("in")


@pytest.fixture
def world() -> World:
    return a_world()


def signed_in(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def acting_for(client: Client, organization: Organization) -> Client:
    client.post("/organizations/", {"organization": organization.public_id})
    return client


class TestTheMark:
    def test_says_who_may_open_a_page(self) -> None:
        marked = page(door=(Door.PARTNER, Door.DESK), may=Permission.AUDIT_READ)(lambda _r: HttpResponse())
        assert access_of(marked) == Access(Reach.DOOR, frozenset({Door.PARTNER, Door.DESK}), Permission.AUDIT_READ)

    @pytest.mark.parametrize(("mark", "access"), [(own_page, OWN), (open_page, OPEN), (bare_page, BARE)])
    def test_of_pages_of_no_door(self, mark: Any, access: Access) -> None:
        assert access_of(mark(lambda _r: HttpResponse())) is access

    def test_is_missing_from_a_view_of_ours_only_by_mistake(self) -> None:
        unmarked = lambda _r: HttpResponse()  # noqa: E731
        unmarked.__module__ = "kanal.web.forgotten"
        with pytest.raises(ViewWithoutAccess, match=r"kanal\.web\.forgotten"):
            access_of(unmarked)

    def test_of_another_package_is_for_the_signed_in_unless_it_says_otherwise(self) -> None:
        theirs = lambda _r: HttpResponse()  # noqa: E731
        theirs.__module__ = "somebody.elses"
        assert access_of(theirs) is OWN
        theirs.login_required = False  # type: ignore[attr-defined]
        assert access_of(theirs) is OPEN

    def test_can_be_put_on_all_views_of_a_tree(self) -> None:
        patterns = mark_all([path("a/", lambda _r: HttpResponse())], BARE)
        pattern: Any = patterns[0]
        assert access_of(pattern.callback) is BARE

    def test_unmarked_is_refused_before_the_view_runs(self) -> None:
        request = RequestFactory().get("/")
        unmarked = lambda _r: HttpResponse("never")  # noqa: E731
        unmarked.__module__ = "kanal.web.forgotten"
        with pytest.raises(ViewWithoutAccess):
            Asker(a_view).process_view(request, unmarked, (), {})

    def test_names_the_roles_to_ask(self, world: World) -> None:
        roles = roles_that_may(Permission.MEMBERS_MANAGE, world.sao_mai)
        assert roles == [Role.PARTNER_ADMIN]


class TestTheDoor:
    @pytest.mark.parametrize(
        ("name", "own"), [("thu", "/desk/"), ("lan", "/partner/"), ("an", "/console/"), ("dung", "/console/")]
    )
    def test_of_each_kind_opens_and_the_others_do_not_exist(self, world: World, name: str, own: str) -> None:
        """ID-8"""
        client = signed_in(getattr(world, name))
        statuses = {url: client.get(url).status_code for url in ("/desk/", "/partner/", "/console/")}
        assert statuses == {url: 200 if url == own else 404 for url in statuses}

    def test_home_leads_to_it(self, world: World) -> None:
        assert signed_in(world.lan).get("/")["Location"] == "/partner/"

    def test_without_an_organization_home_leads_to_registering_one(self) -> None:
        from tests.world import a_person

        nobody_yet = a_person("Lý Mới", "moi@example.com")
        assert signed_in(nobody_yet).get("/")["Location"] == reverse("register_organization")

    def test_anonymous_is_sent_to_sign_in_and_back(self) -> None:
        assert Client().get("/partner/?x=1")["Location"] == "/account/sign-in/?next=/partner/%3Fx%3D1"

    def test_a_form_sent_after_the_session_ended_leads_back_to_the_page_it_stood_on(self) -> None:
        response = Client().post("/search/", headers={"referer": "http://testserver/partner/?tab=2"})
        assert response["Location"] == "/account/sign-in/?next=/partner/%3Ftab%3D2"

    def test_a_foreign_referer_is_no_way_back(self) -> None:
        response = Client().post("/search/", headers={"referer": "https://elsewhere.example/partner/"})
        assert response["Location"] == "/account/sign-in/?next=/"

    def test_refuses_the_right_door_without_the_role_and_says_which_role(
        self, world: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """ID-8"""
        from kanal.identity import permissions

        monkeypatch.setitem(permissions.TABLE, Permission.OVERVIEW_READ, frozenset({Role.PARTNER_ADMIN}))
        response = signed_in(world.phuc).get("/partner/", headers={"accept-language": "vi"})
        assert response.status_code == 403
        assert "Công ty TNHH Sao Mai" in response.text
        assert str(Role.PARTNER_ADMIN.label) in response.text

    def test_an_ended_membership_opens_nothing(self, world: World) -> None:
        from kanal.identity.end_membership import end_membership
        from tests.world import OPENING_DAY

        client = signed_in(world.phuc)
        assert client.get("/partner/").status_code == 200
        end_membership(membership=world.membership_of(world.phuc), by=world.acting(world.lan), at=OPENING_DAY)
        assert client.get("/partner/").status_code == 302


class TestSeveralOrganizations:
    @pytest.fixture
    def lan(self, world: World) -> Client:
        """She looks after her customer's console as well."""
        join(world.an_phat, world.lan, Role.CUSTOMER_BILLING, head=world.an)
        return signed_in(world.lan)

    def test_are_asked_for_first(self, lan: Client) -> None:
        assert lan.get("/")["Location"] == "/organizations/"
        assert lan.get("/search/")["Location"] == "/organizations/?next=%2Fsearch%2F"

    def test_are_told_apart_by_the_door_of_the_page(self, lan: Client) -> None:
        assert lan.get("/console/").status_code == 200
        assert lan.get("/")["Location"] == "/console/"

    def test_stay_as_chosen(self, lan: Client, world: World) -> None:
        acting_for(lan, world.sao_mai)
        assert lan.get("/")["Location"] == "/partner/"
        acting_for(lan, world.an_phat)
        assert lan.get("/")["Location"] == "/console/"

    def test_choosing_leads_back(self, lan: Client, world: World) -> None:
        chosen = {"organization": world.sao_mai.public_id, "next": "/partner/"}
        assert lan.post("/organizations/", chosen)["Location"] == "/partner/"

    def test_choosing_never_leads_out_of_the_house(self, lan: Client, world: World) -> None:
        chosen = {"organization": world.sao_mai.public_id, "next": "https://elsewhere.example/"}
        assert lan.post("/organizations/", chosen)["Location"] == "/"

    def test_one_of_somebody_else_cannot_be_chosen(self, lan: Client, world: World) -> None:
        """ALL-1"""
        for text in (world.bien_dong.public_id, "org_nonsense", ""):
            assert lan.post("/organizations/", {"organization": text}).status_code == 404

    def test_a_page_of_the_other_door_offers_the_switch(self, lan: Client, world: World) -> None:
        acting_for(lan, world.an_phat)
        response = lan.get("/partner/")
        assert response.status_code == 404
        assert world.sao_mai.public_id in response.text

    def test_a_form_acts_for_the_one_it_was_shown_for(self, lan: Client, world: World) -> None:
        """Another tab has switched meanwhile; the form's own organization counts."""
        acting_for(lan, world.an_phat)
        lan.post("/language/", {"language": "vi", "acting_for": world.sao_mai.public_id})
        assert lan.get("/")["Location"] == "/partner/"

    def test_a_form_never_acts_for_one_of_somebody_else(self, lan: Client, world: World) -> None:
        """ALL-1"""
        acting_for(lan, world.an_phat)
        lan.post("/language/", {"language": "vi", "acting_for": world.bien_dong.public_id})
        assert lan.get("/")["Location"] == "/console/"

    def test_the_switcher_lists_the_others(self, lan: Client, world: World) -> None:
        acting_for(lan, world.sao_mai)
        text = lan.get("/partner/").text
        switcher = re.search(r'action="/organizations/">(.*?)</form>', text, re.DOTALL)
        assert switcher is not None
        assert world.an_phat.name in switcher.group(1)
        assert world.bien_dong.name not in text
