"""What every request gets: an id, a language, a moment, and answers that are never bare."""

import re
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from kanal.identity.models import Person
from kanal.kit import clock
from kanal.web.request import address_of
from tests.world import World, a_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return a_world()


@pytest.fixture
def lan(world: World) -> Client:
    client = Client()
    client.force_login(world.lan)
    return client


class TestRequestId:
    def test_is_on_every_answer_and_new_each_time(self) -> None:
        ids = {Client().get("/account/sign-in/")["X-Request-ID"] for _n in range(2)}
        assert len(ids) == 2
        assert all(re.fullmatch(r"[0-9a-f]{32}", each) for each in ids)

    def test_of_a_proxy_is_kept(self) -> None:
        response = Client().get("/account/sign-in/", headers={"x-request-id": "edge-7f3a:0042"})
        assert response["X-Request-ID"] == "edge-7f3a:0042"

    @pytest.mark.parametrize(
        "told", ["short", "x" * 81, "with space here", "new\tline-0000", 'quote"0000000', "ünïcode-000"]
    )
    def test_that_is_not_sane_is_replaced(self, told: str) -> None:
        response = Client().get("/account/sign-in/", headers={"x-request-id": told})
        assert response["X-Request-ID"] != told

    def test_is_that_of_the_actor(self, lan: Client) -> None:
        response = lan.get("/partner/", headers={"x-request-id": "edge-7f3a:0042", "user-agent": "Firefox/140"})
        actor = response.wsgi_request.actor  # type: ignore[attr-defined]
        assert (actor.request_id, actor.device, actor.address) == ("edge-7f3a:0042", "Firefox/140", "127.0.0.1")

    def test_stands_on_the_page_of_an_error(self) -> None:
        response = Client().get("/nothing-here/", headers={"x-request-id": "edge-7f3a:0042"})
        assert "edge-7f3a:0042" in response.text


class TestWhereItCameFrom:
    def test_is_the_peer_whatever_a_header_says(self, lan: Client) -> None:
        response = lan.get("/partner/", headers={"x-forwarded-for": "203.0.113.9"})
        assert address_of(response.wsgi_request) == "127.0.0.1"

    def test_behind_a_proxy_is_what_that_proxy_saw(self, lan: Client, settings: object) -> None:
        settings.BEHIND_PROXY = True  # type: ignore[attr-defined]
        response = lan.get("/partner/", headers={"x-forwarded-for": "10.0.0.1, 203.0.113.9"})
        assert address_of(response.wsgi_request) == "203.0.113.9"


class TestLanguageAndZone:
    @pytest.mark.parametrize(("language", "word"), [("vi", "Tổng quan"), ("en", "Overview")])
    def test_are_the_persons_own_whatever_the_browser_says(
        self, lan: Client, world: World, language: str, word: str
    ) -> None:
        """ID-7"""
        Person.objects.filter(id=world.lan.id).update(language=language)
        other = {"vi": "en", "en": "vi"}[language]
        response = lan.get("/partner/", headers={"accept-language": other})
        assert f"<h1>{word}</h1>" in response.text
        assert f'<html lang="{language}"' in response.text
        assert response["Content-Language"] == language

    def test_do_not_leak_into_the_next_request(self, lan: Client, world: World) -> None:
        Person.objects.filter(id=world.lan.id).update(language="en", time_zone="America/New_York")
        lan.get("/partner/")
        stranger = Client().get("/account/sign-in/", headers={"accept-language": "vi"})
        assert '<html lang="vi"' in stranger.text
        assert timezone.get_current_timezone_name() == "Asia/Ho_Chi_Minh"

    def test_times_stand_in_the_readers_zone_with_the_exact_moment_on_them(self, lan: Client, world: World) -> None:
        Person.objects.filter(id=world.lan.id).update(time_zone="Europe/Paris", language="en")
        text = lan.get("/partner/").text
        assert 'datetime="2026-03-02T02:00:00Z"' in text
        assert "2 Mar 2026, 03:00" in text

    def test_an_unknown_zone_is_the_houses(self, lan: Client, world: World) -> None:
        Person.objects.filter(id=world.lan.id).update(time_zone="Mars/Olympus")
        assert lan.get("/partner/").status_code == 200

    @pytest.mark.parametrize("language", ["vi", "en"])
    def test_language_is_kept_with_the_person_and_for_the_pages_before_sign_in(
        self, lan: Client, world: World, language: str
    ) -> None:
        """ID-7"""
        response = lan.post("/language/", {"language": language, "next": "/partner/"})
        world.lan.refresh_from_db()
        assert (response["Location"], world.lan.language) == ("/partner/", language)
        assert response.cookies["kanal_language"].value == language

    def test_an_unknown_language_changes_nothing(self, lan: Client, world: World) -> None:
        lan.post("/language/", {"language": "xx"})
        world.lan.refresh_from_db()
        assert world.lan.language == "vi"

    def test_theme_is_kept_and_stands_on_the_page(self, lan: Client, world: World) -> None:
        """ID-7"""
        response = lan.post("/theme/", {"theme": "DARK"})
        world.lan.refresh_from_db()
        assert world.lan.theme == "DARK"
        assert response.cookies["kanal_theme"].value == "DARK"
        assert 'data-theme="DARK"' in lan.get("/partner/").text


class TestAnswers:
    def test_htmx_is_told_to_load_a_redirects_page_whole(self, lan: Client) -> None:
        response = lan.post("/theme/", {"theme": "DARK", "next": "/partner/"}, headers={"hx-request": "true"})
        assert (response.status_code, response["HX-Redirect"]) == (200, "/partner/")
        assert response.cookies["kanal_theme"].value == "DARK"

    def test_a_method_that_is_not_allowed_gets_a_page_that_says_so(self, lan: Client) -> None:
        response = lan.delete("/partner/")
        assert (response.status_code, response["Allow"]) == (405, "GET, HEAD")
        assert "<h1>" in response.text

    def test_pages_of_the_signed_in_are_not_kept_by_caches(self, lan: Client) -> None:
        assert lan.get("/partner/")["Cache-Control"] == "private, no-cache"

    def test_the_moment_is_read_once(self, lan: Client) -> None:
        before = clock.now()
        request: Any = lan.get("/partner/").wsgi_request
        assert before <= request.at <= clock.now()
