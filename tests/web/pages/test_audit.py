"""The audit at the desk: found by what, who, for whom, when and by words, and as readable as it is complete (ALL-2)."""

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kanal.audit.models import AuditRecord
from kanal.audit.record import Subject, record
from kanal.identity.change_roles import change_roles
from kanal.identity.roles import Role
from kanal.kit.actor import Actor
from kanal.kit.ids import public_id
from tests.web.pages.conftest import Browser
from tests.world import World


@pytest.fixture
def told(world: World, noon: datetime) -> AuditRecord:
    """Lan gives Hùng another role in Sao Mai's book."""
    change_roles(
        membership=world.membership_of(world.hung),
        roles=[Role.PARTNER_SALES, Role.PARTNER_FINANCE],
        by=world.acting(world.lan),
        at=noon,
    )
    return AuditRecord.objects.filter(book_id=world.sao_mai.book_id).order_by("-at", "-id")[0]


def rows(text: str) -> int:
    return text.count('<tr role="row" data-href')


def test_it_lists_what_happened_in_every_book_with_who_and_for_whom(
    world: World, browser: Browser, told: AuditRecord
) -> None:
    """ALL-2"""
    text = browser(world.vy).get("/desk/audit/").text
    first = text[text.index("<tbody") :].split("</tr>")[0]
    assert "Roles changed" in first
    assert "Phan Mạnh Hùng" in first
    assert "Trần Ngọc Lan" in first
    assert "Công ty TNHH Sao Mai" in first
    assert rows(text) == 25


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("action=member.roles_changed", 1),
        ("action=no.such", 25),
        ("q=test", 1),
        ("subject=member", 25),
        ("subject=x.member.1", 25),
        ("at_from=18/03/2026&at_to=18/03/2026", 1),
        ("at_from=19/03/2026", 0),
        ("q=phan+manh", 3),
        ("q=phan+manh&action=member.roles_changed", 1),
        ("q=kim+cuong", 0),
        ("actor=nobody", 25),
        ("organization=org_xxx", 25),
    ],
)
def test_it_is_narrowed_by_what_who_when_and_words(
    world: World, browser: Browser, told: AuditRecord, query: str, found: int
) -> None:
    assert rows(browser(world.vy).get(f"/desk/audit/?{query}").text) == found


def test_links_of_a_record_lead_to_all_of_the_same(world: World, browser: Browser, told: AuditRecord) -> None:
    client = browser(world.vy)
    by_lan = client.get("/desk/audit/", {"actor": str(world.lan.id), "size": "100"}).text
    assert rows(by_lan) == AuditRecord.objects.filter(actor_id=str(world.lan.id), book_id__in=range(200)).count()
    assert "Who: Trần Ngọc Lan" in by_lan

    organization = client.get("/desk/audit/", {"organization": public_id("org", world.bien_dong.id)}).text
    assert "Organization: Biển Đông Telecom" in organization
    assert "Công ty TNHH Sao Mai" not in organization

    of_hung = client.get("/desk/audit/", {"subject": f"{told.book_id}.member.{told.subject_id}"}).text
    assert rows(of_hung) == 2  # joined, and given other roles


def test_a_record_shows_everything_and_its_changes_in_words(world: World, browser: Browser, told: AuditRecord) -> None:
    """ALL-2"""
    text = browser(world.vy).get(f"/desk/audit/{told.public_id}/").text
    for shown in ("Roles changed", "192.0.2.7", "Firefox", "test", "member.roles_changed", told.public_id):
        assert shown in text, shown
    assert "<del>Sales</del>" in text
    assert "<ins>Sales, Finance</ins>" in text or "<ins>Finance, Sales</ins>" in text
    assert "Joined by invitation" in text, "the history of the same thing stands beside it"


def test_a_reason_of_a_thousand_words_is_shown_whole(world: World, browser: Browser, noon: datetime) -> None:
    long = "word " * 400
    kept = record("organization.placed", Subject("x", "y"), by=Actor.job("t"), at=noon, new={"note": long}, why=long)
    text = browser(world.vy).get(f"/desk/audit/{kept.public_id}/").text
    assert text.count(long.strip()) >= 2


def test_what_somebody_typed_is_text_and_not_a_page(world: World, browser: Browser, noon: datetime) -> None:
    nasty = "<script>alert(1)</script>"
    kept = record(
        "organization.placed", Subject("x", "y", nasty), by=Actor.job(nasty), at=noon, old={"a": nasty}, why=nasty
    )
    client = browser(world.vy)
    for url in ("/desk/audit/", f"/desk/audit/{kept.public_id}/"):
        assert nasty not in client.get(url).text


def test_exactly_what_is_filtered_is_exported(world: World, browser: Browser, told: AuditRecord) -> None:
    response = browser(world.vy).get("/desk/audit/?action=member.roles_changed&export=csv")
    lines = response.getvalue().decode("utf-8-sig").splitlines()
    assert len(lines) == 2
    assert "Trần Ngọc Lan" in lines[1]
    assert "Công ty TNHH Sao Mai" in lines[1]


def test_every_page_is_reached_and_nothing_is_shown_twice(world: World, browser: Browser, noon: datetime) -> None:
    for n in range(30):
        record("organization.placed", Subject("x", str(n)), by=Actor.job("t"), at=noon + timedelta(seconds=n // 3))
    client, url, seen = browser(world.vy), "/desk/audit/?action=organization.placed&size=10", []
    while url:
        text = client.get(url).text
        seen += [part.split('"', 1)[0] for part in text.split('data-href="')[1:]]
        url = text.split('rel="next" href="')[1].split('"', 1)[0].replace("&amp;", "&") if 'rel="next"' in text else ""
    assert len(seen) == len(set(seen)) == 30 + 1  # and the customer of Sao Mai, placed when the cast was made


def test_a_page_costs_as_many_queries_as_ten_times_as_long_a_list(
    world: World, browser: Browser, noon: datetime
) -> None:
    client = browser(world.vy)
    asked = []
    for _ in range(2):
        client.get("/desk/audit/?size=10")
        with CaptureQueriesContext(connection) as queries:
            client.get("/desk/audit/?size=10")
        asked.append(len(queries))
        for n in range(60):
            record("organization.placed", Subject("x", str(n)), by=world.acting(world.lan), at=noon)
    assert asked[0] == asked[1] <= 14
