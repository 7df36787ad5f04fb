"""How pages are handed to the web server."""

from io import BytesIO
from typing import Any

import pytest
from django.core.signals import request_finished
from django.http import HttpResponse, StreamingHttpResponse

from kanal import wsgi


def answered(monkeypatch: pytest.MonkeyPatch, response: Any) -> tuple[Any, list[str]]:
    happened: list[str] = []
    monkeypatch.setattr(wsgi.pages, "_middleware_chain", lambda _request: response)
    response._resource_closers.append(lambda: happened.append("closed"))
    environ = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": "/",
        "wsgi.input": BytesIO(),
        "SERVER_NAME": "x",
        "SERVER_PORT": "1",
    }
    receivers, request_finished.receivers = request_finished.receivers, []  # the test's own connection stays open
    try:
        body = wsgi.application(environ, lambda status, _headers: happened.append(status))
    finally:
        request_finished.receivers = receivers
    return body, happened


def test_a_whole_page_is_one_piece_and_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    body, happened = answered(monkeypatch, HttpResponse(b"one page"))
    assert body == [b"one page"]
    assert happened == ["200 OK", "closed"]


def test_what_is_made_piece_by_piece_stays_so(monkeypatch: pytest.MonkeyPatch) -> None:
    body, happened = answered(monkeypatch, StreamingHttpResponse(iter([b"one ", b"export"])))
    assert list(body) == [b"one ", b"export"]
    assert happened == ["200 OK"]  # the server closes it when it has sent all of it
    assert isinstance(body, StreamingHttpResponse)
