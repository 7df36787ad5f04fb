"""Look into the database: `kanal db lint` says which table breaks which rule of scale."""

from argparse import ArgumentParser, Namespace

from kanal.cli._database import database_running


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("question", choices=["lint"], help="lint: R1-R7 over PostgreSQL's own catalog")


def carry_out(_options: Namespace) -> int:
    from django.conf import settings
    from django.db import connection

    from kanal.kit.db.lint import lint, plan_of_the_models

    with database_running():
        faults = lint(connection, plan_of_the_models(settings.DATABASES["default"]["USER"]))
    print("\n".join(map(str, faults)) or "every table keeps the rules of scale")
    return 1 if faults else 0
