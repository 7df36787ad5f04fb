"""ID-1, ID-4, ID-7 Making an account by the mailed link."""

from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core import signing
from django.test import Client

from kanal.identity.models import Person
from kanal.identity.sign_up import sign_up as make_account
from tests.mailbox import link_in, mails_to, newest_mail
from tests.web.account.acts import is_signed_in, said, sign_in, sign_up, words
from tests.web.account.counted import COUNTED

pytestmark = pytest.mark.django_db
LAN = "lan@saomai.example"


def path_in(mail: Any) -> str:
    return "/" + link_in(mail).split("/", 3)[3]


@pytest.mark.parametrize(
    ("language", "subject"), [("vi", "Xác nhận địa chỉ email của bạn"), ("en", "Confirm your e-mail address")]
)
def test_the_account_opens_by_the_mailed_link(client: Client, language: str, subject: str) -> None:
    """ID-1, ID-7"""
    assert sign_up(client, LAN, language=language)["Location"] == "/account/verify/"
    assert not is_signed_in(client)

    mail = newest_mail(LAN)
    assert mail.subject == subject
    opened = client.get(path_in(mail))
    assert LAN in said(opened)
    assert not EmailAddress.objects.get().verified, "opening the link is what a mail scanner does; a person presses"

    assert client.post(path_in(mail))["Location"] == "/"
    assert is_signed_in(client)
    assert (Person.objects.get().language, EmailAddress.objects.get().verified) == (language, True)


def test_in_another_browser_the_link_confirms_but_does_not_sign_in(client: Client) -> None:
    """ID-1 Whoever finds the link in a mailbox has not shown the password."""
    sign_up(client, LAN)
    elsewhere = Client()

    assert elsewhere.post(path_in(newest_mail(LAN)))["Location"] == "/account/sign-in/"
    assert not is_signed_in(elsewhere)
    assert sign_in(elsewhere, LAN).status_code == 302


def test_a_taken_address_gets_the_same_answer_for_the_same_work(client: Client, lan: Person) -> None:
    """ID-4"""
    stranger = Client(headers={"accept-language": "en"})
    COUNTED.clear()
    for_new = sign_up(client, "new@example.com")
    work_for_new = len(COUNTED)
    COUNTED.clear()
    for_taken = sign_up(stranger, LAN)

    assert (for_new.status_code, for_new["Location"]) == (for_taken.status_code, for_taken["Location"])
    assert words(client.get(for_new["Location"])) == words(stranger.get(for_taken["Location"]))
    assert work_for_new == len(COUNTED) == 1
    assert Person.objects.count() == 2
    assert [mail.kind for mail in mails_to(LAN)] == ["account_exists"]


def test_an_address_signed_up_for_but_not_confirmed_is_taken_too(client: Client) -> None:
    """ID-4 A second sign-up must not change the password behind a link that is already on its way."""
    sign_up(client, LAN)

    sign_up(Client(), LAN, password1="Attacker-2026!")

    assert Person.objects.get().check_password("Sao-Khue-2026!")


def test_two_at_the_same_moment_make_one(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """ID-1 The other one commits between the check and the row."""
    from kanal.web.account import adapter

    def one_before_us(**told: Any) -> Person:
        make_account(**told)
        return make_account(**told)

    monkeypatch.setattr(adapter, "sign_up", one_before_us)

    assert sign_up(client, LAN)["Location"] == "/account/verify/"
    assert [mail.kind for mail in mails_to(LAN)] == ["account_exists"]


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("password1", "abc", "The password still needs at least 8 characters, a capital letter, a digit and a sign"),
        ("password1", "Password1!", "one of those that attackers try first"),
        ("terms", "", "Accept the terms of use to go on."),
        ("name", "Win http://evil.example", "Write the name that people call you by"),
        ("name", "  ", "Your name :"),
        ("email", "lan@", "Enter an e-mail address, such as name@company.vn."),
        ("language", "fr", "fr is not one of the choices."),
    ],
)
def test_says_what_is_wrong_and_keeps_what_was_typed(client: Client, field: str, value: str, sentence: str) -> None:
    """ID-1, ID-7"""
    response = sign_up(client, LAN, **{field: value})

    assert sentence in said(response)
    assert field == "email" or LAN in response.content.decode()
    assert not Person.objects.exists()


# --- Links that do not work any more ------------------------------------------------------------------------------
def test_a_used_link_says_so_and_leads_to_signing_in(client: Client) -> None:
    """ID-1"""
    sign_up(client, LAN)
    path = path_in(newest_mail(LAN))
    client.post(path)

    answer = Client(headers={"accept-language": "en"}).get(path)

    assert "The address is confirmed already. Sign in with it." in said(answer)
    assert 'href="/account/sign-in/"' in answer.content.decode()


def test_an_expired_link_says_so_and_sends_another(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """ID-1"""
    with monkeypatch.context() as earlier:
        earlier.setattr(signing.time, "time", lambda: 1_700_000_000)  # type: ignore[attr-defined]
        sign_up(client, LAN)
        path = path_in(newest_mail(LAN))

    answer = client.get(path)

    assert "The link is older than 3 days. Ask for a new one." in said(answer)
    assert 'action="/account/verify/again/"' in answer.content.decode()
    assert client.post(path).status_code == 404
    assert not EmailAddress.objects.get().verified


@pytest.mark.parametrize("key", ["abc", "MQ:1vXyZa:abcdef"])
def test_a_broken_link_says_so_and_sends_another(client: Client, key: str) -> None:
    """ID-1"""
    answer = client.get(f"/account/verify/{key}/")

    assert "The link is incomplete or was changed." in said(answer)
    assert 'action="/account/verify/again/"' in answer.content.decode()


# --- Asking for the link again ------------------------------------------------------------------------------------
def test_the_link_is_sent_again_at_most_once_in_three_minutes(client: Client, lan: Person) -> None:
    """ID-1, ID-4"""
    EmailAddress.objects.update(verified=False)

    for _ in range(3):
        client.post("/account/verify/again/", {"email": LAN})

    [mail] = mails_to(LAN)
    client.post(path_in(mail))
    assert EmailAddress.objects.get().verified


def test_asking_again_answers_alike_for_every_address_and_sends_one_mail_in_every_case(
    client: Client, lan: Person
) -> None:
    """ID-4"""
    sign_up(Client(), "new@example.com")
    mails_to("new@example.com")
    from django.core.cache import cache

    cache.clear()  # three minutes later
    answers = [
        words(client.post("/account/verify/again/", {"email": email}))
        for email in (LAN, "new@example.com", "nobody@example.com")
    ]

    assert len(set(answers)) == 1
    assert [mail.kind for mail in mails_to(LAN)] == ["account_exists"]
    assert [mail.kind for mail in mails_to("new@example.com")] == ["verify_email"] * 2
    assert [mail.kind for mail in mails_to("nobody@example.com")] == ["no_account"]


def test_a_mistyped_address_is_said_to_be_one(client: Client) -> None:
    """ALL-3"""
    answer = client.post("/account/verify/again/", {"email": "lan@"})

    assert answer.status_code == 422
    assert "Enter an e-mail address, such as name@company.vn." in said(answer)
