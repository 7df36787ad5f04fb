"""The overviews say what is there, to whoever may read it, at a price that does not grow."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from kanal.identity.invite_colleague import invite_colleague
from kanal.identity.make_api_key import make_api_key
from kanal.identity.models import Person
from kanal.identity.permissions import Permission, permissions_of
from kanal.identity.roles import Role
from kanal.kit import clock
from tests.world import World, a_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return a_world()


def overview(person: Person, url: str) -> str:
    client = Client()
    client.force_login(person)
    return client.get(url).text


def test_a_partner_sees_its_open_invitations_and_the_keys_that_end_soon(world: World) -> None:
    by, at = world.acting(world.lan), clock.now()
    invite_colleague(organization=world.sao_mai, email="moi@saomai.example", roles=[Role.PARTNER_SALES], by=by, at=at)
    for name, days in (("ERP soon", 20), ("CRM later", 90)):
        make_api_key(
            organization=world.sao_mai,
            name=name,
            scopes=[Permission.ORGANIZATION_READ],
            expires_at=at + timedelta(days=days),
            by=by,
            at=at,
        )
    text = overview(world.lan, "/partner/")
    assert "moi@saomai.example" in text
    assert "ERP soon" in text
    assert "CRM later" not in text


def test_keys_are_shown_to_whoever_may_read_them(world: World) -> None:
    """ID-8"""
    for person in (world.thu, world.minh, world.hanh, world.vy):
        may = Permission.API_KEYS_READ in permissions_of(world.membership_of(person).roles)
        assert ('id="keys-title"' in overview(person, "/desk/")) is may


def test_nothing_of_a_rival_is_there(world: World) -> None:
    """ALL-1"""
    text = overview(world.khoa, "/partner/")
    assert world.sao_mai.name not in text
    assert world.lan.email not in text


def test_the_desk_counts_organizations_by_kind(world: World) -> None:
    text = overview(world.thu, "/desk/")
    assert text.count("<dd>2</dd>") == 2  # partners, customers
    assert world.bien_dong.name in text


def test_trouble_is_shown_to_whom_it_concerns(world: World) -> None:
    """ID-8"""
    admin, sales = overview(world.thu, "/desk/"), overview(world.minh, "/desk/")
    assert admin.count('class="figure"') == sales.count('class="figure"') + 3  # mails, jobs, keys


@pytest.mark.parametrize(
    ("name", "url", "most"), [("lan", "/partner/", 17), ("an", "/console/", 14), ("thu", "/desk/", 23)]
)
def test_costs_a_pinned_number_of_queries(world: World, name: str, url: str, most: int) -> None:
    client = Client()
    client.force_login(getattr(world, name))
    client.get(url)
    with CaptureQueriesContext(connection) as asked:
        client.get(url)
    assert len(asked) <= most, "\n".join(query["sql"][:120] for query in asked)
