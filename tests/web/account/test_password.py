"""ID-1, ID-4 A forgotten password, and a changed one."""

from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.test import Client

from kanal.audit.models import AuditRecord
from kanal.identity.models import Person
from kanal.identity.queries import sign_ins_of
from tests.mailbox import link_in, mails_to, newest_mail
from tests.web.account.acts import is_signed_in, said, sign_in, words
from tests.world import PASSWORD

NEW = "Hai-Phong-1888!"


def ask(client: Client, email: str) -> Any:
    return client.post("/account/password/reset/", {"email": email})


def path_in(mail: Any) -> str:
    return "/" + link_in(mail).split("/", 3)[3]


def choose(client: Client, path: str, password: str = NEW) -> Any:
    opened = client.get(path, follow=True)
    return client.post(opened.request["PATH_INFO"], {"password1": password})


def test_the_mailed_link_sets_a_new_password(client: Client, lan: Person) -> None:
    """ID-1"""
    assert ask(client, lan.email)["Location"] == "/account/password/reset/sent/"

    assert choose(client, path_in(newest_mail(lan.email)))["Location"] == "/account/password/reset/done/"

    assert "do not match" in said(sign_in(client, lan.email, PASSWORD))
    assert sign_in(client, lan.email, NEW).status_code == 302
    assert [mail.kind for mail in mails_to(lan.email)] == ["password_changed", "reset_password"]
    written = AuditRecord.objects.get(book_id=0, action="password.changed")
    assert (written.subject_id, written.actor_id) == (str(lan.id), str(lan.id))


def test_the_secret_of_the_link_does_not_stay_in_the_address(client: Client, lan: Person) -> None:
    """ID-1 Or it would go on to other sites and into histories."""
    ask(client, lan.email)
    path = path_in(newest_mail(lan.email))

    moved = client.get(path)

    assert moved["Location"] == f"/account/password/reset/{lan.id.hex}-set-password/"


def test_it_ends_every_session(client: Client, lan: Person) -> None:
    """ID-3"""
    elsewhere = Client()
    sign_in(elsewhere, lan.email)
    ask(client, lan.email)

    choose(client, path_in(newest_mail(lan.email)))

    assert elsewhere.get("/account/")["Location"] == "/account/sign-in/?next=/account/"


def test_it_opens_an_account_that_wrong_tries_have_locked(client: Client, lan: Person) -> None:
    """ID-4 The way out that the sentence names."""
    for _ in range(6):
        sign_in(client, lan.email, "Wrong-2026!")
    ask(client, lan.email)

    choose(client, path_in(newest_mail(lan.email)))

    assert sign_in(client, lan.email, NEW).status_code == 302


def test_it_proves_the_address_as_well(client: Client, lan: Person) -> None:
    """ID-1"""
    EmailAddress.objects.update(verified=False)
    ask(client, lan.email)

    choose(client, path_in(newest_mail(lan.email)))

    assert EmailAddress.objects.get().verified


def test_a_used_link_says_so_and_offers_another(client: Client, lan: Person) -> None:
    """ID-1 Single use."""
    ask(client, lan.email)
    path = path_in(newest_mail(lan.email))
    choose(client, path)

    answer = Client(headers={"accept-language": "en"}).get(path)

    assert "It was used already, or the account has changed since." in said(answer)
    assert 'href="/account/password/reset/"' in answer.content.decode()


def test_an_expired_link_says_so_and_offers_another(
    client: Client, lan: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """ID-1"""
    ask(client, lan.email)
    path = path_in(newest_mail(lan.email))
    later = PasswordResetTokenGenerator()._now
    from datetime import timedelta

    monkeypatch.setattr(PasswordResetTokenGenerator, "_now", lambda _self: later() + timedelta(minutes=61))

    answer = client.get(path)

    assert "It is older than an hour. Ask for a new one." in said(answer)
    assert 'href="/account/password/reset/"' in answer.content.decode()


@pytest.mark.parametrize("key", ["abc-def", "0-0", "zzzzz-set-password"])
def test_a_broken_link_says_so_and_offers_another(client: Client, db: None, key: str) -> None:
    """ID-1"""
    answer = client.get(f"/account/password/reset/{key}/")

    assert "It is incomplete or was changed." in said(answer)


def test_asking_for_an_unknown_address_answers_and_mails_alike(client: Client, lan: Person) -> None:
    """ID-4"""
    for_known, for_unknown = ask(client, lan.email), ask(client, "nobody@example.com")

    assert for_known["Location"] == for_unknown["Location"]
    assert words(client.get(for_known["Location"])) == words(
        Client(headers={"accept-language": "en"}).get(for_known["Location"])
    )
    assert [mail.kind for mail in mails_to("nobody@example.com")] == ["no_account"]
    assert len(mails_to(lan.email)) == 1


def test_a_weak_one_is_refused_in_words_and_the_link_still_works(client: Client, lan: Person) -> None:
    """ID-1"""
    ask(client, lan.email)
    path = path_in(newest_mail(lan.email))

    assert "The password still needs" in said(choose(client, path, "abc"))
    assert choose(client, path).status_code == 302


# --- Changing it --------------------------------------------------------------------------------------------------
def change(client: Client, present: str = PASSWORD, new: str = NEW) -> Any:
    return client.post("/account/security/password/", {"oldpassword": present, "password1": new})


def test_changing_it_keeps_this_session_and_ends_the_others(client: Client, lan: Person) -> None:
    """ID-1, ID-3"""
    elsewhere = Client()
    sign_in(elsewhere, lan.email)
    sign_in(client, lan.email)

    assert change(client).status_code == 302

    assert is_signed_in(client)
    assert client.get("/account/").status_code == 200
    assert elsewhere.get("/account/").status_code == 302
    assert mails_to(lan.email)[0].kind == "password_changed"
    lan.refresh_from_db()
    assert lan.check_password(NEW)


def test_changing_it_needs_the_present_one(client: Client, lan: Person) -> None:
    """ID-1"""
    sign_in(client, lan.email)

    assert "This is not your present password." in said(change(client, present="Wrong-2026!"))


def test_proving_again_who_one_is_counts_wrong_passwords_too(client: Client, lan: Person) -> None:
    """ID-3, ID-4"""
    sign_in(client, lan.email)

    for _ in range(6):
        answer = client.post("/account/confirm/", {"password": "Wrong-2026!"})

    assert "Too many wrong tries." in said(answer)
    assert [attempt.outcome for attempt in sign_ins_of(lan)] == ["LOCKED", *["WRONG_PASSWORD"] * 5, "SIGNED_IN"]
