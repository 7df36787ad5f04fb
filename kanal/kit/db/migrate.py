"""Bring a database up to date, as its owner: migrations, the cache table, and the application's rights."""

from collections.abc import Callable
from functools import cache

from django.core.management import call_command
from django.db import connection as of_the_application
from django.db import connections
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader

from kanal.kit.db.rights import grant_rights


def pending_migrations(alias: str = "default") -> list[str]:
    """The names of migrations this database has not seen, oldest first."""
    executor = MigrationExecutor(connections[alias])
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]


@cache
def migrations_in_code() -> frozenset[tuple[str, str]]:
    """Read once in a process: the code does not change under it."""
    return frozenset(MigrationLoader(None).graph.nodes)


def applied_migrations() -> set[tuple[str, str]]:
    with of_the_application.cursor() as cursor:
        cursor.execute("SELECT app, name FROM django_migrations")
        return set(cursor.fetchall())


def unapplied_migrations() -> list[str]:
    """What `pending_migrations` answers, in one short query: a probe asks every few seconds."""
    return sorted(f"{app}.{name}" for app, name in migrations_in_code() - applied_migrations())


def migrate_database(*, alias: str = "owner", role: str, progress: Callable[[int, int], None] | None = None) -> int:
    """How many migrations were carried out. Running it again changes nothing."""
    connection = connections[alias]
    pending = pending_migrations(alias)
    done = 0

    def tell(action: str, *_: object) -> None:
        nonlocal done
        if action == "apply_success":
            done += 1
            if progress:
                progress(done, len(pending))

    executor = MigrationExecutor(connection, tell)
    if pending:
        executor.migrate(executor.loader.graph.leaf_nodes())
    call_command("createcachetable", database=alias, verbosity=0)
    grant_rights(connection, role=role)
    return done
