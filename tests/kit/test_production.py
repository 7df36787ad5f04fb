"""A production start is refused for what is missing or unsafe, and every such thing is named in one go."""

import base64
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from kanal.kit.environment import Environment
from kanal.kit.production import demand, mail_server
from kanal.kit.secret_keys import new_keys, sandbox_keys

GOOD = {
    **new_keys(),
    "KANAL_ALLOWED_HOSTS": "portal.example.vn, .example.com",
    "KANAL_PUBLIC_URL": "https://portal.example.vn",
    "DATABASE_URL": "postgresql://kanal_app:a@db/kanal",
    "DATABASE_OWNER_URL": "postgresql://kanal_owner:b@db/kanal",
    "KANAL_MAIL_URL": "smtp://u:p@mail.example.vn:587",
}


def problems(**changed: str) -> list[str]:
    env = Environment({**GOOD, **changed})
    demand(env)
    return env.problems


def test_a_careful_production_may_start() -> None:
    assert problems() == []


def test_everything_that_is_missing_is_named_at_once() -> None:
    env = Environment({})
    demand(env)
    named = {problem.split()[0] for problem in env.problems}
    assert named == set(GOOD)


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("KANAL_SECRET_KEY", "short", "easy to guess"),
        ("KANAL_SECRET_KEY", "ab" * 40, "easy to guess"),
        ("KANAL_SECRET_KEY", "sandbox-" + "x7Kq" * 20, "the sandbox's"),
        ("KANAL_ALLOWED_HOSTS", "*", "list the host names"),
        ("KANAL_ALLOWED_HOSTS", "portal.example.vn,*", "list the host names"),
        ("KANAL_ALLOWED_HOSTS", "*.example.vn", "list the host names"),
        ("KANAL_ALLOWED_HOSTS", "other.example.vn", "does not name portal.example.vn"),
        ("KANAL_PUBLIC_URL", "http://portal.example.vn", "not https"),
        ("KANAL_PUBLIC_URL", "portal.example.vn", "not https"),
        ("KANAL_PUBLIC_URL", "https://portal.example.vn/kanal", "not https"),
        ("DATABASE_OWNER_URL", GOOD["DATABASE_URL"], "both use the role kanal_app"),
        ("DATABASE_OWNER_URL", "postgresql://kanal_app:other@elsewhere/kanal", "both use the role kanal_app"),
        ("KANAL_SIGNING_KEY", "not base64!", "not an Ed25519"),
        ("KANAL_SIGNING_KEY", base64.b64encode(b"too short").decode(), "not an Ed25519"),
        ("KANAL_SIGNING_KEY", base64.b64encode(bytes(32)).decode(), "not an Ed25519"),
    ],
)
def test_what_is_unsafe_is_refused_by_name(name: str, value: str, words: str) -> None:
    found = problems(**{name: value})
    assert any(problem.startswith(name.removesuffix("_OWNER_URL")) or name in problem for problem in found)
    assert words in " ".join(found)


def test_a_host_may_be_named_by_its_domain() -> None:
    assert problems(KANAL_PUBLIC_URL="https://kanal.example.com") == []


@pytest.mark.parametrize(
    ("url", "host", "port", "starttls", "tls"),
    [
        ("smtp://mail.example.vn", "mail.example.vn", 587, True, False),
        ("smtp://mail.example.vn:25?starttls=no", "mail.example.vn", 25, False, False),
        ("smtps://mail.example.vn", "mail.example.vn", 465, False, True),
    ],
)
def test_one_address_says_all_of_the_mail_server(url: str, host: str, port: int, starttls: bool, tls: bool) -> None:
    server = mail_server(Environment({"KANAL_MAIL_URL": url}))
    assert (server.host, server.port, server.starttls, server.tls) == (host, port, starttls, tls)


def test_a_password_may_hold_any_character() -> None:
    server = mail_server(Environment({"KANAL_MAIL_URL": "smtp://me%40example.vn:p%3Aw%2Fd@mail.example.vn"}))
    assert (server.user, server.password) == ("me@example.vn", "p:w/d")


@pytest.mark.parametrize(
    "url", ["mail.example.vn", "imap://mail.example.vn", "smtp://", "smtp://h:port", "smtp://h:99999"]
)
def test_a_mail_address_that_cannot_be_read_is_named(url: str) -> None:
    env = Environment({"KANAL_MAIL_URL": url})
    mail_server(env)
    assert env.problems == ["KANAL_MAIL_URL is not smtp://USER:PASSWORD@HOST:PORT or smtps://…."]


def test_new_keys_pass_and_never_repeat() -> None:
    assert problems(**new_keys()) == []
    assert new_keys() != new_keys()


def test_the_sandbox_makes_its_keys_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    first = sandbox_keys(tmp_path / "var")
    assert sandbox_keys(tmp_path / "var") == first
    assert stat.S_IMODE((tmp_path / "var" / "keys").stat().st_mode) == 0o600
    assert "the sandbox's" in " ".join(problems(**first))
    assert first != sandbox_keys(tmp_path / "other")


def test_sandboxes_that_start_together_agree_on_their_keys(tmp_path: Path) -> None:
    code = (
        f"from pathlib import Path; from kanal.kit.secret_keys import *; print(sandbox_keys(Path({str(tmp_path)!r})))"
    )
    started = [subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) for _ in range(6)]
    said = {process.communicate()[0] for process in started}
    assert len(said) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["keys"]
