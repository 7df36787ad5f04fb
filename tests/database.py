"""One embedded server for all tests, one migrated template, and a copy of it for whoever needs one.

A test that may be rolled back runs inside a transaction on its worker's copy; a test that commits, or that needs
several connections or processes, gets a copy of its own (0.05 s).
"""

import fcntl
import hashlib
import os
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import psutil
import psycopg
from django.conf import settings
from django.db import connections
from psycopg import sql

from kanal.kit.db.migrate import migrate_database
from kanal.kit.postgres import APPLICATION, OWNER, SUPERUSER, EmbeddedServer

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "var" / "test"
UNUSED_SECONDS = 2 * 60 * 60
# A crash of the machine would lose this server's data; a crash of a process does not. Kill tests use their own.
FAST = "fsync = off\nfull_page_writes = off\nsynchronous_commit = off\nmax_connections = 400\n"


def server() -> EmbeddedServer:
    return EmbeddedServer(FOLDER / "postgres", configuration=FAST)


@cache
def template_name() -> str:
    """Changes with every migration and model, so that a stale template is never used; in one run it stays."""
    digest = hashlib.sha256()
    sources = [*ROOT.glob("kanal/*/migrations/*.py"), *ROOT.glob("kanal/*/models.py"), *ROOT.glob("kanal/*/sql/*.sql")]
    for path in sorted([*sources, *ROOT.glob("kanal/kit/db/*.py"), ROOT / "requirements/app.txt"]):
        digest.update(path.read_bytes())
    return f"kanal_template_{digest.hexdigest()[:12]}"


@contextmanager
def one_at_a_time() -> Iterator[None]:
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (FOLDER / "template.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def as_superuser(database: str = "postgres") -> "psycopg.Connection[tuple[object, ...]]":
    return psycopg.connect(server().url(SUPERUSER, database), autocommit=True)


def ensure_template() -> str:
    name = template_name()
    with one_at_a_time():
        (FOLDER / name).touch()
        server().start()
        with as_superuser() as connection:
            made = connection.execute("SELECT datistemplate FROM pg_database WHERE datname = %s", [name]).fetchone()
            if made and made[0]:
                return name
            drop_old_templates(connection)
        server().ensure_database(name)
        point_django_at(name)
        migrate_database(role=APPLICATION)
        for alias in ("default", "owner"):
            connections[alias].close()
        with as_superuser() as connection:
            connection.execute(sql.SQL("ALTER DATABASE {} IS_TEMPLATE true").format(sql.Identifier(name)))
    return name


def drop_old_templates(connection: "psycopg.Connection[tuple[object, ...]]") -> None:
    """What a dead run left behind, and templates unused for hours: another run may be at work beside us."""
    found = connection.execute("SELECT datname FROM pg_database WHERE datname LIKE 'kanal\\_te%'").fetchall()
    for (name,) in found:
        if not in_use(str(name)):
            identifier = sql.Identifier(str(name))
            connection.execute(sql.SQL("ALTER DATABASE {} IS_TEMPLATE false").format(identifier))
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(identifier))


def in_use(name: str) -> bool:
    if name.startswith("kanal_template_"):
        mark = FOLDER / name
        return mark.exists() and time.time() - mark.stat().st_mtime < UNUSED_SECONDS
    owner = re.fullmatch(r"kanal_test_[a-z0-9]+_(\d+)\w*", name)
    return owner is not None and psutil.pid_exists(int(owner.group(1)))


def copy_of(template: str, name: str) -> None:
    drop(name)
    with as_superuser() as connection:
        names = sql.Identifier(name), sql.Identifier(template), sql.Identifier(OWNER)
        connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {} OWNER {} STRATEGY file_copy").format(*names))


def drop(name: str) -> None:
    with as_superuser() as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def point_django_at(name: str) -> None:
    """Both roles of Django's connections now mean the database `name` on the tests' server."""
    for alias, role in (("default", APPLICATION), ("owner", OWNER)):
        connections[alias].close()
        facts = {"NAME": name, "USER": role, "HOST": str(server().sockets), "PASSWORD": "", "PORT": ""}
        connections[alias].settings_dict.update(facts)
        settings.DATABASES[alias].update(facts)


def worker_database() -> str:
    return f"kanal_test_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}_{os.getpid()}"
