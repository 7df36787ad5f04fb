"""PostgreSQL's own programs for dumping and restoring: of the wheel, or of this machine, as the server needs."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from psycopg.conninfo import make_conninfo

from kanal.cli import CannotGoOn
from kanal.kit.postgres import programs

NEW_SETTING = 17
UNKNOWN_BEFORE = b"SET transaction_timeout = 0;\n"


def program(name: str, *, at_least: int) -> tuple[Path, int]:
    """The oldest that is new enough, since a newer one says things an older server does not understand."""
    known = {major: path for path in places(name) if (major := major_version(path)) >= at_least}
    if not known:
        raise CannotGoOn(
            f"{name} of PostgreSQL {at_least} or newer is needed and not there; on Debian and Ubuntu: "
            f"apt-get install postgresql-client-{at_least}",
        )
    return known[min(known)], min(known)


def places(name: str) -> Iterator[Path]:
    on_path = shutil.which(name)
    candidates = [programs() / name, *Path("/usr/lib/postgresql").glob(f"*/bin/{name}")]
    yield from (path for path in [*([Path(on_path)] if on_path else []), *candidates] if path.is_file())


def major_version(path: Path) -> int:
    said = subprocess.run([path, "--version"], capture_output=True, text=True, check=False).stdout
    found = re.search(r"\b(\d+)(?:\.\d+|devel|beta\d*|rc\d*)", said)
    return int(found.group(1)) if found else 0


def restore_dump(dump: Path, *, dumped_by: int, server: int) -> None:
    """In one transaction. From version 17 on pg_restore sets what older servers do not know, so they get a script."""
    pg_restore, major = program("pg_restore", at_least=dumped_by)
    as_it_is = ("--no-owner", "--no-privileges")
    if not server < NEW_SETTING <= major:
        run_as_owner(pg_restore, "--dbname", "--single-transaction", "--exit-on-error", *as_it_is, str(dump))
        return
    script = dump.with_suffix(".sql")
    run(pg_restore, [*as_it_is, "--file", str(script), str(dump)])
    without = dump.with_suffix(".older.sql")
    with script.open("rb") as whole, without.open("wb") as older:
        older.writelines(line for line in whole if line != UNKNOWN_BEFORE)
    quiet = ("--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1")
    run_as_owner(pg_restore.with_name("psql"), "--dbname", *quiet, "--single-transaction", "--file", str(without))


def run_as_owner(path: Path, to: str, *arguments: str) -> None:
    """The password goes by the environment: every user of the machine sees a command line."""
    facts: dict[str, Any] = settings.DATABASES["owner"]
    options = {name: value for name, value in facts["OPTIONS"].items() if isinstance(value, str | int)}
    target = {"host": facts["HOST"], "port": facts["PORT"], "user": facts["USER"], "dbname": facts["NAME"]}
    conninfo = make_conninfo("", **{name: value for name, value in {**options, **target}.items() if value})
    password = {"PGPASSWORD": str(facts["PASSWORD"])} if facts["PASSWORD"] else {}
    run(path, [to, conninfo, "--no-password", *arguments], password)


def run(path: Path, arguments: list[str], environment: dict[str, str] | None = None) -> None:
    ran = subprocess.run(
        [path, *arguments],
        env={**os.environ, **(environment or {})},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if ran.returncode:
        words = [line for line in ran.stderr.strip().splitlines() if line.strip()] or ["it left no word"]
        said = next((line for line in words if "error" in line.lower()), words[-1])
        raise CannotGoOn(f"{path.name} failed: {said}")
