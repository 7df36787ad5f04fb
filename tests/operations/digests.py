"""What a database holds, table by table, so that two of them can be compared."""

import psycopg
from psycopg import sql

from kanal.kit.postgres import SUPERUSER
from tests import database


def digest_of_tables(name: str) -> dict[str, tuple[int, str]]:
    """Each table's rows and the digest of all of them; sequences by where they stand."""
    with psycopg.connect(database.server().url(SUPERUSER, name)) as session:
        tables = session.execute(
            "SELECT relname, relkind = 'S' FROM pg_class WHERE relnamespace = 'public'::regnamespace "
            "AND relkind IN ('r', 'p', 'S')"
        ).fetchall()
        return {str(table): digest_of(session, str(table), bool(counts)) for table, counts in tables}


def digest_of(session: "psycopg.Connection[tuple[object, ...]]", table: str, counts: bool) -> tuple[int, str]:
    row = sql.SQL("last_value::text" if counts else "t::text")
    statement = sql.SQL("SELECT count(*), coalesce(md5(string_agg({0}, '|' ORDER BY {0})), '') FROM {1} t")
    found = session.execute(statement.format(row, sql.Identifier("public", table))).fetchone()
    count, digest = found or (0, "")
    return int(str(count)), str(digest)
