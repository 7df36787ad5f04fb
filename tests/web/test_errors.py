"""Errors: a sentence and a way out, in both languages, without a traceback, even without a database."""

from typing import Any

import psycopg
import pytest
from django.core.exceptions import BadRequest, PermissionDenied, RequestDataTooBig
from django.db import InterfaceError, OperationalError, connection
from django.http import Http404, HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import include, path

from kanal.web.access import open_page
from tests.world import a_world


def _raising(problem: Exception) -> Any:
    @open_page
    def view(_request: HttpRequest) -> HttpResponse:
        raise problem

    return view


urlpatterns = [
    path("bad/", _raising(BadRequest("what was sent makes no sense: s3cret"))),
    path("big/", _raising(RequestDataTooBig("too big"))),
    path("denied/", _raising(PermissionDenied("no"))),
    path("absent/", _raising(Http404("no such row: s3cret"))),
    path("broken/", _raising(ZeroDivisionError("s3cret of the inside"))),
    path("down/", _raising(OperationalError("connection refused"))),
    path("cut/", _raising(InterfaceError("connection already closed"))),
    path("", include("kanal.urls")),
]
handler400 = "kanal.web.errors.bad_request"
handler403 = "kanal.web.errors.permission_denied"
handler404 = "kanal.web.errors.not_found"
handler500 = "kanal.web.errors.server_error"

STATUSES = {"bad": 400, "big": 413, "denied": 403, "absent": 404, "broken": 500, "down": 503, "cut": 503}


@pytest.fixture
def client() -> Client:
    return Client(raise_request_exception=False)


@pytest.mark.django_db
@override_settings(ROOT_URLCONF=__name__)
@pytest.mark.parametrize(("name", "status"), STATUSES.items())
@pytest.mark.parametrize("language", ["vi", "en"])
def test_each_error_has_a_page_in_the_readers_language(client: Client, name: str, status: int, language: str) -> None:
    response = client.get(f"/{name}/", headers={"accept-language": language})
    assert response.status_code == status
    assert f'<html lang="{language}"' in response.text
    assert "<h1>" in response.text
    assert "s3cret" not in response.text
    assert "Traceback" not in response.text


@pytest.mark.django_db
@override_settings(ROOT_URLCONF=__name__)
def test_the_two_languages_differ(client: Client) -> None:
    for name in STATUSES:
        vi, en = (client.get(f"/{name}/", headers={"accept-language": each}).text for each in ("vi", "en"))
        assert _title(vi) != _title(en)


def _title(text: str) -> str:
    return text.partition("<h1>")[2].partition("</h1>")[0]


@override_settings(ROOT_URLCONF=__name__)
@pytest.mark.parametrize("name", ["down", "absent", "broken"])
def test_an_error_page_asks_no_database(client: Client, name: str) -> None:
    """Without the django_db mark, any statement fails this test."""
    with override_settings(KANAL_SANDBOX=False):
        assert client.get(f"/{name}/").status_code == STATUSES[name]


@pytest.mark.django_db
def test_a_database_that_is_down_is_a_503_that_says_when_to_come_back(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_args: object, **_kwargs: object) -> None:
        raise OperationalError("connection refused") from psycopg.OperationalError("connection refused")

    client.force_login(a_world().lan)
    with connection.execute_wrapper(refused):
        response = client.get("/partner/", headers={"accept-language": "en"})
    assert (response.status_code, response["Retry-After"]) == (503, "30")
    assert "connection refused" not in response.text


@pytest.mark.django_db
class TestAPageThatGrewOld:
    """The token against forgery is missing or old."""

    @pytest.fixture
    def strict(self) -> Client:
        client = Client(enforce_csrf_checks=True)
        client.force_login(a_world().lan)
        return client

    def test_offers_to_send_again_what_was_typed_here(self, strict: Client) -> None:
        typed = {"language": "en", "note": 'Gọi "thứ hai" <b>', "csrfmiddlewaretoken": "old"}
        response = strict.post("/language/", typed, headers={"sec-fetch-site": "same-origin"})
        assert response.status_code == 403
        assert 'name="note" hidden>Gọi &quot;thứ hai&quot; &lt;b&gt;</textarea>' in response.text
        assert 'action="/language/"' in response.text
        assert 'value="old"' not in response.text

    @pytest.mark.parametrize("headers", [{}, {"sec-fetch-site": "cross-site"}, {"origin": "https://elsewhere.example"}])
    def test_never_lends_its_button_to_a_foreign_page(self, strict: Client, headers: dict[str, str]) -> None:
        response = strict.post("/language/", {"language": "en"}, headers=headers)
        assert response.status_code == 403
        assert "<textarea" not in response.text

    @pytest.mark.parametrize("secret", ["password", "new_password1", "code", "secret"])
    def test_never_writes_a_secret_back(self, strict: Client, secret: str) -> None:
        sent = {"language": "en", secret: "Hidden-2026!"}
        response = strict.post("/language/", sent, headers={"sec-fetch-site": "same-origin"})
        assert "Hidden-2026!" not in response.text
        assert "<textarea" not in response.text


@pytest.mark.django_db
def test_a_host_that_is_not_ours_is_answered_plainly(client: Client) -> None:
    response = client.get("/account/sign-in/", headers={"host": "elsewhere.example"})
    assert response.status_code == 400
    assert "elsewhere.example" not in response.text


@pytest.mark.django_db
def test_security_headers_stand_on_pages_and_errors(client: Client) -> None:
    for url in ("/account/sign-in/", "/nothing-here/"):
        policy = client.get(url)["Content-Security-Policy"]
        assert "script-src 'self'" in policy
        assert "style-src 'self'" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
