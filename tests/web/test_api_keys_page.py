"""ID-8 The pages of API keys."""

import re

import pytest
from django.test import Client

from kanal.identity.authenticate_api_key import authenticate_api_key
from kanal.identity.models import ApiKey
from kanal.kit import clock
from tests.world import World, a_world

pytestmark = pytest.mark.django_db
SECRET = re.compile(r"kan_[0-9a-z]{40}")
FORM = {"name": "ERP", "days": "90", "scopes": ["members.read"], "form_id": "f1"}


@pytest.fixture
def world() -> World:
    return a_world()


@pytest.fixture
def client(world: World) -> Client:
    client = Client()
    client.force_login(world.lan)
    return client


def body(response: object) -> str:
    return response.content.decode()  # type: ignore[attr-defined, no-any-return]


def test_the_secret_is_shown_in_one_answer_and_never_again(world: World, client: Client) -> None:
    """ID-8"""
    answer = client.post("/partner/api-keys/new/", FORM)

    [secret] = set(SECRET.findall(body(answer)))
    assert "no-store" in answer.headers["Cache-Control"]
    program = authenticate_api_key(secret=secret, address="192.0.2.1", at=clock.now())
    assert program.organization == world.sao_mai
    key = ApiKey.objects.get()
    for page in ("/partner/api-keys/", f"/partner/api-keys/{key.public_id}/"):
        assert key.shown_prefix in body(client.get(page))
        assert not SECRET.search(body(client.get(page)))


def test_the_same_form_sent_twice_makes_one_key(client: Client) -> None:
    """ALL-3"""
    client.post("/partner/api-keys/new/", FORM)
    again = client.post("/partner/api-keys/new/", FORM)

    assert again.status_code == 422
    assert not SECRET.search(body(again))
    assert ApiKey.objects.count() == 1


def test_offers_what_the_maker_may_and_programs_may(client: Client) -> None:
    """ID-8"""
    page = body(client.get("/partner/api-keys/new/"))

    assert 'value="members.read"' in page
    assert 'value="members.manage"' not in page
    assert 'value="audit.read"' not in page
    refused = client.post("/partner/api-keys/new/", {**FORM, "scopes": ["audit.read"]})
    assert refused.status_code == 422
    assert 'value="ERP"' in body(refused)


def test_a_key_is_ended_after_a_second_look(client: Client) -> None:
    """ID-8"""
    client.post("/partner/api-keys/new/", FORM)
    key = ApiKey.objects.get()
    address = f"/partner/api-keys/{key.public_id}/"

    assert client.get(f"{address}end/").status_code == 200
    assert client.post(f"{address}end/").headers["Location"] == address
    key.refresh_from_db()
    assert key.ended_at is not None
    assert 'aria-disabled="true"' in body(client.get(address))
    assert client.post(f"{address}end/").status_code == 422


@pytest.mark.parametrize(
    ("standing", "count"), [("ACTIVE", 1), ("EXPIRES_SOON", 0), ("EXPIRED", 0), ("ENDED", 0), ("", 1)]
)
def test_the_list_is_filtered_by_what_they_are_now(client: Client, standing: str, count: int) -> None:
    """ID-8"""
    client.post("/partner/api-keys/new/", FORM)

    assert body(client.get(f"/partner/api-keys/?standing={standing}")).count('class="row-link"') == count


def test_another_organizations_key_is_not_there(world: World, client: Client) -> None:
    """ALL-1"""
    client.post("/partner/api-keys/new/", FORM)
    key = ApiKey.objects.get()
    rival = Client()
    rival.force_login(world.khoa)

    assert rival.get(f"/partner/api-keys/{key.public_id}/").status_code == 404
    assert rival.post(f"/partner/api-keys/{key.public_id}/end/").status_code == 404


def test_a_viewer_reads_the_list_and_makes_none(world: World) -> None:
    """ID-8"""
    viewer = Client()
    viewer.force_login(world.phuc)

    assert 'aria-disabled="true"' in body(viewer.get("/partner/api-keys/"))
    assert viewer.get("/partner/api-keys/new/").status_code == 403
