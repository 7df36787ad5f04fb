"""LINK-3 A partner learns four answers and nothing beside: not from wording, statements, rows, times or the end."""

import re
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kanal.audit.queries import history_of
from kanal.customers.models import CustomerLink
from kanal.customers.queries import accounts_of, customer_seen_by, links_of
from kanal.customers.subjects import customer_link_subject
from kanal.identity.queries import books_of
from kanal.identity.sign_up import sign_up
from kanal.jobs.tick import tick
from kanal.kit.models import Outbox
from kanal.onboarding.expire_customer_links import expire_customer_links
from kanal.onboarding.invite_registered import invite_registered
from kanal.onboarding.models import InvitedRow
from kanal.onboarding.resend_customer_invitation import resend_customer_invitation
from kanal.onboarding.withdraw_customer_link import withdraw_customer_link
from tests.onboarding.links import DUNG, UNKNOWN, accepted, ask, invited
from tests.onboarding.test_conditions import SPOILED
from tests.world import World, a_person, a_world, an_owner

ID = re.compile(r"\s*E?'(?:[^']|'')*'|\btrue\b|\bfalse\b|\d+")  # as the driver writes what is given


@pytest.fixture
def world() -> World:
    return a_world()


def statements(captured: CaptureQueriesContext) -> list[str]:
    """What was asked of the database, without what stood in it."""
    return [ID.sub("?", query["sql"]) for query in captured.captured_queries]


def asked_with(world: World, at: datetime, email: str) -> tuple[InvitedRow, list[str]]:
    with CaptureQueriesContext(connection) as captured:
        row = ask(world, at, email)
    return row, statements(captured)


def unverified(_world: World, at: datetime) -> str:
    person = sign_up(email="moi@hongha.example", name="Mới", language="vi", password=None, address="", device="", at=at)
    return person.email


def without_organization(_world: World, at: datetime) -> str:
    return a_person("Không Tổ Chức", "khong@tochuc.example", at=at).email


def of_a_viewer(world: World, _at: datetime) -> str:
    return world.chi.email


@pytest.mark.django_db
@pytest.mark.parametrize("who", [lambda *_: UNKNOWN, unverified, without_organization, of_a_viewer])
def test_without_an_account_an_address_is_answered_like_an_eligible_one(world: World, noon: datetime, who: Any) -> None:
    """LINK-3"""
    email = who(world, noon)
    eligible, as_eligible = asked_with(world, noon, DUNG)
    unknown, as_unknown = asked_with(world, noon, email)

    assert eligible.answer == unknown.answer == InvitedRow.Answer.SENT
    assert as_eligible == as_unknown
    assert seen_by_partner(world, eligible) == seen_by_partner(world, unknown)


@pytest.mark.django_db
def test_all_failing_conditions_are_answered_alike(world: World, noon: datetime) -> None:
    """LINK-3"""
    ways: list[list[str]] = []
    for spoil, _code in SPOILED.values():
        owner, organization = an_owner("Ai", f"ai{len(ways)}@x.example", f"X {len(ways)}", "0100100022", at=noon)
        another = a_world_like(world, hong_ha=organization, dung=owner)
        spoil(another, noon)
        row, asked = asked_with(world, noon, owner.email)
        assert row.answer == InvitedRow.Answer.CANNOT
        ways.append(asked)

    assert all(way == ways[0] for way in ways)


def a_world_like(world: World, **other: Any) -> World:
    """The same cast, with somebody else in the place of Hồng Hà and Dung."""
    return replace(world, **other)


@pytest.mark.django_db
def test_sending_again_and_withdrawing_cost_and_show_the_same(world: World, noon: datetime) -> None:
    """LINK-3"""
    later = noon + timedelta(minutes=3)
    ways = []
    for email in (DUNG, UNKNOWN):
        link = invited(world, noon, email)
        with CaptureQueriesContext(connection) as captured:
            link = resend_customer_invitation(link=link, by=world.acting(world.lan), at=later)
            link = withdraw_customer_link(link=link, by=world.acting(world.lan), at=later)
        ways.append((statements(captured), link.times_sent, link.sent_at, link.expires_at, link.state))

    assert ways[0] == ways[1]


@pytest.mark.django_db
def test_who_does_not_answer_ends_like_who_is_not_there(world: World, noon: datetime) -> None:
    """LINK-3, LINK-4"""
    eligible, unknown = ask(world, noon, DUNG), ask(world, noon, UNKNOWN)
    expire_customer_links(at=noon + timedelta(days=30))

    assert seen_by_partner(world, eligible) == seen_by_partner(world, unknown)
    assert {account.state for account in accounts_of(world.sao_mai).filter(email__in=[DUNG, UNKNOWN])} == {
        "NO_RESPONSE"
    }


@pytest.mark.django_db
@pytest.mark.parametrize("days", [1, 29, 31, 89])
def test_registering_late_changes_nothing_that_the_partner_sees(world: World, noon: datetime, days: int) -> None:
    """LINK-3 Only an answer of the customer does."""
    row, when = ask(world, noon, UNKNOWN), noon + timedelta(days=days)
    expire_customer_links(at=when)
    before = seen_by_partner(world, row)
    records = list(history_of(world.sao_mai.id, books=books_of(world.sao_mai)).values_list("id", flat=True))
    _, organization = an_owner("Ai Đó", UNKNOWN, "Nơi Ấy", "0100100022", at=when)

    invite_registered(organization_id=str(organization.id), asked_at=when, at=when)

    assert Outbox.objects.filter(book_id=organization.book_id, facts__kind="customer_invited").count() == 1
    assert seen_by_partner(world, row) == before
    assert list(history_of(world.sao_mai.id, books=books_of(world.sao_mai)).values_list("id", flat=True)) == records


@pytest.mark.django_db
def test_the_account_is_not_named_before_it_is_confirmed(world: World, noon: datetime) -> None:
    """LINK-3"""
    link = accepted(world, noon)
    [account] = accounts_of(world.sao_mai).filter(id=link.id)
    assert account.organization is None
    assert "hong ha media" not in account.search_key
    assert not links_of(world.sao_mai).filter(search_key__contains="hong ha media").exists()


def test_the_tick_ends_them_at_their_own_moment(own_database: str, noon: datetime) -> None:
    """LINK-4"""
    world = a_world()
    tick(until=noon)
    links = [invited(world, noon + timedelta(seconds=second), f"a{second}@x.example") for second in (1, 2, 59)]
    end = links[0].expires_at
    assert end == noon + timedelta(days=30, minutes=1)

    tick(until=end - timedelta(seconds=1))
    assert {link.state for link in links_of(world.sao_mai).filter(email__endswith="@x.example")} == {
        "AWAITING_CUSTOMER"
    }
    tick(until=end)
    assert {link.state for link in links_of(world.sao_mai).filter(email__endswith="@x.example")} == {"NO_RESPONSE"}
    told = Outbox.objects.filter(book_id=world.sao_mai.book_id, facts__kind="customer_links_unanswered")
    assert [row.facts["facts"]["count"] for row in told] == [3]


HIDDEN = {"id", "secret_digest", "answerable_until", "asked_to_register", "email", "search_key", "sort_key"}


def seen_by_partner(world: World, row: InvitedRow) -> dict[str, object]:
    """All that a page of the partner could show of it, less what the partner typed itself."""
    assert row.link is not None
    link = customer_seen_by(world.sao_mai, row.link.id)
    assert link is not None
    facts = {
        field.name: getattr(link, field.name) for field in CustomerLink._meta.get_fields() if field.name not in HIDDEN
    }
    history = history_of(world.sao_mai.id, books=books_of(world.sao_mai))
    acts = history.filter(subject_id=customer_link_subject(link).id).order_by("at")
    return {"answer": row.answer, **facts, "acts": [(act.action, act.at, len(act.new), act.why) for act in acts]}
