"""What `kanal doctor` looks at: each examination answers in one line, and says what to do when something is wrong.

An examination that breaks is a finding too; none keeps the others from being made.
"""

import importlib.metadata
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.core.mail import get_connection
from django.db import connections

from kanal.cli._sentences import sentence_of
from kanal.kit import operator_queries
from kanal.kit.db.lint import lint, plan_of_the_models
from kanal.kit.db.migrate import applied_migrations, migrations_in_code, unapplied_migrations

OLDEST_SERVER = 150000
SKEW_SECONDS = 2.0
OUTBOX_SECONDS = 300
LEAST_FREE_BYTES = 1024**3
LEAST_FREE_SHARE = 0.05


@dataclass(frozen=True, slots=True)
class Finding:
    name: str
    good: bool
    says: str
    do: str = ""


@dataclass(frozen=True, slots=True)
class Examination:
    name: str
    look: Callable[[], Iterator[Finding]]
    needs_database: bool = True


def examine() -> Iterator[Finding]:
    """In this order; without a database those that need it are left out, since all would say the same."""
    database_answers = True
    for examination in EXAMINATIONS:
        if examination.needs_database and not database_answers:
            continue
        try:
            found = list(examination.look())
        except Exception as problem:  # noqa: BLE001 - whatever it stumbles on is what is to be told
            words = sentence_of(problem) or f"{type(problem).__name__}: {problem}"
            found = [Finding(examination.name, good=False, says="could not be examined", do=words)]
        if examination.look is the_database:
            database_answers = found[0].good
        yield from found


def the_program() -> Iterator[Finding]:
    life = "sandbox" if settings.KANAL_SANDBOX else "production"
    version = importlib.metadata.version("django")
    yield Finding("program", good=True, says=f"a {life}, Python {sys.version.split()[0]}, Django {version}")


def the_database() -> Iterator[Finding]:
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version_num')::int, current_database(), current_user")
        version, database, role = cursor.fetchone() or (0, "", "")
    where = "embedded" if settings.EMBEDDED else settings.DATABASES["default"]["HOST"] or "a socket"
    yield Finding(
        "database",
        good=version >= OLDEST_SERVER,
        says=f"PostgreSQL {version // 10000} ({where}), database {database} as {role}",
        do="PostgreSQL 15 or newer is needed.",
    )


def the_roles() -> Iterator[Finding]:
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT current_user, current_database()")
        owner, database = cursor.fetchone() or ("", "")
    role = settings.DATABASES["default"]["USER"]
    faults = [fault for fault in lint(connections["default"], plan_of_the_models(role)) if fault.rule == "R7"]
    same_place = database == connections["default"].settings_dict["NAME"] or not settings.DATABASES["default"]["NAME"]
    yield Finding(
        "roles",
        good=not faults and owner != role and same_place,
        says=f"{role} works with rows, {owner} owns the tables"
        if not faults
        else "; ".join(f.words for f in faults[:3]),
        do="run `kanal migrate`, which sets the rights anew, with a DATABASE_OWNER_URL of another role and the same "
        "database (docs/guides/operator.md).",
    )


def the_clock() -> Iterator[Finding]:
    with connections["default"].cursor() as cursor:
        before = time.time()
        cursor.execute("SELECT extract(epoch FROM clock_timestamp())::float8")
        (theirs,) = cursor.fetchone() or (0.0,)
        after = time.time()
    skew = max(theirs - after, before - theirs, 0.0)
    yield Finding(
        "clock",
        good=skew < SKEW_SECONDS,
        says=f"this machine and the database differ by {skew:.1f} s at least" if skew else "as the database's",
        do="let both follow a time server (systemd-timesyncd, chrony).",
    )


def the_migrations() -> Iterator[Finding]:
    pending = unapplied_migrations()
    mine = {app for app, _ in migrations_in_code()}
    newer = sorted(f"{app}.{name}" for app, name in applied_migrations() - migrations_in_code() if app in mine)
    says = f"{len(pending)} pending, the first {pending[0]}" if pending else "all carried out"
    yield Finding("migrations", good=not pending, says=says, do="run `kanal migrate`.")
    if newer:
        yield Finding(
            "version",
            good=False,
            says=f"the database has been migrated by a newer program ({newer[-1]})",
            do="install that version here; an older program must not write there.",
        )


def the_tables() -> Iterator[Finding]:
    plan = plan_of_the_models(settings.DATABASES["default"]["USER"])
    faults = [fault for fault in lint(connections["default"], plan) if fault.rule != "R7"]
    yield Finding(
        "tables",
        good=not faults,
        says=f"{len(faults)} break the rules of scale" if faults else "all keep the rules of scale",
        do="`kanal db lint` lists them.",
    )


def the_worker() -> Iterator[Finding]:
    beats = operator_queries.worker_heartbeats()
    alive = [beat for beat in beats if beat < settings.WORKER_SILENT_SECONDS]
    yield Finding(
        "worker",
        good=bool(alive),
        says=f"{len(alive)} alive" if alive else "none is alive: mail and everything that is due waits",
        do="start `kanal worker` (bin/run does; in production its unit or container).",
    )
    failed = operator_queries.jobs_by_status()["failed"]
    yield Finding(
        "jobs",
        good=not failed,
        says=f"{failed} failed for good" if failed else "none has failed",
        do="the desk's page of jobs shows why; try them again there once the cause is gone.",
    )


def the_outbox() -> Iterator[Finding]:
    outbox = operator_queries.outbox_state()
    age = time.time() - outbox.oldest_at.timestamp() if outbox.oldest_at else 0.0
    yield Finding(
        "outbox",
        good=age < OUTBOX_SECONDS and not outbox.parked,
        says=f"{outbox.waiting} waiting, the oldest for {age:.0f} s; {outbox.parked} parked",
        do="is the worker alive and keeping up? What is parked waits for the desk to look at it.",
    )


def the_mail() -> Iterator[Finding]:
    if settings.KANAL_SANDBOX:
        yield Finding("mail", good=True, says="kept for /dev/mail; nothing leaves a sandbox")
        return
    server = f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}"
    connection = get_connection("django.core.mail.backends.smtp.EmailBackend", timeout=5)
    try:
        connection.open()
        yield Finding("mail", good=True, says=f"{server} lets us in, as {settings.DEFAULT_FROM_EMAIL}")
    except OSError as problem:  # smtplib's own errors are OSErrors too
        words = " ".join(str(part) for part in problem.args)[:200]
        yield Finding("mail", good=False, says=f"{server}: {words}", do="check KANAL_MAIL_URL and the mail server.")
    finally:
        connection.close()


def the_storage() -> Iterator[Finding]:
    folder = Path(settings.MEDIA_ROOT)
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=folder) as file:
        file.write(b"kanal doctor was here")
        file.flush()
    yield Finding("storage", good=True, says=f"{folder} can be written")


def the_disk() -> Iterator[Finding]:
    usage = shutil.disk_usage(settings.VAR)
    share = usage.free / usage.total
    yield Finding(
        "disk",
        good=usage.free > LEAST_FREE_BYTES and share > LEAST_FREE_SHARE,
        says=f"{usage.free / 1024**3:.1f} GiB free ({share:.0%}) where {settings.VAR} is",
        do="make room: old backups and logs first; a full disk stops the database.",
    )


EXAMINATIONS = (
    Examination("program", the_program, needs_database=False),
    Examination("database", the_database, needs_database=False),
    Examination("roles", the_roles),
    Examination("clock", the_clock),
    Examination("migrations", the_migrations),
    Examination("tables", the_tables),
    Examination("worker", the_worker),
    Examination("outbox", the_outbox),
    Examination("mail", the_mail, needs_database=False),
    Examination("storage", the_storage, needs_database=False),
    Examination("disk", the_disk, needs_database=False),
)
