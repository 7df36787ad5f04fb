"""What a person was told, at every door; and what they choose to be told."""

from datetime import datetime, timedelta

import pytest

from kanal.audit.models import AuditRecord
from kanal.identity.models import Person
from kanal.identity.readers import reader
from kanal.kit import clock
from kanal.notices.choose import ways_to_choose_from
from kanal.notices.models import Notice
from kanal.notices.queries import unread_count, ways_wanted_by
from kanal.notices.tell import tell
from tests.notices.telling import carry_out_tellings
from tests.web.pages.conftest import Browser
from tests.world import World


def told(world: World, person: Person, at: datetime, *, cause: str = "c", link: str = "/partner/") -> Notice:
    facts = {"organization": "Sao Mai", "key": "Accounting", "begins_with": "kan_12345678", "expires_at": at}
    to = [reader(person, world.organization_of(person))]
    tell("api_key_expired", to=to, facts=facts, cause=cause, at=at, link=link)
    carry_out_tellings(at)
    return Notice.objects.get(person_id=person.id, cause=cause)


@pytest.mark.parametrize("name", ["thu", "lan", "an"])
def test_everybody_has_an_inbox_by_whichever_door(world: World, browser: Browser, noon: datetime, name: str) -> None:
    person: Person = getattr(world, name)
    told(world, person, noon)
    text = browser(person).get("/notices/").text
    assert "Accounting" in text
    assert "data-unread" in text
    assert world.organization_of(person).name in text


def test_the_bell_counts_and_opening_takes_one_off_and_leads_on(world: World, browser: Browser, noon: datetime) -> None:
    notice = told(world, world.lan, noon, link="/partner/members/")
    told(world, world.lan, noon, cause="another")
    client = browser(world.lan)
    assert unread_count(world.lan.id) == 2

    response = client.post(f"/notices/{notice.public_id}/open/")
    assert (response.status_code, response["Location"]) == (302, "/partner/members/")
    assert unread_count(world.lan.id) == 1


def test_the_bell_is_there_alone_for_who_comes_back_to_a_page(world: World, browser: Browser, noon: datetime) -> None:
    client = browser(world.lan)
    assert "tool-count" not in client.get("/notices/bell/").text
    told(world, world.lan, noon)
    text = client.get("/notices/bell/").text
    assert '<span class="tool-count" aria-hidden="true">1</span>' in text
    assert "<html" not in text


def test_a_link_never_leads_out_of_the_house(world: World, browser: Browser, noon: datetime) -> None:
    notice = told(world, world.lan, noon, link="https://evil.example/")
    assert browser(world.lan).post(f"/notices/{notice.public_id}/open/")["Location"] == "/notices/"


def test_another_persons_message_does_not_exist(world: World, browser: Browser, noon: datetime) -> None:
    """ALL-1"""
    notice = told(world, world.lan, noon)
    client = browser(world.khoa)
    assert client.post(f"/notices/{notice.public_id}/open/").status_code == 404
    assert "Accounting" not in client.get("/notices/").text
    assert unread_count(world.lan.id) == 1


def test_all_are_marked_read_but_what_came_while_the_page_stood_open(world: World, browser: Browser) -> None:
    now = clock.now()
    told(world, world.lan, now - timedelta(minutes=5))
    told(world, world.lan, now - timedelta(minutes=1), cause="later")
    shown_at = (now - timedelta(minutes=2)).isoformat()
    browser(world.lan).post("/notices/read/", {"shown_at": shown_at})
    assert unread_count(world.lan.id) == 1

    browser(world.lan).post("/notices/read/", {"shown_at": "nonsense"})
    assert unread_count(world.lan.id) == 0


def test_unread_only(world: World, browser: Browser, noon: datetime) -> None:
    told(world, world.lan, noon)
    Notice.objects.update(read_at=noon)
    assert "Accounting" not in browser(world.lan).get("/notices/?unread=1").text


class TestPreferences:
    def test_each_kind_can_be_switched_off_by_each_way_and_it_is_written_down(
        self, world: World, browser: Browser
    ) -> None:
        """ALL-2"""
        client = browser(world.lan)
        assert client.get("/account/notifications/").text.count("checked") > 4
        keep = [":".join(way) for way in ways_to_choose_from() if way != ("api_key_expired", "MAIL")]
        assert client.post("/account/notifications/", {"want": keep}).status_code == 302

        assert set(ways_to_choose_from()) - ways_wanted_by(world.lan.id) == {("api_key_expired", "MAIL")}
        kept = AuditRecord.objects.get(book_id=0, action="notices.chosen")
        assert kept.new == {"not_by_mail": ["api_key_expired"], "not_in_the_portal": []}
        text = client.get("/account/notifications/").text
        box = text[text.index('value="api_key_expired:MAIL"') :].split(">", 1)[0]
        assert "checked" not in box

    def test_saving_what_is_already_so_writes_nothing(self, world: World, browser: Browser) -> None:
        client = browser(world.lan)
        keep = [":".join(way) for way in ways_to_choose_from()]
        client.post("/account/notifications/", {"want": keep})
        assert not AuditRecord.objects.filter(book_id=0, action="notices.chosen").exists()

    def test_nobody_is_asked_about_what_they_are_never_told(self, world: World, browser: Browser) -> None:
        """And what they are not asked stays as it was."""
        client = browser(world.an)
        assert "mail_trouble" not in client.get("/account/notifications/").text
        assert "mail_trouble" in browser(world.thu).get("/account/notifications/").text
        client.post("/account/notifications/", {"want": []})
        assert ("mail_trouble", "IN_APP") in ways_wanted_by(world.an.id)
        assert ("api_key_expired", "MAIL") not in ways_wanted_by(world.an.id)

    def test_what_keeps_the_account_safe_has_no_box(self, world: World, browser: Browser) -> None:
        text = browser(world.lan).get("/account/notifications/").text
        assert "Your password was changed" in text
        assert "password_changed:" not in text
