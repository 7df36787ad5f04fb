"""What a person at a terminal gets: a list, an answer, or one sentence with the way out; never a traceback."""

import errno
import signal
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import psycopg
import pytest
from django.conf import settings
from django.db import connection, connections

from kanal.cli import CannotGoOn, _sentences, carry_out_plainly, first_line, main, names
from kanal.cli._build import build
from kanal.cli._database import two_roles
from kanal.cli._follow import PARENT
from kanal.cli._ports import refuse_taken
from kanal.cli.db import carry_out as look_into_the_database
from kanal.cli.migrate import carry_out as migrate
from kanal.kit.postgres import OWNER
from tests import database
from tests.operations.processes import kanal


def outcome(act: Callable[[Namespace], int]) -> int:
    command = ModuleType("command")
    command.DJANGO = False  # type: ignore[attr-defined]
    command.carry_out = act  # type: ignore[attr-defined]
    return carry_out_plainly(command, ArgumentParser(), [])


def failing(problem: BaseException) -> Callable[[Namespace], int]:
    def act(_options: Namespace) -> int:
        raise problem

    return act


def test_every_command_says_in_one_line_what_it_is_for(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    said = capsys.readouterr().out
    assert {"run", "serve", "worker", "migrate", "doctor", "backup", "restore", "db", "demo"} <= set(names())
    for name in names():
        assert f"  {name:<10} {first_line(name)}" in said
        assert len(first_line(name)) < 110


@pytest.mark.parametrize("name", names())
def test_every_command_explains_its_options(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([name, "--help"])
    assert ended.value.code == 0
    assert f"usage: kanal {name}" in capsys.readouterr().out


def test_a_command_that_is_none_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["fly"]) == 2
    assert "there is no command “fly”" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("problem", "words"),
    [
        (CannotGoOn("the door is shut."), "kanal: the door is shut.\n"),
        (OSError(errno.ENOSPC, "No space left", "/var/x"), "kanal: the disk is full (/var/x): make room"),
        (OSError(errno.EROFS, "Read-only", "/var/x"), "kanal: the disk can only be read (/var/x)"),
        (PermissionError(errno.EACCES, "denied", "/var/x"), "kanal: this user may not write (/var/x)"),
    ],
)
def test_what_people_can_mend_is_one_sentence(
    problem: Exception, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert outcome(failing(problem)) == 1
    said = capsys.readouterr().err
    assert said.startswith(words)
    assert len(said.splitlines()) == 1


def test_a_defect_leaves_its_traceback_in_a_file(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(_sentences, "var", lambda: tmp_path)
    assert outcome(failing(ZeroDivisionError("division by zero"))) == 70
    said = capsys.readouterr().err
    (file,) = tmp_path.iterdir()
    assert said == (
        f"kanal: this is a defect of the program (ZeroDivisionError: division by zero); please report it with {file}.\n"
    )
    assert "Traceback" in file.read_text()


def test_a_defect_with_nowhere_to_write_is_told_whole(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(_sentences, "var", lambda: tmp_path / "gone")
    assert outcome(failing(ZeroDivisionError("division by zero"))) == 70
    assert "Traceback" in capsys.readouterr().err


def test_ctrl_c_is_no_defect(capsys: pytest.CaptureFixture[str]) -> None:
    assert outcome(failing(KeyboardInterrupt())) == 130
    assert capsys.readouterr().err == "kanal: stopped.\n"


def test_a_reader_that_left_is_no_defect(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", sys.stdout)
    assert outcome(failing(BrokenPipeError())) == 0


# --- What the database says, from the database itself -----------------------------------------------------------
@pytest.fixture
def session(own_database: str) -> Iterator[str]:
    yield own_database
    connections["owner"].close()


def sentence_after(statement: str) -> str:
    with pytest.raises(Exception) as raised, connection.cursor() as cursor:
        cursor.execute(statement)
    return _sentences.sentence_of(raised.value)


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("SELECT set_config('transaction_read_only', 'on', true); DELETE FROM identity_person", "can only be read"),
        ("SELECT * FROM nowhere", "a table is missing: run `kanal migrate`"),
        ("SELECT nothing FROM identity_person", "a column is missing: run `kanal migrate`"),
        ("ALTER TABLE identity_person ADD COLUMN x int", "the role may not do this"),
        ("DO $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = 'disk_full'; END $$", "the disk of the database is full"),
        ("DO $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = 'too_many_connections'; END $$", "no connection left"),
        ("DO $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = 'admin_shutdown'; END $$", "is shutting down"),
    ],
)
def test_what_the_database_refuses_is_said_with_the_way_out(session: str, statement: str, words: str) -> None:
    assert words in sentence_after(statement)


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("postgresql://kanal_app@/nowhere?host={sockets}", "the server has no such database"),
        ("postgresql://nobody_here@/kanal?host={sockets}", "does not let this role in"),
        ("postgresql://kanal_app@127.0.0.1:9/kanal", "the database does not answer (connection to server at"),
        ("postgresql://kanal_app@/kanal?host=/nowhere", "the database does not answer (connection to server on socket"),
    ],
)
def test_a_door_that_is_shut_is_named(url: str, words: str, django_db_setup: None) -> None:
    from django.db.utils import OperationalError

    try:
        psycopg.connect(url.format(sockets=database.server().sockets), connect_timeout=5)
    except psycopg.OperationalError as problem:
        told = OperationalError(*problem.args)
        told.__cause__ = problem
        assert words in _sentences.sentence_of(told)
    else:
        pytest.fail("that door should have been shut")


def test_an_unknown_error_of_the_database_is_a_defect(session: str) -> None:
    assert sentence_after("SELECT 1 / 0") == ""


# --- The smaller commands ---------------------------------------------------------------------------------------
@pytest.fixture
def elsewhere(session: str, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(settings, "EMBEDDED", False)
    return session


def test_migrating_again_changes_nothing_and_says_so(elsewhere: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert migrate(Namespace(check=True)) == 0
    assert migrate(Namespace(check=False)) == 0
    said = capsys.readouterr().out
    assert "the database is up to date" in said
    assert "0 migrations carried out; the rights of kanal_app are set" in said


def test_what_is_pending_is_listed(elsewhere: str, capsys: pytest.CaptureFixture[str]) -> None:
    with psycopg.connect(database.server().url(OWNER, elsewhere)) as owner:
        owner.execute("DELETE FROM django_migrations WHERE app = 'audit'")
    assert migrate(Namespace(check=True)) == 1
    assert "audit.0001_initial" in capsys.readouterr().out


def test_one_role_for_both_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    for alias in settings.DATABASES:
        monkeypatch.setitem(settings.DATABASES[alias], "USER", "one")
    with pytest.raises(CannotGoOn, match="use the same database role"):
        two_roles()


def test_the_lint_names_each_fault(elsewhere: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert look_into_the_database(Namespace()) == 0
    with psycopg.connect(database.server().url(OWNER, elsewhere)) as owner:
        owner.execute("CREATE TABLE stray (id int)")
    assert look_into_the_database(Namespace()) == 1
    assert "R1 stray: has no primary key" in capsys.readouterr().out


def test_what_is_built_is_not_built_again(django_db_setup: None) -> None:
    build()
    assert build() == []


def test_a_port_below_1024_and_an_address_elsewhere_are_named() -> None:
    with pytest.raises(CannotGoOn, match="is not an address of this machine"):
        refuse_taken("203.0.113.7", 8000)


def test_a_process_ends_with_the_one_that_started_it() -> None:
    """Its parent is said to be one that is long gone."""
    ran = kanal("worker", KANAL_SANDBOX="1", **{PARENT: "1"})
    assert ran.returncode == -signal.SIGTERM
