"""Bring the database up to date, as its owner, and set the application's rights."""

from argparse import ArgumentParser, Namespace

from kanal.cli._database import database_running, refuse_half_restored, two_roles
from kanal.cli._progress import Steps


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--check", action="store_true", help="only say what is pending; exit 1 if anything is")


def carry_out(options: Namespace) -> int:
    from kanal.kit.db.migrate import migrate_database, pending_migrations

    with database_running():
        if options.check:
            pending = pending_migrations()
            print("\n".join(pending) or "the database is up to date")
            return 1 if pending else 0
        role, _ = two_roles()
        refuse_half_restored()
        steps = Steps(1)
        done = migrate_database(role=role, progress=steps.within("migration"))
        steps.step(f"{done} migrations carried out; the rights of {role} are set")
    return 0
