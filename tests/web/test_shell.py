"""What stands round a page: the organization, what waits, the balance where there is one."""

from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client, override_settings

from kanal.identity.roles import Role
from kanal.kit import clock
from kanal.kit.money import Money
from kanal.notices.models import Notice
from kanal.web import shell
from kanal.web.access import Door
from kanal.web.shell import Balance, Shell
from tests.world import World, a_world, an_owner, join

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return a_world()


@pytest.fixture
def lan(world: World) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(world.lan)
    client.post("/language/", {"language": "en"})
    return client


def notices(world: World, count: int) -> None:
    Notice.objects.bulk_create(
        Notice(person_id=world.lan.id, kind="test", cause=str(uuid4()), told_at=clock.now()) for _n in range(count)
    )


@pytest.mark.parametrize(("count", "shown"), [(1, "1"), (99, "99"), (120, "99+")])
def test_the_bell_counts_what_is_unread(lan: Client, world: World, count: int, shown: str) -> None:
    notices(world, count)
    assert f'<span class="tool-count" aria-hidden="true">{shown}</span>' in lan.get("/partner/").text


def test_the_bell_is_silent_when_all_is_read(lan: Client) -> None:
    assert "tool-count" not in lan.get("/partner/").text


def test_without_a_room_that_holds_money_there_is_no_balance(lan: Client) -> None:
    assert 'class="pill"' not in lan.get("/partner/").text


def test_a_room_that_holds_money_shows_the_balance(lan: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    balance = Balance(available=Money(900_000), total=Money(1_000_000), held=Money(100_000), url="/credit/")
    monkeypatch.setitem(shell.BALANCE_OF, Door.PARTNER, lambda _request: balance)
    text = lan.get("/partner/").text
    pill = text.partition('class="pill"')[2].partition("</details>")[0]
    assert [amount for amount in ("900,000", "1,000,000", "100,000") if amount in pill] == [
        "900,000",
        "1,000,000",
        "100,000",
    ]


def test_many_organizations_are_on_a_page_with_a_search(lan: Client, world: World) -> None:
    for number in range(9):
        owner, organization = an_owner("Chủ", f"owner{number}@example.com", f"Công ty số {number}", "0312345673")
        join(organization, world.lan, Role.CUSTOMER_VIEWER, head=owner)
    lan.post("/organizations/", {"organization": world.sao_mai.public_id})
    text = lan.get("/partner/").text
    assert text.count('name="organization" value="org_') == shell.MANY
    assert 'href="/organizations/"' in text
    found = lan.get("/organizations/?q=so 7").text
    assert "Công ty số 7" in found
    assert "Công ty số 6" not in found


def test_the_letter_on_the_face_is_that_of_the_given_name(world: World) -> None:
    shown: Any = Shell(None, world.lan, None, None, [])
    assert shown.initials == "L"
    world.lan.name = ""
    assert replace(shown, person=world.lan).initials == "s"  # of saomai.example


def test_the_sandbox_says_that_it_is_one(lan: Client) -> None:
    assert 'class="sandbox"' in lan.get("/partner/").text
    with override_settings(KANAL_SANDBOX=False):
        assert 'class="sandbox"' not in lan.get("/partner/").text


def test_a_form_of_the_shell_says_for_whom_it_was_shown(lan: Client, world: World) -> None:
    assert f'name="acting_for" value="{world.sao_mai.public_id}"' in lan.get("/partner/").text
