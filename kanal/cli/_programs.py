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


def run_as_owner(path: Path, *arguments: str) -> None:
    """The password goes by the environment: every user of the machine sees a command line."""
    facts: dict[str, Any] = settings.DATABASES["owner"]
    options = {name: value for name, value in facts["OPTIONS"].items() if isinstance(value, str | int)}
    target = {"host": facts["HOST"], "port": facts["PORT"], "user": facts["USER"], "dbname": facts["NAME"]}
    conninfo = make_conninfo("", **{name: value for name, value in {**options, **target}.items() if value})
    environment = {**os.environ, **({"PGPASSWORD": str(facts["PASSWORD"])} if facts["PASSWORD"] else {})}
    ran = subprocess.run(
        [path, "--dbname", conninfo, "--no-password", *arguments],
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if ran.returncode:
        words = [line for line in ran.stderr.strip().splitlines() if line.strip()] or ["it left no word"]
        said = next((line for line in words if "error" in line.lower()), words[-1])
        raise CannotGoOn(f"{path.name} failed: {said}")
