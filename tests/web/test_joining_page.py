"""ID-1 The page behind a mailed invitation."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from kanal.identity.invite_colleague import invite_colleague
from kanal.identity.models import Invitation
from kanal.identity.queries import member_of
from kanal.kit import clock
from tests.world import World, a_person, a_world, mailed_link, told_to

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return a_world()


@pytest.fixture
def link(world: World) -> str:
    invite_colleague(
        organization=world.sao_mai,
        email="moi@saomai.example",
        roles=["PARTNER_SALES"],
        by=world.acting(world.lan),
        at=clock.now(),
    )
    return mailed_link(world.sao_mai, "moi@saomai.example")


def body(response: object) -> str:
    return response.content.decode()  # type: ignore[attr-defined, no-any-return]


def test_whoever_holds_the_link_reads_what_it_offers(world: World, link: str) -> None:
    """ID-1"""
    answer = Client().get(link)

    page = body(answer)
    assert world.sao_mai.name in page
    assert "moi@saomai.example" in page
    assert f"{reverse('account_login')}?next={link.replace('/', '%2F')}" in page.replace("&amp;", "&")
    assert "no-store" in answer.headers["Cache-Control"] or "no-cache" in answer.headers["Cache-Control"]


def test_accepting_leads_into_the_organization(world: World, link: str) -> None:
    """ID-6"""
    moi = a_person("Mới", "moi@saomai.example")
    client = Client()
    client.force_login(moi)

    assert 'value="accept"' in body(client.get(link))
    client.post(link, {"answer": "accept"})
    membership = member_of(world.sao_mai, moi)
    assert membership is not None
    assert membership.roles == ["PARTNER_SALES"]
    assert client.get("/").headers["Location"] == "/partner/"
    assert client.get(link).status_code == 410


def test_without_a_session_accepting_leads_to_sign_in_and_back(link: str) -> None:
    """ID-1"""
    answer = Client().post(link, {"answer": "accept"})

    assert answer.headers["Location"].startswith(reverse("account_login"))
    assert link.replace("/", "%2F") in answer.headers["Location"]


def test_another_account_is_told_which_one_it_needs(world: World, link: str) -> None:
    """ID-1"""
    client = Client()
    client.force_login(world.khoa)

    assert 'value="accept"' not in body(client.get(link))
    assert client.post(link, {"answer": "accept"}).status_code == 409
    assert member_of(world.sao_mai, world.khoa) is None


def test_declining_needs_no_account(world: World, link: str) -> None:
    """ALL-2"""
    answer = Client().post(link, {"answer": "decline"})

    assert answer.status_code == 200
    assert Invitation.objects.get(email="moi@saomai.example").outcome == "DECLINED"
    assert told_to(world.sao_mai, "invitation_declined") == [world.lan.email]


def test_a_link_that_is_over_says_what_became_of_it(link: str) -> None:
    """ALL-3"""
    Invitation.objects.filter(email="moi@saomai.example").update(expires_at=clock.now() - timedelta(minutes=1))

    assert Client().get(link).status_code == 410
    assert Client().post(link, {"answer": "decline"}).status_code == 410
    assert Client().get("/invitations/no-such-link/").status_code == 404
