"""The embedded server for the length of one command: started if nobody runs it, and then stopped again."""

import contextlib
from collections.abc import Iterator

from django.conf import settings
from django.db import connections

from kanal.cli import CannotGoOn
from kanal.cli._place import Place
from kanal.kit.postgres import EmbeddedServer


@contextlib.contextmanager
def database_running() -> Iterator[None]:
    """Nothing to do where the database is somebody else's (DATABASE_URL)."""
    if not settings.EMBEDDED:
        yield
        return
    server = EmbeddedServer(settings.EMBEDDED_FOLDER)
    was_running = server.is_running()
    server.start()
    server.ensure_database()
    try:
        yield
    finally:
        connections.close_all()
        if not was_running and not Place(settings.VAR).is_held():
            server.stop()


def two_roles() -> tuple[str, str]:
    """The application's and the owner's; one role for both would make every right worthless."""
    application, owner = (str(settings.DATABASES[alias]["USER"]) for alias in ("default", "owner"))
    if application == owner:
        raise CannotGoOn(
            "the application and the migrations use the same database role; give DATABASE_OWNER_URL a role of its "
            "own that owns the tables, so that the application cannot change what is append-only.",
        )
    return application, owner


ASIDE = "before_restore"  # the schema in which what was there waits until a restored one is complete


def refuse_half_restored() -> None:
    """A restoring that was killed left the old rows aside; a fresh database beside them would only look right."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_namespace WHERE nspname = %s", [ASIDE])
        if cursor.fetchone():
            raise CannotGoOn(
                "a `kanal restore` was cut off here: carry it out again, which first brings back what was."
            )
