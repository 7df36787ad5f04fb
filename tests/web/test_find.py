"""The search of the top bar."""

import pytest
from django.test import Client

from kanal.identity.models import Person
from kanal.web.find import begins
from tests.world import World, a_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return a_world()


def asked(person: Person, text: str, *, htmx: bool = False) -> str:
    client = Client()
    client.force_login(person)
    return client.get("/search/", {"q": text}, headers={"hx-request": "true"} if htmx else {}).text


@pytest.mark.parametrize(
    ("text", "name", "found"),
    [
        ("tong", "Tổng quan", True),
        ("QUAN t", "Tổng quan", True),
        ("ong", "Tổng quan", False),
        ("", "Tổng quan", True),
        ("dong", "Đồng Nai", True),
    ],
)
def test_each_word_begins_a_word_without_accents(text: str, name: str, found: bool) -> None:
    assert begins(text, name) is found


def test_finds_pages_of_ones_own_door(world: World) -> None:
    text = asked(world.lan, "tong quan")
    assert 'href="/partner/"' in text.partition('id="found"')[2]
    assert 'href="/desk/"' not in text


def test_htmx_gets_the_answers_alone(world: World) -> None:
    text = asked(world.lan, "tong", htmx=True)
    assert "<html" not in text
    assert "data-hit" in text


def test_finds_organizations_at_the_desk(world: World) -> None:
    assert world.sao_mai.name in asked(world.thu, "sao mai").partition('id="found"')[2]


def test_finds_members_of_ones_own_organization_and_no_others(world: World) -> None:
    """ALL-1"""
    assert "Phan Mạnh Hùng" in asked(world.lan, "hung").partition('id="found"')[2]
    assert "Phan Mạnh Hùng" not in asked(world.khoa, "hung").partition('id="found"')[2]


def test_what_is_not_there_is_said(world: World) -> None:
    assert "zzz" in asked(world.lan, "zzz").partition('id="found"')[2]


def test_nothing_but_marks_asks_for_a_word(world: World) -> None:
    assert "data-hit" not in asked(world.lan, "!!!")


def test_what_was_typed_is_escaped(world: World) -> None:
    assert "<script>alert" not in asked(world.lan, "<script>alert(1)</script>")
