"""ID-3, ID-7 A person's own pages, and that all of them are ours."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from allauth.account import app_settings as account_settings
from django.conf import settings
from django.template.loader import get_template
from django.test import Client
from django.urls import URLPattern, URLResolver
from django.utils.module_loading import import_string

from kanal.identity.models import Person, SignInAttempt
from kanal.identity.note_sign_in_attempt import note_sign_in_attempt
from kanal.kit.device import name_of_device
from kanal.notices.kinds import kind_of
from kanal.notices.render import letter
from kanal.web.account.letters import LETTERS
from kanal.web.account.urls import urlpatterns
from tests.web.account.acts import said, sign_in
from tests.world import a_person

TEMPLATES = Path(settings.ROOT) / "kanal" / "web" / "templates"


def save(client: Client, **told: str) -> object:
    form = {"name": "Trần Ngọc Lan", "language": "en", "theme": "SYSTEM", "time_zone": "Asia/Ho_Chi_Minh"}
    return client.post("/account/", {**form, **told})


def test_what_is_chosen_is_kept_and_the_page_speaks_it_at_once(client: Client, lan: Person) -> None:
    """ID-7"""
    sign_in(client, lan.email)

    save(client, name="Lan", language="vi", theme="DARK", time_zone="Asia/Tokyo")

    lan.refresh_from_db()
    assert (lan.name, lan.language, lan.theme, lan.time_zone) == ("Lan", "vi", "DARK", "Asia/Tokyo")
    page = client.get("/account/").content.decode()
    assert '<html lang="vi" data-theme="DARK">' in page
    assert "Hồ sơ của bạn đã được lưu" in page or "đã lưu" in page.lower()
    assert client.cookies[settings.LANGUAGE_COOKIE_NAME].value == "vi", "for the sign-in page of this browser"


@pytest.mark.parametrize(
    ("field", "value"), [("name", ""), ("language", "fr"), ("theme", "PINK"), ("time_zone", "Mars/Olympus")]
)
def test_a_bad_choice_changes_nothing(client: Client, lan: Person, field: str, value: str) -> None:
    """ALL-3"""
    sign_in(client, lan.email)

    assert save(client, **{field: value}).status_code == 422  # type: ignore[attr-defined]
    assert Person.objects.get(id=lan.id).language == "en"


def test_the_history_lists_ones_own_attempts_newest_first(client: Client, lan: Person, noon: datetime) -> None:
    """ID-3"""
    khoa = a_person("Lê Đăng Khoa", "khoa@biendong.example")
    for person, address in [(lan, "192.0.2.1"), (khoa, "192.0.2.2")]:
        note_sign_in_attempt(
            email=person.email,
            outcome=SignInAttempt.Outcome.WRONG_PASSWORD,
            method="password",
            address=address,
            device="Mozilla/5.0 (Windows NT 10.0) Chrome/140.0 Edg/140.0",
            at=noon,
        )
    sign_in(client, lan.email)

    page = said(client.get("/account/sign-ins/"))

    assert page.index("Firefox, Linux") < page.index("Edge, Windows")
    assert "192.0.2.1" in page
    assert "192.0.2.2" not in page


@pytest.mark.parametrize(
    ("told", "name"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/140.0 Safari/537.36 Edg/140.0", "Edge, Windows"),
        ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36", "Chrome, Linux"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 15_0) AppleWebKit/605 Version/19.0 Safari/605", "Safari, Mac"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) CriOS/140.0 Safari/604.1", "Chrome, iPhone"),
        ("Mozilla/5.0 (Linux; Android 16) SamsungBrowser/28.0 Chrome/130.0", "Samsung Internet, Android"),
        ("Mozilla/5.0 (Windows NT 10.0) coc_coc_browser/130.0 Chrome/124.0 Safari/537.36", "Cốc Cốc, Windows"),
        ("python-requests/2.32", "python-requests/2.32"),
        ("x" * 300, "x" * 40),
        ("", "?"),
    ],
)  # fmt: skip
def test_a_device_is_called_what_its_owner_calls_it(told: str, name: str) -> None:
    """ID-3"""
    assert name_of_device(told) == name


# --- Every page and every mail is ours ----------------------------------------------------------------------------
def routed(patterns: list[URLPattern | URLResolver]) -> list[URLPattern]:
    return [pattern for pattern in patterns if isinstance(pattern, URLPattern)]


@pytest.mark.parametrize("pattern", routed(urlpatterns), ids=lambda pattern: pattern.name)
def test_no_page_is_drawn_by_a_template_of_another_package(pattern: URLPattern) -> None:
    """ID-7 Else it would speak in words we never translated."""
    view_class = getattr(pattern.callback, "view_class", None)
    name = getattr(view_class, "template_name", None)
    if name is None:
        return
    origin = get_template(name).origin.name  # type: ignore[attr-defined]
    assert Path(origin).is_relative_to(TEMPLATES), f"{pattern.name} is drawn by {origin}"


@pytest.mark.parametrize("setting", ["ACCOUNT_FORMS", "MFA_FORMS"])
def test_every_form_that_is_named_is_there(setting: str) -> None:
    """ID-1"""
    for path in getattr(settings, setting).values():
        assert import_string(path)


@pytest.mark.parametrize("template", sorted(LETTERS))
@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_mail_is_described_and_reads_in_both_languages(template: str, language: str, noon: datetime) -> None:
    """ID-7"""
    kind = kind_of(LETTERS[template].kind)
    facts = {
        "email": "lan@saomai.example",
        "address": "192.0.2.7",
        "device": "Firefox, Linux",
        "when": noon,
        "days": 3,
        "minutes": 60,
    }

    written = letter(kind=kind.name, facts=facts, link="/x/", reader_name="Lan", language=language)

    assert "http://localhost:8000/x/" in written.text
    assert "lan@saomai.example" in written.text
    assert not kind.can_be_off
    assert kind.secret == (kind.name in {"verify_email", "reset_password"}), "a link that opens something is secret"


def test_what_the_pages_say_of_days_and_minutes_is_what_holds() -> None:
    """ID-1"""
    assert account_settings.EMAIL_CONFIRMATION_EXPIRE_DAYS == 3
    assert settings.PASSWORD_RESET_TIMEOUT == 60 * 60
    assert settings.SESSION_COOKIE_AGE == 14 * 24 * 60 * 60
