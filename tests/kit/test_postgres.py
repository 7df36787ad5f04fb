"""The embedded server, with real processes: each test has a data folder and a server of its own."""

import contextlib
import os
import shutil
import stat
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import psutil
import psycopg
import pytest

from kanal.kit import postgres
from kanal.kit.postgres import APPLICATION, OWNER, SUPERUSER, EmbeddedServer
from kanal.kit.unprivileged import ServerDidNotStart, let_pass, refuse_a_strangers, unprivileged
from tests.database import FOLDER

pytestmark = pytest.mark.own_server
SMALL = "shared_buffers = 16MB\nmax_connections = 20\nmax_wal_size = 64MB\nfsync = off\n"  # only a power cut would tell


@pytest.fixture
def folder(request: pytest.FixtureRequest) -> Iterator[Path]:
    path = FOLDER / f"own server's {os.getpid()} {abs(hash(request.node.name)) % 10_000}"
    yield path
    EmbeddedServer(path).stop()
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture(scope="session")
def made() -> Iterator[Path]:
    """A data folder as a first start makes it; most tests begin with a copy."""
    path = FOLDER / f"made {os.getpid()}"
    server = EmbeddedServer(path, configuration=SMALL)
    server.start()
    server.stop()
    yield server.data
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture
def new_server(folder: Path) -> EmbeddedServer:
    return EmbeddedServer(folder, configuration=SMALL)


@pytest.fixture
def server(new_server: EmbeddedServer, made: Path) -> EmbeddedServer:
    new_server.folder.mkdir()
    subprocess.run(["cp", "-a", str(made), str(new_server.data)], check=True)
    return new_server


def everything_of(server: EmbeddedServer) -> list[psutil.Process]:
    pid = server.postmaster()
    assert pid is not None
    return [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]


def kill_at_once(processes: list[psutil.Process]) -> None:
    for send in (psutil.Process.suspend, psutil.Process.kill):  # suspended first: none sees another die
        for process in processes:
            with contextlib.suppress(psutil.NoSuchProcess):  # a backend whose client has just left
                send(process)
    while any(lives(process) for process in processes):
        time.sleep(0.01)


def children_of(process: psutil.Process) -> list[psutil.Process]:
    try:
        return process.children()
    except psutil.NoSuchProcess:
        return []


def lives(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def test_it_starts_attaches_and_stops(server: EmbeddedServer) -> None:
    server.start()
    first = server.postmaster()
    server.start()

    assert server.postmaster() == first
    assert server.ensure_database() is True
    assert server.ensure_database() is False

    server.stop()
    assert not server.is_running()
    assert server.orphans() == []


def test_what_was_committed_is_there_after_everything_was_killed(server: EmbeddedServer) -> None:
    server.start()
    server.ensure_database()
    for round_number in range(2):
        with psycopg.connect(server.url(OWNER)) as connection:
            connection.execute("CREATE TABLE IF NOT EXISTS said (n int PRIMARY KEY)")
            connection.execute("INSERT INTO said VALUES (%s)", [round_number])
        kill_at_once(everything_of(server))

        server.start()

        with psycopg.connect(server.url(OWNER)) as connection:
            assert connection.execute("SELECT count(*) FROM said").fetchone() == (round_number + 1,)


def test_a_lock_file_whose_number_was_reused_keeps_nobody_out(server: EmbeddedServer) -> None:
    """In a container the number of the killed server soon belongs to something else, even to ourselves."""
    server.start()
    kill_at_once(everything_of(server))
    stale = server.data / "postmaster.pid"
    lines = stale.read_text().splitlines()
    stale.write_text("\n".join([str(os.getpid()), *lines[1:]]) + "\n")
    for socket_lock in server.sockets.glob("*.lock"):
        socket_lock.write_text("\n".join([str(os.getpid()), *socket_lock.read_text().splitlines()[1:]]) + "\n")

    server.start()

    assert server.is_running()


def test_a_process_that_outlives_its_postmaster_is_ended_before_the_next_starts(
    server: EmbeddedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two servers on one data folder would destroy it, so the lock file stays until the last one has gone."""
    monkeypatch.setattr(postgres, "ORPHANS_LEAVE_SECONDS", 0.3)
    server.start()
    processes = everything_of(server)
    deaf = next(process for process in processes if "checkpointer" in " ".join(process.cmdline()))
    deaf.suspend()  # so it notices neither that the postmaster is gone nor a polite signal
    kill_at_once([process for process in processes if process != deaf])
    assert server.orphans() == [deaf]

    server.start()

    assert server.is_running()
    assert not lives(deaf)


def test_two_starts_at_once_start_one_server(server: EmbeddedServer) -> None:
    starts = [Thread(target=EmbeddedServer(server.folder, configuration=SMALL).start) for _ in range(4)]
    for start in starts:
        start.start()
    for start in starts:
        start.join()

    running = server.orphans()
    below = {child.pid for process in running for child in children_of(process)}
    assert [process.pid for process in running if process.pid not in below] == [server.postmaster()]


def test_a_first_start_that_was_cut_off_is_begun_anew(new_server: EmbeddedServer) -> None:
    half_made = new_server.folder / "data.unfinished"
    half_made.mkdir(parents=True)
    (half_made / "PG_VERSION").write_text("18\n")  # initdb writes it first, not last

    new_server.start()

    assert new_server.is_running()
    assert not half_made.exists()


def test_a_database_whose_making_was_cut_off_is_finished(server: EmbeddedServer) -> None:
    server.start()
    with psycopg.connect(server.url(SUPERUSER, "postgres"), autocommit=True) as connection:
        connection.execute("CREATE DATABASE kanal")

    assert server.ensure_database() is False

    with psycopg.connect(server.url(OWNER)) as connection:
        connection.execute("CREATE TABLE works (n int)")


def test_the_roles_are_separate_and_neither_rules_the_server(server: EmbeddedServer) -> None:
    server.start()
    server.ensure_database()
    with psycopg.connect(server.url(OWNER)) as owner:
        owner.execute("CREATE TABLE safe (n int)")
    with psycopg.connect(server.url(APPLICATION)) as application, pytest.raises(psycopg.errors.InsufficientPrivilege):
        application.execute("ALTER TABLE safe ADD COLUMN m int")
    with psycopg.connect(server.url(SUPERUSER)) as connection:
        powers = connection.execute(
            "SELECT rolname FROM pg_roles WHERE rolname LIKE 'kanal%' AND (rolsuper OR rolcreaterole OR rolcreatedb)"
        ).fetchall()
    assert powers == []


def test_a_server_that_cannot_start_says_why_in_one_sentence(server: EmbeddedServer) -> None:
    server.configuration += "shared_buffers = 'a lot'\n"

    with pytest.raises(ServerDidNotStart, match=r"it says: .*kanal\.conf.*whole log is"):
        server.start()


def test_a_long_path_gets_its_socket_where_paths_are_short(folder: Path) -> None:
    deep = folder / ("d" * 90)
    server = EmbeddedServer(deep, configuration=SMALL)
    try:
        server.start()
        assert server.is_running()
        assert len(str(server.sockets)) < 60
        assert stat.S_IMODE(server.sockets.stat().st_mode) == 0o700
    finally:
        server.stop()
        shutil.rmtree(server.sockets, ignore_errors=True)


def test_a_socket_folder_that_a_stranger_laid_out_is_refused(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path)
    with pytest.raises(ServerDidNotStart, match="somebody else"):
        refuse_a_strangers(tmp_path / "link")
    if os.geteuid() == 0:
        os.chown(tmp_path, 4242, 4242)
        with pytest.raises(ServerDidNotStart, match="somebody else"):
            refuse_a_strangers(tmp_path)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may open folders for others")
def test_a_closed_parent_folder_is_opened_for_passing_only_and_said_first(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    user = unprivileged()
    assert user is not None
    modes: list[int] = []

    let_pass(
        user, closed / "data", say=lambda words: modes.append(closed.stat().st_mode) if "closed:" in words else None
    )

    assert [stat.S_IMODE(mode) for mode in modes] == [0o700]  # said while it was still closed
    assert stat.S_IMODE(closed.stat().st_mode) == 0o701


def test_a_log_that_grew_large_is_put_aside(server: EmbeddedServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres, "LARGEST_LOG_BYTES", 10)
    server.log.write_text("what happened long ago\n")

    server.start()

    assert "long ago" in server.log.with_suffix(".log.1").read_text()
    assert "long ago" not in server.log.read_text()


@pytest.mark.parametrize(
    ("words", "cause"),
    [
        ("LOG:  starting\nFATAL:  lock file exists\nHINT:  is it running?", "FATAL:  lock file exists"),
        (
            "ok\nPANIC:  could not write: No space left on device",
            "No space left on device: make room, then start again",
        ),
        ("one thing\n\nanother thing\n", "another thing"),
        ("", "nothing"),
    ],
)
def test_of_many_lines_the_one_is_told_that_says_why(words: str, cause: str) -> None:
    assert postgres.cause_in(words) == cause
