"""What went wrong, in one sentence with the way out; a defect says where its traceback lies."""

import errno
import re
import sys
import tempfile
import traceback
from pathlib import Path

from django.db import DatabaseError, InterfaceError, OperationalError

from kanal.cli import CannotGoOn
from kanal.kit.environment import BrokenEnvironment
from kanal.kit.refusal import Refusal
from kanal.kit.unprivileged import ServerDidNotStart

DEFECT = 70  # EX_SOFTWARE: somebody has to change the program
BY_STATE = {
    "53100": "the disk of the database is full: make room there, then try again; what was committed is safe.",
    "25006": "the database can only be read: it is a standby, or its disk has gone read-only; see the server's log.",
    "53300": "the database has no connection left: raise max_connections there, or start fewer processes here.",
    "28P01": "the database does not take the password: check DATABASE_URL and DATABASE_OWNER_URL.",
    "28000": "the database does not let this role in: check DATABASE_URL, DATABASE_OWNER_URL and its pg_hba.conf.",
    "3D000": "the server has no such database: make it first (docs/guides/operator.md), or mend DATABASE_URL.",
    "42501": "the role may not do this: the owner (DATABASE_OWNER_URL) must own the tables, then `kanal migrate`.",
    "42P01": "a table is missing: run `kanal migrate`.",
    "42703": "a column is missing: run `kanal migrate`.",
    "57P01": "the database is shutting down; try again when it is back.",
    "57P03": "the database is starting up; try again in a moment.",
    "55P03": "somebody else holds what this needs; try again when they are done.",
}
OF_THE_SYSTEM = {
    errno.ENOSPC: "the disk is full{where}: make room, then try again; nothing is left half done.",
    errno.EDQUOT: "the quota of this user is used up{where}: make room, then try again.",
    errno.EROFS: "the disk can only be read{where}: mount it for writing, or set KANAL_VAR to a folder elsewhere.",
    errno.EACCES: "this user may not write{where}: start as its owner, or set KANAL_VAR to a folder of your own.",
    errno.EPERM: "this user may not do this{where}: start as its owner.",
}


def tell(problem: Exception) -> int:
    if isinstance(problem, BrokenEnvironment):
        print("kanal: these settings need mending (environment or .env):", file=sys.stderr)
        for sentence in problem.problems:
            print(f"  - {sentence}", file=sys.stderr)
        return 1
    sentence = sentence_of(problem)
    print(f"kanal: {sentence or defect(problem)}", file=sys.stderr)
    return 1 if sentence else DEFECT


def sentence_of(problem: BaseException) -> str:
    if isinstance(problem, CannotGoOn | ServerDidNotStart | Refusal):
        return str(problem)
    if isinstance(problem, DatabaseError | InterfaceError):
        return of_the_database(problem)
    if isinstance(problem, OSError) and problem.errno in OF_THE_SYSTEM:
        where = f" ({problem.filename})" if problem.filename else ""
        return OF_THE_SYSTEM[problem.errno].format(where=where)
    return ""


def of_the_database(problem: DatabaseError | InterfaceError) -> str:
    state = str(getattr(problem.__cause__, "sqlstate", None) or "")
    words = last_line(problem)
    if not state:  # libpq never got as far as a state: its words say which door was shut
        state = next((known for sign, known in BY_WORDS.items() if re.search(sign, words)), "")
    if state in BY_STATE:
        return BY_STATE[state]
    if isinstance(problem, OperationalError | InterfaceError):
        return (
            f"the database does not answer ({words}). Is it running, and is DATABASE_URL right? "
            "`kanal doctor` looks at everything."
        )
    return ""


BY_WORDS = {
    "password authentication failed": "28P01",
    "no pg_hba.conf entry": "28000",
    "No space left on device": "53100",
    "too many clients": "53300",
    'role ".*" does not exist': "28000",
    'database ".*" does not exist': "3D000",
    "is starting up": "57P03",
    "is shutting down": "57P01",
}


def last_line(problem: BaseException) -> str:
    """What libpq complains of first, without its hint of a question; else the last line, where Python says it."""
    lines = [line.strip() for line in str(problem).splitlines() if line.strip()]
    failed = [re.sub("^connection (failed|is bad): ", "", line) for line in lines if " failed: " in line]
    return failed[0] if failed else (lines or [type(problem).__name__])[-1]


def defect(problem: BaseException) -> str:
    text = "".join(traceback.format_exception(problem))
    try:
        with tempfile.NamedTemporaryFile(
            "w", prefix="kanal-trouble-", suffix=".txt", dir=var(), delete=False, encoding="utf-8"
        ) as file:
            file.write(text)
    except OSError:
        return f"this is a defect of the program:\n{text}"
    words = f"{type(problem).__name__}: {last_line(problem)}"
    return f"this is a defect of the program ({words}); please report it with {file.name}."


def var() -> Path | None:
    from django.conf import settings

    try:
        folder = Path(settings.VAR)
    except Exception:  # noqa: BLE001 - settings may be what is broken
        return None
    return folder if folder.is_dir() else None
