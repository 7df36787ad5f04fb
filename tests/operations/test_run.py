"""`bin/run` as people use it: one command up, one key down, and up again whatever happened to it."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from kanal.cli._counters import place_of_counters
from tests.operations.processes import (
    ROOT,
    environment,
    free_port,
    kanal,
    own_var,
    server_processes,
    started,
    wait_until_gone,
)

pytestmark = [pytest.mark.own_server, pytest.mark.timeout(600)]  # minutes, where much else runs
UP = "Ctrl-C stops all of it."


@pytest.fixture(scope="module")
def var(django_db_setup: None) -> Iterator[Path]:
    """One folder for the tests of this file: each finds what the one before it left."""
    with own_var() as folder:
        yield folder


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "said"


def test_one_command_brings_everything_up_and_ctrl_c_everything_down(var: Path, log: Path) -> None:
    port = free_port()
    with started("run", log=log, port=port, KANAL_VAR=str(var)) as running:
        running.wait_until_said(UP)
        said = running.said()
        url = f"http://localhost:{port}"

        steps = re.findall(r"^\[(\d)/5\] (.+) \(\d+\.\d s\)$", said, re.MULTILINE)
        assert [number for number, _ in steps] == ["1", "2", "3", "4", "5"]
        assert f"Kanal runs at {url}\n" in said
        assert f"{url}/dev/mail" in said
        assert "thu@saokhue.example" in said

        assert running.ready() == {"ready": True, "problems": []}
        assert running.ask("/healthz", host="127.0.0.1")[0] == 200
        status, headers, page = running.ask("/account/sign-in/")
        assert (status, headers["Content-Type"]) == (200, "text/html; charset=utf-8")
        style = re.search(r'href="(/static/css/kanal\.[0-9a-f]+\.css)"', page)
        assert style is not None
        assert running.ask(style.group(1))[0] == 200

        again = kanal("run", "--port", str(free_port()), KANAL_VAR=str(var))
        assert again.returncode == 1
        assert again.stderr == (
            f"kanal: Kanal already runs from this folder at {url} (process {running.process.pid}). Use that one, or "
            f"stop it first: Ctrl-C where it runs, or kill {running.process.pid}.\n"
        )

        web = running.child("serve").pid
        assert list(place_of_counters(var).glob(f"{web}-*"))

        code, seconds = running.end(signal.SIGINT)
        left = wait_until_gone([*running.family, *server_processes(var)], 0.5)
        assert (code, left) == (0, [])
        assert seconds < 15
        assert running.said().endswith("kanal: stopped.\n")
        assert "Traceback" not in running.said()
    assert "database system is shut down" in (var / "postgres" / "server.log").read_text()
    assert not (var / "run.json").exists()
    assert not list(place_of_counters(var).glob(f"{web}-*"))


def test_whatever_is_killed_the_next_start_stands(var: Path, log: Path) -> None:
    """First the first process alone, then one of its children; the crash drill kills everything at once."""
    port = free_port()
    with started("run", log=log, port=port, KANAL_VAR=str(var)) as running:
        running.wait_until_said(UP)
        assert "the demonstration is there" in running.said()
        family = running.everything()[1:]
        running.process.kill()
        running.process.wait()

        with started("run", log=log.with_name("again"), port=port, KANAL_VAR=str(var)) as again:
            again.wait_until_said(UP)
            assert wait_until_gone(family, 0.5) == []  # they held neither the port nor the database

            again.child("worker").kill()
            assert again.process.wait(timeout=20) == 1
            assert "the worker was ended by SIGKILL; everything else is being stopped." in again.said()
            assert wait_until_gone([*again.family, *server_processes(var)], 0.5) == []


def test_a_port_in_use_is_named_with_the_way_out(var: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        ran = kanal("run", "--port", str(port), KANAL_VAR=str(var))
    assert ran.returncode == 1
    assert ran.stderr == (
        f"kanal: port {port} is in use by another program; stop that one, or choose another port: --port {port + 1}\n"
    )
    assert ran.stdout == ""


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--port", "many"], "many is no port"),
        (["--port", "70000"], "70000 is no port"),
        (["--host", "203.0.113.7"], "203.0.113.7 is not an address of this machine"),
        (["--host", "no such host"], "no such host is not an address of this machine"),
    ],
)
def test_an_address_that_cannot_be_is_named(var: Path, arguments: list[str], words: str) -> None:
    ran = kanal("run", *arguments, KANAL_VAR=str(var))
    assert ran.returncode == 1
    assert words in ran.stderr
    assert "Traceback" not in ran.stderr


def test_a_production_database_is_never_filled_with_the_demonstration(var: Path) -> None:
    ran = kanal("run", KANAL_VAR=str(var), DATABASE_URL="postgresql://kanal_app@/kanal?host=/nowhere")
    assert ran.returncode == 1
    assert "use `kanal serve` and `kanal worker` for the real thing" in ran.stderr


def test_a_broken_env_is_told_line_by_line(tmp_path: Path) -> None:
    clone = tmp_path / "clone"
    shutil.copytree(ROOT / "kanal", clone / "kanal", ignore=shutil.ignore_patterns("__pycache__"))
    (clone / ".env").write_text("KANAL_LOG_STYLE=loud\nKANAL_BEHIND_PROXY\nKANAL_PUBLIC_URI=x\n")
    ran = kanal("run", cwd=clone)
    assert ran.returncode == 1
    assert ran.stderr.splitlines() == [
        "kanal: these settings need mending (environment or .env):",
        "  - .env line 2: this is not NAME=value; mend it or put # before it.",
        "  - KANAL_LOG_STYLE is “loud”; write json or text.",
        "  - KANAL_PUBLIC_URI in .env is not a setting; did you mean KANAL_PUBLIC_URL?",
    ]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_of_another_user_is_named() -> None:
    ran = kanal("run", KANAL_VAR="/proc/kanal")
    assert ran.returncode == 1
    assert "start as" in ran.stderr


def test_help_needs_nothing_at_all() -> None:
    ran = subprocess.run(
        [sys.executable, "bin/run", "--help"], cwd=ROOT, env=environment(), capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0
    assert "--port" in ran.stdout
