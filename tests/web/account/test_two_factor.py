"""ID-2, ID-3 A second step, and passkeys as far as they can be without a device."""

import base64
import os
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.conf import settings
from django.test import Client, override_settings

from kanal.audit.models import AuditRecord
from kanal.identity.models import Person
from kanal.identity.queries import sign_ins_of
from kanal.kit.ids import public_id
from kanal.kit.seal import unseal
from tests.kit.test_production import GOOD
from tests.mailbox import mails_to
from tests.web.account.acts import is_signed_in, said, sign_in
from tests.world import World, a_world

SECRET = base64.b32encode(b"12345678901234567890").decode()  # RFC 6238, appendix B
VECTORS = [
    (59, "94287082"),
    (1111111109, "07081804"),
    (1111111111, "14050471"),
    (1234567890, "89005924"),
    (2000000000, "69279037"),
    (20000000000, "65353130"),
]


def at(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    monkeypatch.setattr(totp, "time", SimpleNamespace(time=lambda: seconds))


def code_now(secret: str, *, steps: int = 0) -> str:
    code: str = totp.format_hotp_value(totp.hotp_value(secret, int(totp.time.time()) // 30 + steps))
    return code


def with_an_app(person: Person, secret: str = SECRET) -> Person:
    totp.TOTP.activate(person, secret)
    return person


def set_up_an_app(client: Client) -> str:
    """By the pages, as a person does it; the key that the page shows."""
    client.get("/account/security/app/")
    secret: str = client.session[totp.SECRET_SESSION_KEY]
    client.post("/account/security/app/", {"code": code_now(secret)})
    return secret


def enter(client: Client, code: str) -> Any:
    return client.post("/account/sign-in/code/", {"code": code})


# --- RFC 6238 -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("seconds", "code"), VECTORS)
def test_the_codes_are_those_of_the_standard(seconds: int, code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """ID-2"""
    at(monkeypatch, seconds)
    with override_settings(MFA_TOTP_DIGITS=8):
        assert totp.format_hotp_value(totp.hotp_value(SECRET, seconds // 30)) == code
        assert totp.validate_totp_code(SECRET, code)


@pytest.mark.parametrize(("seconds", "code"), VECTORS)
def test_signing_in_takes_the_code_of_the_standard(
    client: Client, lan: Person, seconds: int, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """ID-2 Six digits of the same number: its last six."""
    with_an_app(lan)
    at(monkeypatch, seconds)

    assert sign_in(client, lan.email)["Location"] == "/account/sign-in/code/"
    assert not is_signed_in(client)
    assert enter(client, code[-6:])["Location"] == "/"
    assert is_signed_in(client)


# --- The app ------------------------------------------------------------------------------------------------------
def test_setting_up_an_app_shows_its_key_both_ways_and_seals_it(client: Client, lan: Person) -> None:
    """ID-2"""
    sign_in(client, lan.email)
    page = client.get("/account/security/app/")
    secret = client.session[totp.SECRET_SESSION_KEY]
    assert 'src="data:image/svg+xml;base64,' in page.content.decode()
    assert " ".join(secret[n : n + 4] for n in range(0, 32, 4)) in page.content.decode()

    answer = client.post("/account/security/app/", {"code": code_now(secret)})

    assert answer["Location"] == "/account/security/codes/"
    kept = Authenticator.objects.get(user=lan, type="totp").data["secret"]
    assert secret not in kept
    assert unseal(kept) == secret
    assert [mail.kind for mail in mails_to(lan.email)] == ["totp_turned_on"]
    assert AuditRecord.objects.get(book_id=0, action="totp.turned_on").actor_id == str(lan.id)


def test_a_wrong_code_sets_nothing_up(client: Client, lan: Person) -> None:
    """ID-2"""
    sign_in(client, lan.email)
    client.get("/account/security/app/")

    assert "This code is not right" in said(client.post("/account/security/app/", {"code": "000000"}))
    assert not Authenticator.objects.exists()


def test_a_code_opens_once_for_as_long_as_it_is_good(
    client: Client, lan: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """ID-2 With half a minute of tolerance either way it is good for a minute and a half."""
    with_an_app(lan)
    moment = 30 * (int(time.time()) // 30)
    at(monkeypatch, moment)
    code = code_now(SECRET)
    sign_in(client, lan.email)
    assert enter(client, code).status_code == 302
    from django.core.cache import cache

    cache.delete(f"allauth.mfa.totp.used?user={lan.id}&code={code}")  # allauth forgets it after 30 seconds

    at(monkeypatch, moment + 45)
    thief = Client(headers={"accept-language": "en"})
    sign_in(thief, lan.email)

    assert "or it has been used" in said(enter(thief, f"{code[:3]} {code[3:]}"))
    assert not is_signed_in(thief)
    assert enter(thief, code_now(SECRET)).status_code == 302


def test_pages_that_show_a_secret_are_kept_nowhere(client: Client, lan: Person) -> None:
    """ID-2 Neither by the browser nor on the way."""
    sign_in(client, lan.email)
    shown = [client.get("/account/security/app/")]
    set_up_an_app(client)
    shown.append(client.get("/account/security/codes/"))

    assert ["no-store" in page["Cache-Control"] for page in shown] == [True, True]


@pytest.mark.parametrize(("steps", "opens"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_clock_that_is_half_a_minute_off_does_no_harm(client: Client, lan: Person, steps: int, opens: bool) -> None:
    """ID-2"""
    with_an_app(lan)
    sign_in(client, lan.email)

    enter(client, code_now(SECRET, steps=steps))

    assert is_signed_in(client) is opens


def test_every_step_is_written_down_and_wrong_codes_lock(client: Client, lan: Person) -> None:
    """ID-3, ID-4 Somebody who has the password stops at the second step, and its owner sees it."""
    with_an_app(lan)
    sign_in(client, lan.email)
    for _ in range(5):
        enter(client, "000000")

    assert "Too many wrong tries." in said(enter(client, code_now(SECRET)))
    attempts = [(attempt.outcome, attempt.method) for attempt in sign_ins_of(lan)]
    assert attempts == [("LOCKED", "totp"), *[("WRONG_CODE", "totp")] * 5, ("CODE_ASKED", "password")]
    assert not is_signed_in(client)


def test_turning_the_app_off_is_told_and_recorded(client: Client, lan: Person) -> None:
    """ID-2"""
    sign_in(client, lan.email)
    set_up_an_app(client)

    client.post("/account/security/app/off/")

    assert not Authenticator.objects.exists(), "recovery codes go with it"
    assert {mail.kind for mail in mails_to(lan.email)} == {"totp_turned_on", "totp_turned_off"}
    assert AuditRecord.objects.filter(book_id=0, action="totp.turned_off").count() == 1


def test_changing_how_one_signs_in_asks_again_after_five_minutes(
    client: Client, lan: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """ID-2 And not at once after signing in."""
    sign_in(client, lan.email)
    assert client.get("/account/security/app/").status_code == 200

    later = SimpleNamespace(time=lambda: time.time() + 301)
    monkeypatch.setattr("kanal.web.account.adapter.time", later)
    monkeypatch.setattr("allauth.account.internal.flows.reauthentication.time", later)

    assert client.get("/account/security/app/")["Location"] == "/account/confirm/?next=%2Faccount%2Fsecurity%2Fapp%2F"


# --- Recovery codes -----------------------------------------------------------------------------------------------
def codes_on(page: Any) -> list[str]:
    return [str(code) for code in page.context["unused_codes"]]


def test_recovery_codes_are_shown_once_with_a_file_to_save(client: Client, lan: Person) -> None:
    """ID-2"""
    sign_in(client, lan.email)
    set_up_an_app(client)

    first, second = client.get("/account/security/codes/"), client.get("/account/security/codes/")

    codes = codes_on(first)
    assert len(codes) == len(set(codes)) == 10
    assert 'download="kanal-recovery-codes.txt"' in first.content.decode()
    assert f"{codes[0][:4]}%20{codes[0][4:]}" in first.content.decode()
    assert not any(code in second.content.decode() for code in codes)
    assert "They were shown once" in said(second)


def test_a_recovery_code_opens_once_in_place_of_the_app(client: Client, lan: Person) -> None:
    """ID-2, ID-3"""
    sign_in(client, lan.email)
    set_up_an_app(client)
    code = codes_on(client.get("/account/security/codes/"))[0]

    without_phone = Client(headers={"accept-language": "en"})
    sign_in(without_phone, lan.email)
    assert enter(without_phone, f"{code[:4]} {code[4:]}").status_code == 302
    assert sign_ins_of(lan)[0].method == "recovery_code"

    again = Client(headers={"accept-language": "en"})
    sign_in(again, lan.email)
    assert "or it has been used" in said(enter(again, code))


def test_new_recovery_codes_take_the_place_of_the_old(client: Client, lan: Person) -> None:
    """ID-2"""
    sign_in(client, lan.email)
    set_up_an_app(client)
    old = codes_on(client.get("/account/security/codes/"))

    client.post("/account/security/codes/new/")

    new = codes_on(client.get("/account/security/codes/"))
    assert not set(old) & set(new)
    stranger = Client()
    sign_in(stranger, lan.email)
    enter(stranger, old[0])
    assert not is_signed_in(stranger)
    assert "recovery_codes_made" in {mail.kind for mail in mails_to(lan.email)}


# --- Passkeys -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("credential", ["", "{}", "[]", "null", '"x"', '{"response": {"userHandle": "AAAA"}}', "{"])
def test_what_is_no_passkey_is_refused_in_words(client: Client, lan: Person, credential: str) -> None:
    """ID-2, ALL-3"""
    client.get("/account/sign-in/passkey/", headers={"accept": "application/json"})

    answer = client.post("/account/sign-in/passkey/", {"credential": credential}, follow=True)

    assert answer.status_code == 200
    assert not is_signed_in(client)


def test_another_persons_passkey_does_not_exist(client: Client, lan: Person) -> None:
    """ALL-1"""
    khoa = Person.objects.create(email="khoa@biendong.example", name="Khoa", joined_at=lan.joined_at)
    passkey = Authenticator.objects.create(user=khoa, type="webauthn", data={"name": "Khoa's", "credential": {}})
    sign_in(client, lan.email)
    address = f"/account/security/passkeys/{public_id('pas', UUID(int=passkey.pk))}/"
    assert [client.get(address).status_code, client.post(f"{address}remove/").status_code] == [404, 404]
    assert Authenticator.objects.filter(pk=passkey.pk).exists()


# --- The desk -----------------------------------------------------------------------------------------------------
@pytest.fixture
def world(db: None) -> World:
    return a_world()


def test_the_desk_opens_only_with_two_factor_where_it_is_required(client: Client, world: World) -> None:
    """ID-2"""
    sign_in(client, world.thu.email)
    with override_settings(KANAL_REQUIRE_TWO_FACTOR_AT_DESK=True):
        turned_away = client.get("/desk/", follow=True)
        assert turned_away.request["PATH_INFO"] == "/account/security/"
        assert client.get("/account/").status_code == 200, "one's own account stays open: there it is set up"

        set_up_an_app(client)
        assert client.get("/desk/").status_code == 200


def test_nobody_else_is_asked_for_it(client: Client, world: World) -> None:
    """ID-2"""
    sign_in(client, world.lan.email)
    with override_settings(KANAL_REQUIRE_TWO_FACTOR_AT_DESK=True):
        assert client.get("/partner/").status_code == 200


def test_in_the_sandbox_the_desk_is_not_asked_either(client: Client, world: World) -> None:
    """ID-2"""
    sign_in(client, world.thu.email)

    assert client.get("/desk/").status_code == 200


def test_the_last_second_step_of_a_desk_user_stays_on(client: Client, world: World) -> None:
    """ID-2"""
    sign_in(client, world.thu.email)
    set_up_an_app(client)
    with override_settings(KANAL_REQUIRE_TWO_FACTOR_AT_DESK=True):
        client.post("/account/security/app/off/")
        assert Authenticator.objects.filter(user=world.thu, type="totp").exists()

        Authenticator.objects.create(user=world.thu, type="webauthn", data={"name": "Key", "credential": {}})
        client.post("/account/security/app/off/")
        assert not Authenticator.objects.filter(user=world.thu, type="totp").exists()


def test_the_last_passkey_of_a_desk_user_stays_too(client: Client, world: World) -> None:
    """ID-2"""
    sign_in(client, world.thu.email)
    passkey = Authenticator.objects.create(user=world.thu, type="webauthn", data={"name": "Key", "credential": {}})
    address = f"/account/security/passkeys/{public_id('pas', UUID(int=passkey.pk))}/remove/"

    with override_settings(KANAL_REQUIRE_TWO_FACTOR_AT_DESK=True):
        answer = client.post(address, follow=True)
    assert 'data-level="error"' in answer.content.decode()
    assert Authenticator.objects.filter(pk=passkey.pk).exists()

    client.post(address)
    assert not Authenticator.objects.filter(pk=passkey.pk).exists()


@pytest.mark.parametrize(
    ("life", "required"),
    [
        (GOOD, True),
        ({**GOOD, "KANAL_REQUIRE_TWO_FACTOR_AT_DESK": "0"}, False),
        ({"KANAL_SANDBOX": "1"}, False),
    ],
    ids=["production", "production that says otherwise", "sandbox"],
)
def test_production_requires_it_unless_told_otherwise(life: dict[str, str], required: bool, tmp_path: Path) -> None:
    """ID-2"""
    asked = "import kanal.settings as s; print(s.KANAL_REQUIRE_TWO_FACTOR_AT_DESK)"
    told = {"PATH": os.environ["PATH"], "KANAL_VAR": str(tmp_path), **life}

    ran = subprocess.run(
        [sys.executable, "-c", asked], cwd=settings.ROOT, env=told, capture_output=True, text=True, check=True
    )

    assert ran.stdout.strip() == str(required)


def test_thirty_seconds_is_what_a_code_lasts() -> None:
    """ID-2 The words on the page and the mails say so."""
    from allauth.mfa import app_settings

    assert timedelta(seconds=app_settings.TOTP_PERIOD) == timedelta(seconds=30)
