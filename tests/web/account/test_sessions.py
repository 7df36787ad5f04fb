"""ID-3 Sessions are seen and ended."""

import re
from datetime import timedelta
from typing import Any

import pytest
from allauth.usersessions.models import UserSession
from django.test import Client
from django.utils import timezone

from kanal.audit.models import AuditRecord
from kanal.identity.models import Person
from kanal.web.account.sessions import SeenSessions
from tests.web.account.acts import is_signed_in, said, sign_in
from tests.world import a_person


@pytest.fixture
def phone(lan: Person) -> Client:
    phone = Client(
        REMOTE_ADDR="198.51.100.7",
        headers={"user-agent": "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Safari/604.1"},
    )
    sign_in(phone, lan.email)
    return phone


def ids_on(page: Any) -> list[str]:
    return re.findall(r'name="session" value="(ses_\w+)"', page.content.decode())


def test_each_is_listed_with_its_device_and_address(client: Client, lan: Person, phone: Client) -> None:
    """ID-3"""
    sign_in(client, lan.email)

    page = client.get("/account/sessions/")

    assert re.search(r"Firefox, Linux\s+127\.0\.0\.1.* This one.*Safari, iPhone\s+198\.51\.100\.7", said(page))
    assert len(ids_on(page)) == 1, "this one is ended by signing out"


def test_ending_one_signs_that_browser_out(client: Client, lan: Person, phone: Client) -> None:
    """ID-3"""
    sign_in(client, lan.email)
    [chosen] = ids_on(client.get("/account/sessions/"))

    client.post("/account/sessions/end/", {"session": chosen})

    assert phone.get("/account/")["Location"] == "/account/sign-in/?next=/account/"
    assert client.get("/account/").status_code == 200
    written = AuditRecord.objects.get(book_id=0, action="session.ended")
    assert written.old == {"device": "Safari, iPhone", "address": "198.51.100.7"}


def test_ending_all_others_keeps_this_one(client: Client, lan: Person, phone: Client) -> None:
    """ID-3"""
    sign_in(client, lan.email)
    sign_in(Client(), lan.email)

    answer = client.post("/account/sessions/end-others/", follow=True)

    assert "2 sessions have ended." in said(answer)
    assert is_signed_in(client)
    assert phone.get("/account/").status_code == 302
    assert UserSession.objects.count() == 1


@pytest.mark.parametrize("named", ["", "ses_1", "ses_" + "z" * 26, "ses_" + "0" * 25 + "1"])
def test_what_is_no_session_of_ones_own_is_left_alone(client: Client, lan: Person, phone: Client, named: str) -> None:
    """ALL-3"""
    sign_in(client, lan.email)

    assert client.post("/account/sessions/end/", {"session": named}).status_code in {302, 404}
    assert UserSession.objects.count() == 2


def test_anothers_session_cannot_be_ended(client: Client, lan: Person) -> None:
    """ALL-1"""
    khoa, his = a_person("Lê Đăng Khoa", "khoa@biendong.example"), Client()
    sign_in(his, khoa.email)
    sign_in(Client(), khoa.email)
    [chosen] = ids_on(his.get("/account/sessions/"))
    sign_in(client, lan.email)

    client.post("/account/sessions/end/", {"session": chosen})

    assert UserSession.objects.filter(user=khoa).count() == 2


def test_when_it_was_last_seen_is_kept_to_the_minute(client: Client, lan: Person) -> None:
    """ID-3"""
    sign_in(client, lan.email)
    long_ago = timezone.now() - timedelta(hours=3)
    UserSession.objects.update(last_seen_at=long_ago)
    seen = SeenSessions(lambda _request: client.get("/account/"))

    client.get("/account/", REMOTE_ADDR="203.0.113.9")

    session = UserSession.objects.get()
    assert session.last_seen_at > long_ago
    assert session.ip == "203.0.113.9"
    assert seen._is_due("a key")
    assert not seen._is_due("a key"), "not again within the minute"
