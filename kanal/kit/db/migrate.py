"""Bring a database up to date, as its owner: migrations, the cache table, and the application's rights."""

from collections.abc import Callable

from django.core.management import call_command
from django.db import connections
from django.db.migrations.executor import MigrationExecutor

from kanal.kit.db.rights import grant_rights


def pending_migrations(alias: str = "default") -> list[str]:
    """The names of migrations this database has not seen, oldest first."""
    executor = MigrationExecutor(connections[alias])
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]


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
