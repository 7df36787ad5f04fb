"""ID-1, ID-3, ID-4 Signing in with a password."""

import time
import unicodedata
from types import SimpleNamespace
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.test import Client

from kanal.identity.models import Person, SignInAttempt
from kanal.identity.queries import sign_ins_of
from tests.mailbox import mails_to
from tests.web.account.acts import is_signed_in, said, sign_in, words
from tests.web.account.counted import COUNTED
from tests.world import PASSWORD, a_person

TOO_MANY = "Too many wrong tries."


def outcomes(person: Person) -> list[str]:
    return [attempt.outcome for attempt in sign_ins_of(person)]


def test_the_right_password_opens_and_is_written_down(client: Client, lan: Person) -> None:
    """ID-1, ID-3"""
    response = sign_in(client, "Lan@SaoMai.example ")

    assert (response.status_code, response["Location"]) == (302, "/")
    [attempt] = sign_ins_of(lan)
    assert (attempt.outcome, attempt.method, attempt.address) == ("SIGNED_IN", "password", "127.0.0.1")
    assert attempt.device == "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0"


def test_a_device_never_used_before_is_told_by_mail_and_a_known_one_is_not(client: Client, lan: Person) -> None:
    """ID-3"""
    sign_in(client, lan.email)
    sign_in(Client(headers={"user-agent": "Mozilla/5.0 (X11; Linux x86_64) Firefox/141.0"}), lan.email)
    assert mails_to(lan.email) == []

    phone = Client(headers={"user-agent": "Mozilla/5.0 (iPhone) Safari/604.1"}, REMOTE_ADDR="198.51.100.7")
    sign_in(phone, lan.email, "Wrong-2026!")
    assert mails_to(lan.email) == []
    sign_in(phone, lan.email)
    sign_in(phone, lan.email)

    [mail] = mails_to(lan.email)
    assert (mail.kind, mail.subject) == ("new_device", "A sign-in from a new device")
    assert "Device: Safari, iPhone\nIP address: 198.51.100.7" in mail.text


def test_a_wrong_password_is_refused_in_words_and_written_down(client: Client, lan: Person) -> None:
    """ID-3"""
    response = sign_in(client, lan.email, "Wrong-2026!")

    assert "E-mail and password do not match." in said(response)
    assert not is_signed_in(client)
    assert outcomes(lan) == ["WRONG_PASSWORD"]


def test_one_for_an_unknown_address_is_written_down_too(client: Client, db: None) -> None:
    """ID-3"""
    sign_in(client, "nobody@example.com")

    assert SignInAttempt.objects.get().outcome == "UNKNOWN_ADDRESS"


def test_the_answer_does_not_tell_whether_the_address_exists(client: Client, lan: Person) -> None:
    """ID-4 Neither by its words nor by the work it takes."""
    COUNTED.clear()
    known = words(sign_in(client, lan.email, "Wrong-2026!"))
    work_for_known = len(COUNTED)
    COUNTED.clear()
    unknown = words(sign_in(client, "nobody@example.com", "Wrong-2026!"))

    assert known == unknown
    assert len(COUNTED) == work_for_known == 1


def test_five_wrong_tries_a_minute_lock_the_account_even_for_the_right_password(client: Client, lan: Person) -> None:
    """ID-4"""
    for _ in range(5):
        sign_in(client, lan.email, "Wrong-2026!")

    response = sign_in(client, lan.email)

    assert TOO_MANY in said(response)
    assert not is_signed_in(client)
    assert outcomes(lan) == ["LOCKED", *["WRONG_PASSWORD"] * 5]


def test_an_unknown_address_is_locked_in_the_same_words(client: Client, lan: Person) -> None:
    """ID-4"""
    for email in [lan.email, "nobody@example.com"]:
        for _ in range(5):
            sign_in(client, email, "Wrong-2026!")

    assert words(sign_in(client, lan.email)) == words(sign_in(client, "nobody@example.com"))


def test_one_account_that_is_locked_locks_no_other(client: Client, lan: Person) -> None:
    """ID-4"""
    khoa = a_person("Lê Đăng Khoa", "khoa@biendong.example")
    for _ in range(6):
        sign_in(client, lan.email, "Wrong-2026!")

    assert sign_in(client, khoa.email).status_code == 302


def test_slowed_first_and_locked_for_a_quarter_of_an_hour_then(
    client: Client, lan: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """ID-4"""
    moment = time.time()

    def try_at(minutes: float, password: str) -> Any:
        clock = SimpleNamespace(time=lambda: moment + minutes * 60, monotonic=time.monotonic, sleep=time.sleep)
        monkeypatch.setattr("allauth.core.internal.ratelimit.time", clock)
        return sign_in(client, lan.email, password)

    for _ in range(5):
        try_at(0, "Wrong-2026!")
    assert TOO_MANY in said(try_at(0.9, PASSWORD))
    for _ in range(5):
        assert "do not match" in said(try_at(1.1, "Wrong-2026!"))
    assert TOO_MANY in said(try_at(14, PASSWORD))
    assert try_at(15.5, PASSWORD).status_code == 302


def test_an_address_that_tries_many_accounts_is_locked_and_another_is_not(client: Client, lan: Person) -> None:
    """ID-4"""
    for n in range(20):
        sign_in(client, f"guess{n}@example.com", "Wrong-2026!")

    assert TOO_MANY in said(sign_in(client, lan.email))
    assert sign_in(Client(REMOTE_ADDR="198.51.100.7"), lan.email).status_code == 302


def test_getting_into_ones_own_account_does_not_wipe_the_address_clean(client: Client, lan: Person) -> None:
    """ID-4 Else an attacker would sign in to an own account between the guesses."""
    for n in range(19):
        sign_in(client, f"guess{n}@example.com", "Wrong-2026!")
    assert sign_in(client, lan.email).status_code == 302
    client.post("/account/sign-out/")
    sign_in(client, "guess19@example.com", "Wrong-2026!")

    assert TOO_MANY in said(sign_in(client, lan.email))


def test_requests_without_end_are_turned_away_and_still_written_down(client: Client, lan: Person) -> None:
    """ID-3, ID-4"""
    for _ in range(60):
        client.post("/account/sign-in/", {})

    response = sign_in(client, lan.email)

    assert (response.status_code, response["Retry-After"]) == (429, "60")
    assert "Too many tries in a short time" in said(response)
    assert outcomes(lan) == ["LOCKED"]


def test_an_address_that_is_not_confirmed_does_not_open_and_gets_its_link_again(client: Client, lan: Person) -> None:
    """ID-1"""
    EmailAddress.objects.update(verified=False)

    response = sign_in(client, lan.email)

    assert response["Location"] == "/account/verify/"
    assert not is_signed_in(client)
    assert outcomes(lan) == ["NOT_VERIFIED"]
    assert [mail.kind for mail in mails_to(lan.email)] == ["verify_email"]
    assert lan.email in said(client.get("/account/verify/"))


def test_a_closed_account_says_so_to_whoever_knows_the_password_only(client: Client, lan: Person) -> None:
    """ID-3, ID-4"""
    Person.objects.update(is_active=False)

    assert "do not match" in said(sign_in(client, lan.email, "Wrong-2026!"))
    response = sign_in(client, lan.email)

    assert response["Location"] == "/account/closed/"
    assert "no longer signs in" in said(client.get("/account/closed/"))
    assert outcomes(lan) == ["CLOSED", "WRONG_PASSWORD"]


def test_a_password_typed_in_pieces_opens_as_well(client: Client, lan: Person) -> None:
    """ID-1 Some keyboards send accents apart from their letters."""
    lan.set_password(unicodedata.normalize("NFC", "Trường-Sơn-1959"))
    lan.save()

    assert sign_in(client, lan.email, unicodedata.normalize("NFD", "Trường-Sơn-1959")).status_code == 302


@pytest.mark.parametrize(
    ("asked", "gone"),
    [("/account/sessions/", "/account/sessions/"), ("https://evil.example/", "/"), ("//evil.example", "/")],
)
def test_goes_on_to_where_one_wanted_but_never_out_of_the_house(
    client: Client, lan: Person, asked: str, gone: str
) -> None:
    """ID-1"""
    assert sign_in(client, lan.email, next=asked)["Location"] == gone


def test_stays_signed_in_only_where_asked(client: Client, lan: Person) -> None:
    """ID-1"""
    sign_in(client, lan.email)
    assert client.session.get_expire_at_browser_close()

    other = Client()
    sign_in(other, lan.email, remember="on")
    assert other.session.get_expiry_age() == 14 * 24 * 60 * 60


def test_a_page_that_needs_it_sends_to_sign_in_and_back(client: Client, lan: Person) -> None:
    """ID-1"""
    response = client.get("/account/sessions/")

    assert response["Location"] == "/account/sign-in/?next=/account/sessions/"


def test_signing_out_needs_a_form_not_a_link(client: Client, lan: Person) -> None:
    """ID-3"""
    sign_in(client, lan.email)

    client.get("/account/sign-out/")
    assert is_signed_in(client)
    assert client.post("/account/sign-out/")["Location"] == "/account/sign-in/"
    assert not is_signed_in(client)
