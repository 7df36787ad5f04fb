"""Each thing the doctor looks at is made ill once, and he says so and what to do."""

import json
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from django.db import connection, connections

from kanal.cli import _findings as findings
from kanal.cli import doctor
from kanal.cli._findings import Finding
from kanal.kit.ids import uuid7
from kanal.kit.models import Outbox
from kanal.kit.postgres import APPLICATION, OWNER
from tests import database

Examine = Callable[[], dict[str, Finding]]


@pytest.fixture
def examine(own_database: str, settings: object, tmp_path: Path) -> Iterator[Examine]:
    settings.MEDIA_ROOT = tmp_path / "files"  # type: ignore[attr-defined]
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO procrastinate_workers DEFAULT VALUES")
    yield lambda: {finding.name: finding for finding in findings.examine()}
    connections["owner"].close()


def owner(name: str) -> "psycopg.Connection[tuple[object, ...]]":
    return psycopg.connect(database.server().url(OWNER, name), autocommit=True)


def test_a_healthy_house_has_no_finding(examine: Examine) -> None:
    found = examine()
    ill = {name: finding.says for name, finding in found.items() if not finding.good}
    assert ill == {}
    assert {"database", "roles", "clock", "migrations", "tables", "worker", "outbox", "mail", "storage"} <= set(found)


def test_rights_that_are_too_wide(examine: Examine, own_database: str) -> None:
    with owner(own_database) as session:
        session.execute(f"GRANT UPDATE ON identity_book TO {APPLICATION}")
    found = examine()["roles"]
    assert not found.good
    assert "append-only" in found.says
    assert "kanal migrate" in found.do


def test_a_migration_that_is_missing_and_one_too_many(examine: Examine, own_database: str) -> None:
    with owner(own_database) as session:
        session.execute("DELETE FROM django_migrations WHERE app = 'kit' AND name LIKE '0001%'")
        session.execute("INSERT INTO django_migrations (app, name, applied) VALUES ('kit', '9999_future', now())")
    found = examine()
    assert "kit.0001_initial" in found["migrations"].says
    assert "kit.9999_future" in found["version"].says
    assert not found["migrations"].good
    assert not found["version"].good


def test_a_table_that_breaks_the_rules(examine: Examine, own_database: str) -> None:
    with owner(own_database) as session:
        session.execute("CREATE TABLE stray (id int)")
    assert "break the rules of scale" in examine()["tables"].says


def test_a_worker_that_fell_silent_and_jobs_that_failed(examine: Examine) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '5 minutes'")
        cursor.execute("INSERT INTO procrastinate_jobs (queue_name, task_name, status) VALUES ('q', 't', 'failed')")
    found = examine()
    assert not found["worker"].good
    assert not found["jobs"].good


def test_work_that_waits_too_long(examine: Examine) -> None:
    old = uuid7(datetime.now(UTC) - timedelta(hours=1))
    Outbox.objects.create(book_id=1, id=old, name="a", asked_at=datetime.now(UTC))
    found = examine()["outbox"]
    assert not found.good
    assert "1 waiting" in found.says


def test_work_that_was_parked(examine: Examine) -> None:
    Outbox.objects.create(book_id=1, name="a", asked_at=datetime.now(UTC), parked=Outbox.Parked.UNKNOWN_NAME)
    assert not examine()["outbox"].good


def test_clocks_that_differ(examine: Examine, monkeypatch: pytest.MonkeyPatch) -> None:
    real = time.time
    monkeypatch.setattr("kanal.cli._findings.time.time", lambda: real() + 60)
    found = examine()["clock"]
    monkeypatch.undo()
    assert not found.good
    assert "differ by" in found.says


def test_a_disk_that_is_nearly_full(examine: Examine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(findings, "LEAST_FREE_BYTES", 1 << 60)
    assert not examine()["disk"].good


def test_a_folder_that_cannot_be_written(examine: Examine, settings: object, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    settings.MEDIA_ROOT = tmp_path / "file" / "files"  # type: ignore[attr-defined]
    assert not examine()["storage"].good


def test_a_mail_server_that_does_not_answer(examine: Examine, settings: object) -> None:
    settings.KANAL_SANDBOX, settings.EMAIL_HOST, settings.EMAIL_PORT = False, "127.0.0.1", 9  # type: ignore[attr-defined]
    found = examine()["mail"]
    assert not found.good
    assert "127.0.0.1:9" in found.says


def test_without_a_database_the_rest_is_still_looked_at(examine: Examine) -> None:
    right = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = "not_there"
    found = examine()
    connection.close()
    connection.settings_dict["NAME"] = right
    assert not found["database"].good
    assert "no such database" in found["database"].do
    assert {"mail", "storage", "disk"} <= set(found)
    assert "worker" not in found


@pytest.mark.parametrize("as_json", [True, False])
def test_the_answer_is_for_people_or_for_programs(
    examine: Examine, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, as_json: bool
) -> None:
    monkeypatch.setattr("kanal.cli._database.settings", type("S", (), {"EMBEDDED": False}))
    options = type("Options", (), {"new_key": False, "json": as_json})
    assert doctor.carry_out(options) == 0  # type: ignore[arg-type]
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_workers")
    capsys.readouterr()
    assert doctor.carry_out(options) == 1  # type: ignore[arg-type]
    said = capsys.readouterr().out
    if as_json:
        facts = json.loads(said)
        assert facts["ok"] is False
        assert [f["name"] for f in facts["findings"] if not f["ok"]] == ["worker"]
    else:
        assert "ATTENTION  worker" in said
        assert "→ start `kanal worker`" in said
