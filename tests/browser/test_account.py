"""Signing in and one's own account, seen through a real browser.

ID-1 sign-up by the mailed link · ID-2 app, recovery codes, passkeys · ID-3 sessions · ID-4 locks · ID-7 languages
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.core.cache import cache
from playwright.sync_api import Page, expect

from kanal.identity.models import Person
from kanal.identity.queries import sign_ins_of
from tests.browser.conftest import FindBarriers, OpenBrowser
from tests.mailbox import link_in, newest_mail
from tests.world import PASSWORD, a_person

NEW = "Hai-Phong-1888!"


@pytest.fixture
def lan(request: pytest.FixtureRequest, live_database: None) -> Person:
    """Somebody new for each test: they all live in one database."""
    cache.clear()  # what one test counted is no matter of the next
    return a_person("Trần Ngọc Lan", f"lan.{abs(hash(request.node.name))}@saomai.example", language="en")


def sign_in(page: Page, email: str, password: str = PASSWORD, *, to: str = "/account/") -> None:
    page.goto(f"/account/sign-in/?next={to}")
    page.locator("#id_login").fill(email)
    page.locator("#id_password").fill(password)
    page.locator("form.form .form-foot button").click()


def code_for(secret: str, *, steps: int = 0) -> str:
    return str(format_hotp_value(hotp_value(secret.replace(" ", ""), int(time.time()) // 30 + steps)))


def outcomes(person: Person) -> list[str]:
    return [attempt.outcome for attempt in sign_ins_of(person)]


@contextmanager
def passkey_device(page: Page, **options: Any) -> Iterator[Any]:
    """A device with a fingerprint reader, made of nothing."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    device = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
        **options,
    }
    made = session.send("WebAuthn.addVirtualAuthenticator", {"options": device})
    yield lambda: session.send("WebAuthn.getCredentials", made)["credentials"]
    session.send("WebAuthn.disable")


# --- Signing up ---------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("language", "heading", "confirm", "done"),
    [
        ("vi", "Hãy xem hộp thư của bạn", "Đúng, xác nhận", "Địa chỉ email của bạn đã được xác nhận."),
        ("en", "Check your mail", "Yes, confirm it", "Your e-mail address is confirmed."),
    ],
)
def test_an_account_is_made_by_the_mailed_link(
    page: Page, language: str, heading: str, confirm: str, done: str, axe: FindBarriers
) -> None:
    """ID-1, ID-7"""
    email = f"ngoc.{language}@example.com"
    page.goto("/account/sign-up/?next=/account/")
    choose_language(page, language)
    page.locator("#id_name").fill("Trần Thị Bích Ngọc")
    page.locator("#id_email").fill(email)
    page.locator("#id_password1").fill(PASSWORD)
    page.locator("#id_terms").check()
    page.locator("form.form .form-foot button").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(heading)
    expect(page.get_by_text(email)).to_be_visible()

    page.goto(link_in(newest_mail(email, "verify_email")))
    axe(page)
    page.get_by_role("button", name=confirm).click()

    expect(page.locator(".message")).to_contain_text(done)
    expect(page.locator("html")).to_have_attribute("lang", language)
    person = Person.objects.get(email=email)
    assert (person.language, outcomes(person)) == (language, ["SIGNED_IN"])


def choose_language(page: Page, language: str) -> None:
    if page.locator("html").get_attribute("lang") == language:
        return
    page.locator("header summary").first.click()
    page.locator(f"header button[name=language][value={language}]").first.click()
    expect(page.locator("html")).to_have_attribute("lang", language)


def test_a_weak_password_is_told_what_it_lacks_and_can_be_looked_at(page: Page) -> None:
    """ID-1"""
    page.goto("/account/sign-up/")
    page.locator("#id_password1").fill("abc")
    expect(page.locator("#id_password1")).to_have_attribute("type", "password")
    page.get_by_role("button", name="Show what is typed").click()
    expect(page.locator("#id_password1")).to_have_attribute("type", "text")

    page.get_by_role("button", name="Create the account").click()

    expect(page.locator("#id_password1_error")).to_contain_text(
        "The password still needs at least 8 characters, a capital letter, a digit and a sign such as #."
    )
    expect(page.locator("[data-summary]")).to_be_focused()


# --- Passwords and links ------------------------------------------------------------------------------------------
def test_wrong_passwords_are_refused_and_then_lock(page: Page, lan: Person, axe: FindBarriers) -> None:
    """ID-3, ID-4"""
    for _ in range(5):
        sign_in(page, lan.email, "Wrong-2026!")
        expect(page.get_by_role("alert")).to_contain_text("E-mail and password do not match.")

    sign_in(page, lan.email)

    expect(page.get_by_role("alert")).to_contain_text("Too many wrong tries.")
    expect(page.locator("#id_login")).to_have_value(lan.email)
    axe(page)
    assert outcomes(lan) == ["LOCKED", *["WRONG_PASSWORD"] * 5]


def test_a_forgotten_password_is_chosen_anew_once(page: Page, lan: Person, another_browser: OpenBrowser) -> None:
    """ID-1"""
    page.goto("/account/sign-in/")
    page.get_by_role("link", name="Forgot your password?").click()
    page.locator("#id_email").fill(lan.email)
    page.get_by_role("button", name="Send the link").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Check your mail")

    link = link_in(newest_mail(lan.email, "reset_password"))
    page.goto(link)
    page.locator("#id_password1").fill(NEW)
    page.get_by_role("button", name="Save the new password").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your password is changed")
    page.get_by_role("main").get_by_role("link", name="Sign in").click()
    sign_in(page, lan.email, NEW)
    expect(page.get_by_role("heading", level=1)).to_have_text("Your profile")

    thief = another_browser()
    thief.goto(link)
    expect(thief.get_by_role("heading", level=1)).to_have_text("This link no longer works")
    expect(thief.get_by_text("It was used already, or the account has changed since.")).to_be_visible()
    thief.get_by_role("link", name="Ask for a new link").click()
    expect(thief.locator("#id_email")).to_be_visible()


def test_an_expired_link_says_so_and_offers_another(page: Page, lan: Person) -> None:
    """ID-1"""
    token = PasswordResetTokenGenerator()
    made = token._num_seconds(token._now()) - 61 * 60
    old = token._make_token_with_timestamp(lan, made, token.secret)

    page.goto(f"/account/password/reset/{lan.id.hex}-{old}/")

    expect(page.get_by_text("It is older than an hour. Ask for a new one.")).to_be_visible()
    expect(page.get_by_role("link", name="Ask for a new link")).to_be_visible()


def test_without_script_one_signs_in_as_well(another_browser: OpenBrowser, lan: Person) -> None:
    """ID-1"""
    page = another_browser(java_script_enabled=False)

    sign_in(page, lan.email)

    expect(page.get_by_role("heading", level=1)).to_have_text("Your profile")


# --- Two-factor ---------------------------------------------------------------------------------------------------
def test_an_app_is_set_up_and_asked_for(
    page: Page, lan: Person, another_browser: OpenBrowser, axe: FindBarriers
) -> None:
    """ID-2"""
    sign_in(page, lan.email, to="/account/security/")
    page.get_by_role("link", name="Set up").click()
    expect(page.get_by_role("img", name="QR code with the key below")).to_be_visible()
    secret = page.locator(".secret").inner_text()
    page.get_by_label("Code").fill(code_for(secret, steps=-1))
    page.get_by_role("button", name="Turn it on").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Recovery codes")
    codes = page.locator(".codes code").all_inner_texts()
    with page.expect_download() as saving:
        page.get_by_role("link", name="Save as a text file").click()
    saved = saving.value.path().read_text(encoding="utf-8")
    assert saving.value.suggested_filename == "kanal-recovery-codes.txt"
    assert [line for line in saved.splitlines() if line[:1].isdigit()] == codes
    axe(page)
    page.reload()
    expect(page.locator(".codes")).to_have_count(0)

    other = another_browser()
    sign_in(other, lan.email)
    expect(other.get_by_role("heading", level=1)).to_have_text("Two-factor sign-in")
    axe(other)
    other.get_by_label("Code").fill("000000")
    other.get_by_role("button", name="Sign in", exact=True).click()
    expect(other.get_by_role("alert")).to_contain_text("This code is not right")
    other.get_by_label("Code").fill(code_for(secret))
    other.get_by_role("button", name="Sign in", exact=True).click()
    expect(other.get_by_role("heading", level=1)).to_have_text("Your profile")
    assert outcomes(lan) == ["SIGNED_IN", "WRONG_CODE", "CODE_ASKED", "SIGNED_IN"]

    without_phone = another_browser()
    sign_in(without_phone, lan.email)
    without_phone.get_by_label("Code").fill(codes[0])
    without_phone.get_by_role("button", name="Sign in", exact=True).click()
    expect(without_phone.get_by_role("heading", level=1)).to_have_text("Your profile")


def test_a_passkey_is_added_and_signs_in_alone(page: Page, lan: Person, axe: FindBarriers) -> None:
    """ID-2, ID-3"""
    sign_in(page, lan.email, to="/account/security/")
    with passkey_device(page) as passkeys:
        page.get_by_role("link", name="Add a passkey").click()
        page.get_by_label("Name").fill("Lan's laptop")
        page.get_by_role("button", name="Add a passkey").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Recovery codes")
        [kept] = passkeys()
        assert (kept["isResidentCredential"], kept["rpId"]) == (True, "localhost")

        sign_out(page)
        page.goto("/account/sign-in/?next=/account/security/")
        page.get_by_role("button", name="Sign in with a passkey").click()

        expect(page.get_by_role("heading", level=1)).to_have_text("Security")
        expect(page.locator(".items .two")).to_contain_text("Lan's laptop")
        axe(page)
        assert next((each.outcome, each.method) for each in sign_ins_of(lan)) == ("SIGNED_IN", "passkey")

        page.get_by_role("link", name="Rename Lan's laptop").click()
        page.get_by_label("Name").fill("Work laptop")
        page.get_by_role("button", name="Save").click()
        page.get_by_role("link", name="Remove Work laptop").click()
        axe(page)
        page.get_by_role("button", name="Remove").click()
        expect(page.locator(".message")).to_contain_text("The passkey is removed.")

        sign_out(page)
        page.get_by_role("button", name="Sign in with a passkey").click()
        expect(page.locator(".messages")).to_contain_text("This passkey is not known here.")


def test_a_passkey_is_the_second_step_as_well(page: Page, lan: Person) -> None:
    """ID-2"""
    sign_in(page, lan.email, to="/account/security/passkeys/add/")
    with passkey_device(page):
        page.get_by_role("button", name="Add a passkey").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Recovery codes")
        sign_out(page)

        sign_in(page, lan.email)
        page.get_by_role("button", name="Use a passkey").click()

        expect(page.get_by_role("heading", level=1)).to_have_text("Your profile")


def test_a_device_that_refuses_leaves_another_way_open(page: Page, lan: Person) -> None:
    """ID-2"""
    sign_in(page, lan.email, to="/account/security/passkeys/add/")
    with passkey_device(page, isUserVerified=False):
        page.get_by_role("button", name="Add a passkey").click()

        expect(page.get_by_role("alert")).to_contain_text("No passkey was chosen, or it took too long.")
        expect(page.get_by_role("link", name="Cancel")).to_be_visible()


def sign_out(page: Page) -> None:
    page.goto("/account/sign-out/")
    page.get_by_role("button", name="Sign out").last.click()
    expect(page).to_have_url(re.compile(r"/account/sign-in/$"))


# --- Sessions -----------------------------------------------------------------------------------------------------
def test_a_session_is_ended_from_another_browser(page: Page, lan: Person, another_browser: OpenBrowser) -> None:
    """ID-3"""
    phone = another_browser(
        viewport={"width": 360, "height": 740},
        user_agent="Mozilla/5.0 (Linux; Android 16; Pixel 9) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36",
    )
    sign_in(phone, lan.email)
    sign_in(page, lan.email, to="/account/sessions/")
    page.get_by_role("row", name="Chrome, Android").get_by_role("button", name="End").click()
    expect(page.locator(".messages")).to_contain_text("The session on Chrome, Android has ended.")

    phone.goto("/account/")

    expect(phone.get_by_role("heading", level=1)).to_have_text("Sign in")
    expect(page.get_by_role("row")).to_have_count(2)


# --- Language and theme -------------------------------------------------------------------------------------------
def test_language_and_theme_are_chosen_before_signing_in(page: Page) -> None:
    """ID-7"""
    page.goto("/account/sign-in/")
    expect(page.locator("html")).to_have_attribute("lang", "en")

    choose_language(page, "vi")
    expect(page.get_by_role("heading", level=1)).to_have_text("Đăng nhập")
    choose_theme(page, "DARK")
    page.reload()

    expect(page.locator("html")).to_have_attribute("lang", "vi")
    expect(page.locator("html")).to_have_attribute("data-theme", "DARK")


def choose_theme(page: Page, theme: str) -> None:
    page.locator("header summary").filter(has=page.locator("svg")).nth(1).click()
    page.locator(f"header button[name=theme][value={theme}]").first.click()
    expect(page.locator("html")).to_have_attribute("data-theme", theme)


def test_both_are_kept_with_the_person_and_follow_to_another_browser(
    page: Page, lan: Person, another_browser: OpenBrowser
) -> None:
    """ID-7"""
    sign_in(page, lan.email)
    page.get_by_label("Language").select_option("vi")
    page.get_by_label("Appearance").select_option("DARK")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Hồ sơ của bạn")

    other = another_browser(locale="en-GB")
    sign_in(other, lan.email)

    expect(other.locator("html")).to_have_attribute("lang", "vi")
    expect(other.locator("html")).to_have_attribute("data-theme", "DARK")


# --- Every page, in both languages and both themes ----------------------------------------------------------------
OPEN_PAGES = [
    "/account/sign-in/",
    "/account/sign-up/",
    "/account/terms/",
    "/account/verify/",
    "/account/verify/abc/",
    "/account/password/reset/",
    "/account/password/reset/abc-def/",
]
OWN_PAGES = [  # those of the menu are looked at with every other menu, in test_every_page
    "/account/security/password/",
    "/account/security/app/",
    "/account/security/passkeys/add/",
    "/account/security/codes/new/",
    "/account/confirm/",
    "/account/sign-out/",
]


@pytest.mark.parametrize(("language", "theme", "width"), [("vi", "LIGHT", 360), ("en", "DARK", 1280)])
def test_nobody_is_kept_out_of_any_page(
    another_browser: OpenBrowser, lan: Person, language: str, theme: str, width: int, axe: FindBarriers
) -> None:
    """ID-7 WCAG 2.2 AA, as far as a machine can tell."""
    Person.objects.filter(id=lan.id).update(language=language, theme=theme)
    page = another_browser(viewport={"width": width, "height": 800}, locale=language)
    page.goto("/account/sign-in/")
    page.context.add_cookies(
        [
            {"name": "kanal_language", "value": language, "url": page.url},
            {"name": "kanal_theme", "value": theme, "url": page.url},
        ]
    )
    for address in OPEN_PAGES:
        look_at(page, address, language, axe)
    sign_in(page, lan.email)
    for address in OWN_PAGES:
        look_at(page, address, language, axe)


def look_at(page: Page, address: str, language: str, axe: FindBarriers) -> None:
    page.goto(address)
    expect(page.locator("html")).to_have_attribute("lang", language)
    axe(page)
    too_wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert too_wide <= 0, f"{address} is {too_wide} px wider than the screen"
