"""A log line names things by id, and never what people typed or what links carry."""

import contextlib
import io
import json
import logging
import re
from collections.abc import Callable, Iterator
from types import SimpleNamespace

import pytest
import structlog

from kanal.kit import logs

Lines = Callable[[], list[dict[str, object]]]


@pytest.fixture
def stream(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """Logging as production configures it, for one test."""
    from django.conf import settings

    written = io.StringIO()
    monkeypatch.setattr("sys.stderr", written)
    logs.configure({"style": "json", "level": "info"})
    structlog.contextvars.clear_contextvars()
    yield written
    structlog.contextvars.clear_contextvars()
    monkeypatch.undo()
    logs.configure(settings.LOGGING)


@pytest.fixture
def lines(stream: io.StringIO) -> Lines:
    return lambda: [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_line_is_json_with_its_moment_and_request(lines: Lines) -> None:
    structlog.contextvars.bind_contextvars(request_id="req-12345678")
    structlog.stdlib.get_logger("kanal.request").info("request", route="home", status=200)
    logging.getLogger("kanal.other").warning("café %s", "đóng")

    first, second = lines()
    assert list(first)[:4] == ["at", "level", "logger", "event"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", str(first["at"]))
    assert (first["level"], first["logger"], first["request_id"]) == ("info", "kanal.request", "req-12345678")
    assert (first["route"], first["status"]) == ("home", 200)
    assert (second["event"], second["level"], second["request_id"]) == ("café đóng", "warning", "req-12345678")


def test_what_is_below_the_level_is_left_out(lines: Lines) -> None:
    structlog.stdlib.get_logger("kanal.a").debug("quiet")
    logging.getLogger("kanal.b").debug("quiet")
    logging.getLogger("django.db.backends").info("SELECT a secret")
    assert lines() == []


def test_an_error_carries_its_traceback_without_the_values_of_a_row(lines: Lines) -> None:
    said = 'duplicate key\nDETAIL: Key (email)=(an@example.vn) already exists.\nCONTEXT: row "an@example.vn"'
    logging.getLogger("kanal.a").error("it broke", exc_info=raised(ValueError(said)))

    (line,) = lines()
    assert "Traceback" in str(line["exception"])
    assert "duplicate key" in str(line["exception"])
    assert "an@example.vn" not in json.dumps(line)


def raised(error: ValueError) -> ValueError:
    """With a traceback, as an error has it that went through a program."""
    with contextlib.suppress(ValueError):
        raise error
    return error


def test_a_failed_request_is_named_by_its_route_and_not_by_its_path(lines: Lines) -> None:
    request = SimpleNamespace(
        path="/invitations/s3cret/", resolver_match=SimpleNamespace(view_name="answer", route="x")
    )
    logging.getLogger("django.request").error("%s: %s", "Server Error", request.path, extra={"request": request})
    logging.getLogger("django.request").warning("Not Found: %s", request.path, extra={"request": request})
    logging.getLogger("django.security.csrf").warning("Forbidden: %s", request.path, extra={"request": request})

    (line,) = lines()
    assert (line["event"], line["route"]) == ("the request failed", "answer")
    assert "s3cret" not in json.dumps(line)


def test_a_failed_job_is_named_without_its_arguments(lines: Lines) -> None:
    job = {"id": 7, "task_name": "send", "call_string": "send[7](email='an@example.vn')"}
    logging.getLogger("procrastinate.worker").error("Job send[7](email='an@example.vn') failed", extra={"job": job})

    (line,) = lines()
    assert (line["event"], line["job"]) == ("Job send failed", 7)
    assert "an@example.vn" not in json.dumps(line)


def test_a_page_that_was_never_found_has_no_route() -> None:
    assert logs.route_of(SimpleNamespace()) == "none"


def test_a_person_at_a_terminal_reads_a_short_line(monkeypatch: pytest.MonkeyPatch, stream: io.StringIO) -> None:
    monkeypatch.setattr("sys.stderr", stream)
    logs.configure({"style": "text", "level": "info"})
    structlog.stdlib.get_logger("kanal.request").info(
        "request", method="GET", route="home", status=200, ms=12.4, actor="PERSON:7", organization_id="8"
    )
    logging.getLogger("kanal.a").error("it broke", exc_info=ValueError("so it is"))

    first, second, *rest = stream.getvalue().splitlines()
    assert re.fullmatch(r"\d\d:\d\d:\d\d GET home 200, 12 ms", first)
    assert re.fullmatch(r"\d\d:\d\d:\d\d ERROR: it broke", second)
    assert rest[-1] == "ValueError: so it is"
