"""ID-1 Another address to sign in with: nothing changes until its own mail has been read."""

import time
from types import SimpleNamespace
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core import signing
from django.test import Client

from kanal.audit.models import AuditRecord
from kanal.identity.ask_for_email_change import LIFE
from kanal.identity.models import Person
from kanal.kit.keys import search_key
from tests.mailbox import link_in, mails_to, newest_mail
from tests.web.account.acts import said, sign_in
from tests.world import PASSWORD, a_person

OLD, NEW = "lan@saomai.example", "ngoc-lan@saomai.example"


@pytest.fixture
def signed_in(client: Client, lan: Person) -> Client:
    sign_in(client, OLD)
    return client


def ask(client: Client, email: str = NEW) -> Any:
    return client.post("/account/email/", {"email": email}, follow=True)


def mailed_path(address: str = NEW) -> str:
    return "/" + link_in(newest_mail(address, "change_email")).split("/", 3)[3]


def test_the_mailed_link_changes_it_and_the_old_address_is_told(signed_in: Client, lan: Person) -> None:
    """ID-1, ID-3"""
    assert f"written to {NEW}" in said(ask(signed_in))
    assert f"Sign in with {NEW}" in said(signed_in.get(mailed_path()))
    lan.refresh_from_db()
    assert lan.email == OLD

    assert f"you sign in with {NEW}" in said(signed_in.post(mailed_path(), follow=True))

    lan.refresh_from_db()
    assert (lan.email, search_key(NEW) in lan.search_key) == (NEW, True)
    assert list(EmailAddress.objects.values_list("email", "verified", "primary")) == [(NEW, True, True)]
    assert [mail.kind for mail in mails_to(OLD)] == ["email_changed"]
    written = AuditRecord.objects.get(book_id=0, action="person.email_changed")
    assert (written.old, written.new) == ({"email": OLD}, {"email": NEW})
    assert sign_in(Client(), OLD, PASSWORD).status_code == 200
    assert sign_in(Client(), NEW, PASSWORD).status_code == 302


def test_a_link_works_once_and_no_other_that_was_asked_for_before(signed_in: Client, lan: Person) -> None:
    """ID-1"""
    ask(signed_in, "other@saomai.example")
    ask(signed_in)
    used, other = mailed_path(), mailed_path("other@saomai.example")
    signed_in.post(used)

    for path in (used, other):
        assert "no longer works" in said(signed_in.post(path, follow=True))
    lan.refresh_from_db()
    assert lan.email == NEW


def test_it_is_no_use_to_anybody_else(signed_in: Client, lan: Person) -> None:
    """ID-1 Not to who finds it, and not to who asked for it in another name."""
    ask(signed_in)
    rival = a_person("Đỗ Văn Khoa", "khoa@biendong.example", language="en")
    elsewhere = Client(headers={"accept-language": "en"})
    assert elsewhere.get(mailed_path()).status_code == 302
    sign_in(elsewhere, rival.email)

    assert "no longer works" in said(elsewhere.post(mailed_path(), follow=True))

    rival.refresh_from_db()
    assert rival.email == "khoa@biendong.example"


def test_after_a_day_it_is_dead(signed_in: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as earlier:
        earlier.setattr(signing, "time", SimpleNamespace(time=lambda: time.time() - LIFE.total_seconds() - 60))
        ask(signed_in)
    path = mailed_path()
    assert "no longer works" in said(signed_in.post(path, follow=True))


def test_an_address_with_an_account_gets_a_mail_and_the_asker_the_same_answer(signed_in: Client) -> None:
    """ID-4"""
    a_person("Đỗ Văn Khoa", "khoa@biendong.example", language="en")

    taken, free = ask(signed_in, "khoa@biendong.example"), ask(signed_in)

    assert said(taken).replace("khoa@biendong.example", NEW) == said(free)
    assert [mail.kind for mail in mails_to("khoa@biendong.example")] == ["account_exists"]


def test_an_address_that_was_taken_meanwhile_is_refused(signed_in: Client, lan: Person) -> None:
    ask(signed_in)
    a_person("Trần Ngọc Lan", NEW, language="en")

    assert "an account of its own meanwhile" in said(signed_in.post(mailed_path(), follow=True))

    lan.refresh_from_db()
    assert lan.email == OLD


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [(OLD.upper(), "is your address already"), ("lan@", "e-mail address"), ("", "Fill in this field")],
)
def test_what_cannot_be_is_said_and_stays_typed(signed_in: Client, typed: str, sentence: str) -> None:
    """ALL-3"""
    answer = ask(signed_in, typed)

    assert answer.status_code == 422
    assert sentence in said(answer)
    assert not mails_to(NEW)


def test_who_it_is_is_asked_again(signed_in: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    later = time.time() + 2 * 60 * 60
    monkeypatch.setattr("kanal.web.account.adapter.time", SimpleNamespace(time=lambda: later))
    monkeypatch.setattr("allauth.account.internal.flows.reauthentication.time", SimpleNamespace(time=lambda: later))

    assert signed_in.get("/account/email/").headers["Location"].startswith("/account/confirm/")
