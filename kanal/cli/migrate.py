"""Bring the database up to date, as its owner, and set the application's rights."""

from argparse import ArgumentParser, Namespace

from kanal.cli import CannotGoOn


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--check", action="store_true", help="only say what is pending; exit 1 if anything is")


def carry_out(options: Namespace) -> int:
    from django.conf import settings

    from kanal.kit.db.migrate import migrate_database, pending_migrations
    from kanal.kit.postgres import EmbeddedServer

    if settings.EMBEDDED:
        server = EmbeddedServer(settings.EMBEDDED_FOLDER)
        server.start()
        server.ensure_database()
    if options.check:
        pending = pending_migrations()
        print("\n".join(pending) or "the database is up to date")
        return 1 if pending else 0
    role = settings.DATABASES["default"]["USER"]
    if role == settings.DATABASES["owner"]["USER"]:
        raise CannotGoOn(
            "the application and the migrations use the same database role; give DATABASE_OWNER_URL a role of its "
            "own that owns the tables, so that the application cannot change what is append-only.",
        )
    done = migrate_database(role=role, progress=lambda at, of: print(f"\rmigration {at} of {of}", end="", flush=True))
    print(f"{chr(13) if done else ''}{done} migrations carried out; rights of {role} are set")
    return 0
