"""Bring back what `kanal backup` put away: into an empty database, or --replace everything in one."""

import shutil
import sys
import tempfile
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kanal.cli import CannotGoOn
from kanal.cli._archive import DUMP, FILES, Manifest, read_archive
from kanal.cli._database import ASIDE, database_running, two_roles


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("file", type=Path, help="an archive of kanal backup")
    parser.add_argument(
        "--replace",
        metavar="DATABASE",
        nargs="?",
        const="",
        help="throw away what is there now; the database's name confirms it, and is asked for if not given",
    )


def carry_out(options: Namespace) -> int:
    began = time.monotonic()
    refuse_while_it_runs()
    manifest = read_archive(options.file)
    refuse_a_newer(options.file, manifest)
    with database_running():
        refuse_an_older_server(manifest)
        finish_what_was_cut_off()
        confirm_the_loss(options.replace)
        restore(options.file, manifest)
    count = len(manifest.parts) - 1
    print(
        f"restored the state of {manifest.made_at}: the database and {count} files, in "
        f"{time.monotonic() - began:.1f} s. Start Kanal with the KANAL_SECRET_KEY it was made under, "
        "or what was sealed with it cannot be opened.",
    )
    return 0


def refuse_while_it_runs() -> None:
    from django.conf import settings

    from kanal.cli._place import Place

    place = Place(settings.VAR)
    if settings.EMBEDDED and place.is_held():
        raise CannotGoOn(f"stop Kanal first. {place.who_holds_it()}")


def refuse_a_newer(path: Path, manifest: Manifest) -> None:
    from kanal.kit.db.migrate import migrations_in_code

    known = {f"{app}.{name}" for app, name in migrations_in_code()}
    unknown = [name for name in manifest.migrations if name not in known]
    if unknown:
        raise CannotGoOn(
            f"{path} was made by another, probably newer Kanal ({manifest.kanal}, with {unknown[-1]}): "
            "install that version, restore with it, then upgrade.",
        )


def confirm_the_loss(replace: str | None) -> None:
    name, tables, others = what_is_there()
    if others:
        raise CannotGoOn(
            f"{others} connections use the database {name}: stop web and worker first, or they would write meanwhile."
        )
    if not tables:
        return
    if replace is None:
        raise CannotGoOn(
            f"the database {name} is not empty ({tables} tables): restore into an empty one, or throw away what is "
            f"there with --replace {name}",
        )
    told = replace or (ask(name) if sys.stdin.isatty() else "")
    if told != name:
        raise CannotGoOn(f"nothing was changed: to replace everything in it, name the database: --replace {name}")


def ask(name: str) -> str:
    return input(f"Everything in the database {name} will be gone. Type its name to go on: ").strip()


def what_is_there() -> tuple[str, int, int]:
    """The name of the database, how many tables it has, and how many others are connected."""
    from django.db import connections

    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "SELECT current_database(), "
            "(SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')), "
            "(SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() "
            "AND usesysid IS NOT NULL)"  # the kind of a backend is hidden from other roles, whose it is is not
        )
        name, tables, others = cursor.fetchone() or ("", 0, 0)
        return name, tables, others


def restore(file: Path, manifest: Manifest) -> None:
    """The archive is unpacked and checked again before anything is touched; the files change places last."""
    from django.conf import settings

    files = Path(settings.MEDIA_ROOT)
    files.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".kanal-restore-", dir=files.parent) as folder:
        read_archive(file, into=Path(folder))
        restore_database(Path(folder) / DUMP, manifest)
        put_in_place(Path(folder) / FILES, files)


def restore_database(dump: Path, manifest: Manifest) -> None:
    from django.db import connections

    from kanal.cli._programs import restore_dump
    from kanal.kit.db.migrate import migrate_database

    role, _ = two_roles()
    server = server_here()
    with old_one_aside():
        restore_dump(dump, dumped_by=manifest.dumped_by, server=server)
        migrate_database(role=role)
        connections["owner"].close()


def refuse_an_older_server(manifest: Manifest) -> None:
    came_from = manifest.server // 10000
    if came_from > server_here():
        raise CannotGoOn(
            f"the archive comes from PostgreSQL {came_from} and this server is {server_here()}: "
            f"restore into {came_from} or newer.",
        )


def server_here() -> int:
    from django.db import connections

    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version_num')::int / 10000")
        (major,) = cursor.fetchone() or (0,)
        return int(major)


@contextmanager
def old_one_aside() -> Iterator[None]:
    """What is there steps aside and comes back if the restoring fails: nobody is left with half of either."""
    as_owner(f"ALTER SCHEMA public RENAME TO {ASIDE}", "CREATE SCHEMA public")
    try:
        yield
    except BaseException:
        bring_back()
        raise
    as_owner(f"DROP SCHEMA {ASIDE} CASCADE")


def bring_back() -> None:
    as_owner("DROP SCHEMA IF EXISTS public CASCADE", f"ALTER SCHEMA {ASIDE} RENAME TO public")


def finish_what_was_cut_off() -> None:
    """A restoring that was killed: what it had put aside is what there was."""
    from django.db import connections

    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_namespace WHERE nspname = %s", [ASIDE])
        if cursor.fetchone():
            bring_back()


def as_owner(*statements: str) -> None:
    """All of them or none."""
    from django.db import connections, transaction

    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def put_in_place(restored: Path, files: Path) -> None:
    aside = files.with_name(f"{files.name}.{ASIDE}")
    shutil.rmtree(aside, ignore_errors=True)
    restored.mkdir(exist_ok=True)
    if files.exists():
        files.rename(aside)
    restored.rename(files)
    shutil.rmtree(aside, ignore_errors=True)
