"""A production's web server: what it refuses to start with, and how it answers, logs, counts, drains and recovers."""

import json
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from prometheus_client.parser import text_string_to_metric_families

from kanal.kit.postgres import APPLICATION, OWNER
from kanal.kit.secret_keys import new_keys
from tests import database
from tests.operations.processes import Started, free_port, kanal, share_static_files, started, wait_until_gone

TOKEN = "a-token-for-the-scraper"
HOST = "portal.example.vn"


def production(name: str, var: Path) -> dict[str, str]:
    server = database.server()
    return {
        **new_keys(),
        "KANAL_VAR": str(var),
        "KANAL_PUBLIC_URL": f"https://{HOST}",
        "KANAL_ALLOWED_HOSTS": HOST,
        "KANAL_MAIL_URL": "smtp://mail.example.vn",
        "KANAL_METRICS_TOKEN": TOKEN,
        "KANAL_BEHIND_PROXY": "1",
        "DATABASE_URL": server.url(APPLICATION, name),
        "DATABASE_OWNER_URL": server.url(OWNER, name),
    }


@pytest.fixture
def web(own_database: str, tmp_path: Path) -> Iterator[Started]:
    share_static_files(tmp_path)
    arguments = ["serve", "--processes", "2", "--threads", "2", "--drain", "3"]
    with started(*arguments, log=tmp_path / "said", port=free_port(), **production(own_database, tmp_path)) as running:
        running.wait_until(lambda: running.ready().get("ready"), "ready")
        yield running


def visit(web: Started, path: str = "/account/sign-in/", host: str = HOST) -> int:
    return web.ask(path, Host=host, X_Forwarded_Proto="https", X_Forwarded_For="203.0.113.9")[0]


def counted(web: Started, name: str, **labels: str) -> float:
    status, _, text = web.ask("/metrics", Authorization=f"Bearer {TOKEN}")
    assert status == 200
    samples = [sample for family in text_string_to_metric_families(text) for sample in family.samples]
    return sum(s.value for s in samples if s.name == name and labels.items() <= s.labels.items())


def logged(web: Started) -> list[dict[str, object]]:
    return [json.loads(line) for line in web.said().splitlines()]


def test_a_production_server_from_its_first_answer_to_its_last(web: Started, own_database: str) -> None:
    """One server for all of it: its start is what costs."""
    # Probes answer under any host name; pages only under the ones that were named.
    assert web.ask("/healthz", Host="10.1.2.3")[0] == 200
    assert web.ask("/readyz", Host="10.1.2.3")[0] == 200
    assert visit(web, host="evil.example") == 400

    # A cookie is only ever sent over TLS.
    status, headers, _ = web.ask("/account/sign-in/", Host=HOST, X_Forwarded_Proto="https")
    assert status == 200
    assert all("Secure" in cookie for cookie in headers.get_all("Set-Cookie") or ["none was set"])
    assert headers["X-Request-ID"]

    # Counters are those of both processes, whichever answers; a stranger does not see them, and loopback is one
    # where a proxy stands in front.
    before = counted(web, "kanal_requests_total", route="account_login")
    assert all(visit(web) == 200 for _ in range(20))
    assert counted(web, "kanal_requests_total", route="account_login", status="200") == before + 20
    assert counted(web, "kanal_request_seconds_count", route="account_login") == before + 20
    assert counted(web, "kanal_database_up") == 1
    assert web.ask("/metrics")[0] == 404
    assert web.ask("/metrics", Authorization="Bearer wrong")[0] == 404

    # One line of JSON per request, by route; a secret in a path is not in it.
    visit(web, "/account/password/reset/key/s3cr3t-link/")
    visit(web, "/nowhere/s3cr3t/")
    lines = logged(web)
    requests = [line for line in lines if line["event"] == "request"]
    assert {"method", "route", "status", "ms", "request_id", "at", "level"} <= set(requests[-1])
    assert (requests[-1]["route"], requests[-1]["status"]) == ("none", 404)
    assert "s3cr3t" not in web.said()
    assert not [line for line in requests if line["route"] in {"healthz", "readyz", "metrics", "static"}]

    # A process that is killed is replaced, and no line of its counters is lost.
    workers = web.everything()[1:]
    assert len(workers) == 2
    workers[0].kill()
    assert wait_until_gone(workers[:1]) == []
    web.wait_until(lambda: len([each for each in web.everything()[1:] if each.is_running()]) == 2, "two again")
    web.wait_until(lambda: web.ready().get("ready"), "a process has taken over")
    assert counted(web, "kanal_requests_total", route="account_login", status="200") == before + 20

    # A migration that is missing makes it not ready, and says so.
    with psycopg.connect(database.server().url(OWNER, own_database), autocommit=True) as owner:
        owner.execute("UPDATE django_migrations SET name = 'later_' || name WHERE app = 'kit' AND name LIKE '0001%'")
        assert web.ready() == {"ready": False, "problems": ["1 migrations are pending: run kanal migrate"]}
        owner.execute("UPDATE django_migrations SET name = substr(name, 7) WHERE name LIKE 'later\\_%'")
    assert web.ready()["ready"] is True

    # Told to stop, it says so while it still answers; then it is gone, and so is everything it started.
    family = web.everything()
    web.process.terminate()
    web.wait_until(lambda: web.ready() == {"ready": False, "problems": ["the server is stopping"]}, "stopping")
    assert visit(web) == 200
    assert web.process.wait(timeout=15) == 0
    assert wait_until_gone(family, 0.5) == []


def test_processes_whose_server_was_killed_do_not_hold_the_port(web: Started) -> None:
    family = web.everything()
    web.process.kill()
    web.process.wait()
    assert wait_until_gone(family, 5) == []


@pytest.mark.parametrize("command", ["serve", "worker", "migrate", "doctor", "backup"])
def test_an_unsafe_production_is_refused_with_everything_named(command: str, tmp_path: Path) -> None:
    ran = kanal(command, KANAL_VAR=str(tmp_path), KANAL_PUBLIC_URL="http://portal.example.vn")
    assert ran.returncode == 1
    named = {line.split()[1] for line in ran.stderr.splitlines()[1:]}
    assert named == {
        "KANAL_SECRET_KEY",
        "KANAL_SIGNING_KEY",
        "KANAL_PUBLIC_URL",
        "KANAL_ALLOWED_HOSTS",
        "KANAL_MAIL_URL",
        "DATABASE_URL",
        "DATABASE_OWNER_URL",
    }
    assert ran.stdout == ""
    assert list(tmp_path.iterdir()) == []


def test_new_keys_are_printed_where_there_are_no_settings_yet() -> None:
    ran = kanal("doctor", "--new-key")
    assert ran.returncode == 0
    assert [line.split("=")[0] for line in ran.stdout.splitlines()] == ["KANAL_SECRET_KEY", "KANAL_SIGNING_KEY"]


def test_a_database_that_is_down_is_one_sentence(tmp_path: Path) -> None:
    settings = production("kanal", tmp_path) | {
        "DATABASE_URL": f"postgresql://kanal_app:x@127.0.0.1:{free_port()}/kanal",
        "DATABASE_OWNER_URL": f"postgresql://kanal_owner:x@127.0.0.1:{free_port()}/kanal",
    }
    ran = kanal("migrate", **settings)
    assert ran.returncode == 1
    assert len(ran.stderr.splitlines()) == 1
    assert ran.stderr.startswith("kanal: the database does not answer (connection to server at")
    assert "Connection refused" in ran.stderr
