"""Whom the embedded server runs as when we are root, and the few rights on folders that this takes."""

import contextlib
import os
import pwd
import stat
from collections.abc import Callable
from pathlib import Path

UNPRIVILEGED = ("postgres", "nobody")

Say = Callable[[str], None]


class ServerDidNotStart(Exception):
    """One sentence for the terminal: what happened and the way out."""


def refuse_a_strangers(folder: Path) -> None:
    """A socket folder under the common /tmp could have been laid there by somebody else."""
    facts = folder.lstat()
    user = unprivileged()
    owners = {os.geteuid(), user.pw_uid if user else os.geteuid()}
    if not stat.S_ISDIR(facts.st_mode) or facts.st_uid not in owners:
        raise ServerDidNotStart(f"{folder} belongs to somebody else; remove it, or move the project to a shorter path.")


def unprivileged() -> pwd.struct_passwd | None:
    """Whom the server runs as when we are root; None when we are somebody already."""
    if os.geteuid() != 0:
        return None
    for name in UNPRIVILEGED:
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    raise ServerDidNotStart(
        "PostgreSQL will not run as root and there is no user postgres or nobody; start as a normal user.",
    )


def let_pass(user: pwd.struct_passwd, *targets: Path, say: Say) -> None:
    """Give `user` the right to pass through (not to read) each parent folder that forbids it, and say so first."""
    closed = {parent for target in targets for parent in target.parents if not may_pass(user, parent)}
    for folder in sorted(closed):
        say(
            f"As root, PostgreSQL runs as “{user.pw_name}”, who may not pass through {folder}: "
            f"opening it for passing (chmod o+x), nothing more.",
        )
        folder.chmod(stat.S_IMODE(folder.stat().st_mode) | stat.S_IXOTH)


def may_pass(user: pwd.struct_passwd, folder: Path) -> bool:
    facts = folder.stat()
    if facts.st_uid == user.pw_uid:
        return bool(facts.st_mode & stat.S_IXUSR)
    if facts.st_gid == user.pw_gid:
        return bool(facts.st_mode & stat.S_IXGRP)
    return bool(facts.st_mode & stat.S_IXOTH)
