"""ID-6, ID-8 The pages of members and invitations, behind each door."""

import re

import pytest
from django.test import Client

from kanal.identity.models import Membership
from kanal.identity.queries import members_of, open_invitations_of
from kanal.identity.roles import Role
from tests.world import World, a_world, join

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return a_world()


def signed_in(world: World, name: str) -> Client:
    client = Client()
    client.force_login(getattr(world, name))
    return client


def text(response: object) -> str:
    return response.content.decode()  # type: ignore[attr-defined, no-any-return]


@pytest.mark.parametrize(
    ("name", "door", "colleague"), [("thu", "desk", "minh"), ("lan", "partner", "hung"), ("an", "console", "chi")]
)
def test_lists_those_of_ones_own_organization_and_nobody_else(
    world: World, name: str, door: str, colleague: str
) -> None:
    """ALL-1"""
    page = text(signed_in(world, name).get(f"/{door}/members/"))

    assert getattr(world, colleague).email in page
    assert world.khoa.email not in page
    assert f"/{door}/members/invite/" in page


def test_the_list_is_searched_filtered_and_exported(world: World) -> None:
    """ID-7"""
    client = signed_in(world, "lan")

    assert "hung@saomai.example" in text(client.get("/partner/members/?q=hung"))
    assert "phuc@saomai.example" not in text(client.get("/partner/members/?q=hung"))
    finance = text(client.get("/partner/members/?role=PARTNER_FINANCE"))
    assert "mai@saomai.example" in finance
    assert "hung@saomai.example" not in finance


def test_an_administrator_invites_with_roles(world: World) -> None:
    """ID-6"""
    client = signed_in(world, "lan")
    answer = client.post(
        "/partner/members/invite/",
        {"email": "moi@saomai.example", "roles": ["PARTNER_SALES"], "own_customers_only": "on"},
        follow=True,
    )

    [invitation] = open_invitations_of(world.sao_mai)
    assert (invitation.email, invitation.roles, invitation.own_customers_only) == (
        "moi@saomai.example",
        ["PARTNER_SALES"],
        True,
    )
    assert answer.redirect_chain == [("/partner/members/invitations/", 302)]
    assert "moi@saomai.example" in text(answer)


def test_what_is_refused_stays_typed_beside_its_sentence(world: World) -> None:
    """ALL-3"""
    client = signed_in(world, "lan")
    answer = client.post("/partner/members/invite/", {"email": "hung@saomai.example", "roles": ["PARTNER_SALES"]})

    assert answer.status_code == 422
    page = text(answer)
    assert 'value="hung@saomai.example"' in page
    assert 'aria-invalid="true"' in page
    assert client.post("/partner/members/invite/", {"email": "moi@saomai.example"}).status_code == 422


def test_roles_are_changed_on_a_form_that_shows_what_they_are(world: World) -> None:
    """ID-6"""
    client, hung = signed_in(world, "lan"), world.membership_of(world.hung)
    address = f"/partner/members/{hung.public_id}/"

    ticked = re.findall(r'value="(PARTNER_\w+)"[^>]*checked', text(client.get(f"{address}roles/")))
    assert ticked == ["PARTNER_SALES"]
    client.post(f"{address}roles/", {"roles": ["PARTNER_FINANCE"]})
    assert world.membership_of(world.hung).roles == ["PARTNER_FINANCE"]


def test_the_last_administrator_reads_why_not(world: World) -> None:
    """ID-6"""
    client, lan = signed_in(world, "lan"), world.membership_of(world.lan)

    page = text(client.get(f"/partner/members/{lan.public_id}/"))
    assert 'aria-disabled="true"' in page
    refused = client.post("/partner/members/leave/", {"why": ""})
    assert refused.status_code == 422
    assert client.post(f"/partner/members/{lan.public_id}/roles/", {"roles": ["PARTNER_VIEWER"]}).status_code == 422


def test_ending_asks_first_and_then_does_it(world: World) -> None:
    """ID-6"""
    client, hung = signed_in(world, "lan"), world.membership_of(world.hung)
    address = f"/partner/members/{hung.public_id}/end/"

    assert client.get(address).status_code == 200
    assert Membership.objects.get(id=hung.id).ended_at is None
    answer = client.post(address, {"why": "Nghỉ việc"}, headers={"HX-Request": "true"})
    assert answer.headers["HX-Redirect"] == "/partner/members/"
    assert not members_of(world.sao_mai).filter(person=world.hung).exists()
    assert client.get(f"/partner/members/{hung.public_id}/").status_code == 404


def test_leaving_leads_home(world: World) -> None:
    """ID-6"""
    client = signed_in(world, "hung")

    assert client.post("/partner/members/leave/").headers["Location"] == "/"
    assert client.get("/", follow=True).redirect_chain[-1][0] == "/account/organizations/new/"


def test_a_viewer_reads_and_is_told_who_may(world: World) -> None:
    """ID-8"""
    client, hung = signed_in(world, "phuc"), world.membership_of(world.hung)

    assert 'aria-disabled="true"' in text(client.get("/partner/members/"))
    assert client.get(f"/partner/members/{hung.public_id}/").status_code == 200
    assert client.post(f"/partner/members/{hung.public_id}/end/").status_code == 403


def test_a_member_of_another_organization_is_not_there(world: World) -> None:
    """ALL-1"""
    client, hung = signed_in(world, "khoa"), world.membership_of(world.hung)

    for page in ("", "roles/", "end/"):
        assert client.get(f"/partner/members/{hung.public_id}/{page}").status_code == 404


def test_a_list_takes_the_same_few_statements_however_long_it_is(
    world: World, django_assert_max_num_queries: object
) -> None:
    client = signed_in(world, "thu")
    client.get("/desk/members/")
    with django_assert_max_num_queries(14) as first:  # type: ignore[operator]
        client.get("/desk/members/")
    join(world.sao_khue, world.khoa, Role.DESK_SUPPORT, head=world.thu)
    with django_assert_max_num_queries(len(first)):  # type: ignore[operator]
        client.get("/desk/members/")


def test_invitations_are_sent_again_and_withdrawn(world: World) -> None:
    """ID-1"""
    client = signed_in(world, "lan")
    client.post("/partner/members/invite/", {"email": "moi@saomai.example", "roles": ["PARTNER_VIEWER"]})
    [invitation] = open_invitations_of(world.sao_mai)
    address = f"/partner/members/invitations/{invitation.public_id}/"

    assert invitation.email in text(client.get("/partner/members/invitations/?standing=OPEN"))
    assert client.get(address).status_code == 200
    assert client.post(f"{address}again/").status_code == 422  # a moment ago
    assert client.post(f"{address}withdraw/").status_code == 302
    invitation.refresh_from_db()
    assert invitation.outcome == "WITHDRAWN"
    assert text(client.get(address)).count('aria-disabled="true"') == 2
    assert client.post(f"{address}withdraw/").status_code == 422
    assert signed_in(world, "khoa").get(address).status_code == 404
