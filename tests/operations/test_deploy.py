"""What is written for operators is true: settings, containers, units and the SQL of the two roles."""

import configparser
import os
import re
import shlex
import subprocess
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

from kanal import settings as read
from kanal.cli import names
from kanal.kit.environment import read_env_file
from kanal.kit.postgres import SUPERUSER, programs
from tests import database
from tests.operations.processes import kanal

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
UNITS = ("kanal-web.service", "kanal-worker.service")
OF_COMPOSE = {"POSTGRES_PASSWORD", "POSTGRES_APP_PASSWORD", "POSTGRES_OWNER_PASSWORD"}
LINE = re.compile(r"^#?([A-Z][A-Z0-9_]+)=")


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def settings_named(source: str) -> set[str]:
    return set(re.findall(r"\b(?:KANAL|DATABASE)_[A-Z][A-Z0-9_]*", source))


def test_every_setting_that_is_read_is_documented_and_no_other() -> None:
    documented = [found.group(1) for found in map(LINE.match, text(".env.example").splitlines()) if found]
    assert sorted(documented) == sorted(set(documented))
    assert set(documented) == read.env.asked


def test_every_setting_is_read_in_one_place() -> None:
    elsewhere = [
        str(path.relative_to(ROOT))
        for path in (ROOT / "kanal").rglob("*.py")
        if path.parent.name not in {"cli", "bench"} and path.name != "environment.py"
        if re.search(r"os\.environ(?!\.setdefault)|os\.getenv", path.read_text(encoding="utf-8"))
    ]
    assert elsewhere == ["kanal/web/operations.py"]  # prometheus_client's own, set by kanal serve


def test_the_example_can_be_read_as_it_stands(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(text(".env.example"))
    values, problems = read_env_file(tmp_path / ".env")
    assert problems == []
    assert values["KANAL_SECRET_KEY"] == values["KANAL_SIGNING_KEY"] == ""  # so nobody starts with ours


@pytest.mark.parametrize(
    "name",
    [
        "deploy/Dockerfile",
        "deploy/compose.yaml",
        "deploy/kanal-web.service",
        "deploy/kanal-worker.service",
        "docs/guides/operator.md",
        "README.md",
    ],
)
def test_every_setting_that_is_named_exists(name: str) -> None:
    assert settings_named(text(name)) - read.env.asked - {"KANAL_DRILL"} == set()


def instructions() -> list[tuple[str, str]]:
    joined = re.sub(r"\\\n\s*", "", text("deploy/Dockerfile"))
    lines = [line.strip() for line in joined.splitlines() if line.strip() and not line.startswith("#")]
    return [(line.split()[0], line.split(None, 1)[1]) for line in lines]


def test_the_image_is_made_of_locked_parts_and_runs_as_nobody_in_particular() -> None:
    said = instructions()
    kinds = [kind for kind, _ in said]
    assert said[0] == ("FROM", "python:3.11-slim")
    assert [words for kind, words in said if kind == "RUN" and "pip" in words] == [
        "pip install --require-hashes -r requirements/app.txt"
    ]
    assert dict(said)["USER"] == "kanal"
    assert kinds.index("USER") < kinds.index("CMD")
    assert "ADD" not in kinds
    for words in (words for kind, words in said if kind == "COPY"):
        *sources, _ = [part for part in words.split() if not part.startswith("--")]
        assert all((ROOT / source).exists() for source in sources)


def test_the_image_copies_nothing_that_was_not_asked_for() -> None:
    allowed = [line[1:] for line in text(".dockerignore").splitlines() if line.startswith("!")]
    assert text(".dockerignore").startswith("*\n")
    assert sorted(allowed) == ["LICENSE", "README.md", "kanal", "requirements"]


def commands_of_compose() -> list[str]:
    return re.findall(r"^    command: \[(\w+)", text("deploy/compose.yaml"), re.MULTILINE)


def test_compose_starts_what_there_is() -> None:
    assert commands_of_compose() == ["migrate", "serve", "worker"]
    assert set(commands_of_compose()) <= set(names())


def test_compose_needs_no_secret_of_ours() -> None:
    source = text("deploy/compose.yaml")
    asked = set(re.findall(r"\$\{(\w+)", source))
    assert asked == OF_COMPOSE
    assert not re.search(r"\$\{\w+(?!:\?|\w)", source)  # each of them stops the start when it is missing
    for mounted in re.findall(r"^\s+- \./([\w.]+):", source, re.MULTILINE):
        assert (DEPLOY / mounted).exists()
    for url in re.findall(r"postgresql://.+$", source, re.MULTILINE):
        assert urlsplit(re.sub(r"\$\{[^}]*\}", "x", url)).path == "/kanal"


@pytest.mark.parametrize("name", UNITS)
def test_a_unit_starts_a_command_that_exists_with_options_it_has(name: str) -> None:
    unit = configparser.RawConfigParser(strict=False)
    unit.optionxform = str  # type: ignore[assignment,method-assign]
    unit.read_string(text(f"deploy/{name}"))
    service = unit["Service"]
    _, _, module, command, *options = shlex.split(service["ExecStart"])
    assert (module, command in names()) == ("kanal", True)
    source = text(f"kanal/cli/{command}.py")
    assert all(f'"{option}"' in source for option in options if option.startswith("--"))
    assert service["User"] == "kanal"
    assert service["ProtectSystem"] == "strict"
    assert unit["Install"]["WantedBy"] == "multi-user.target"


def test_the_two_roles_are_made_by_the_sql_that_is_written_down(django_db_setup: None, tmp_path: Path) -> None:
    """Carried out under other names, on the tests' server; then migrated and worked with as they say."""
    server = database.server()
    name = f"kanal_deploy_{os.getpid()}"
    owner, application = f"{name}_owner", f"{name}_app"
    source = text("deploy/roles.sql").replace("kanal_owner", owner).replace("kanal_app", application)
    source = re.sub(r"\b(DATABASE|connect) kanal\b", rf"\1 {name}", source)
    forget(name, owner, application)
    try:
        psql(source)
        said = {"DATABASE_URL": server.url(application, name), "DATABASE_OWNER_URL": server.url(owner, name)}
        migrated = kanal("migrate", KANAL_SANDBOX="1", KANAL_VAR=str(tmp_path), **said)
        assert f"the rights of {application} are set" in migrated.stdout + migrated.stderr
        linted = kanal("db", "lint", KANAL_SANDBOX="1", KANAL_VAR=str(tmp_path), **said)
        assert linted.stdout + linted.stderr == "every table keeps the rules of scale\n"
        with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
            psycopg.connect(server.url("kanal_app", name))
    finally:
        forget(name, owner, application)


def psql(source: str) -> None:
    subprocess.run(
        [programs() / "psql", "--no-psqlrc", "--quiet", "-v", "app_password=it's", "-v", "owner_password=x\\y",
         "--dbname", database.server().url(SUPERUSER, "postgres")],
        input=source, text=True, capture_output=True, check=True,
    )  # fmt: skip


def forget(name: str, *roles: str) -> None:
    with database.as_superuser() as session:
        session.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        for role in roles:
            session.execute(f"DROP ROLE IF EXISTS {role}")
