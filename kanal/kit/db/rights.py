"""What the application's role may do: everything with rows, nothing with tables, and no change to what is append-only.

R7  Append-only is kept by rights: the application's role has no UPDATE, DELETE or TRUNCATE there. Migrations run as
    the owner.
"""

from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg import sql

from kanal.kit.db.rows import own_models
from kanal.kit.postgres import APPLICATION


def append_only_tables() -> list[str]:
    return [model._meta.db_table for model in own_models() if getattr(model, "append_only", False)]


def grant_rights(connection: BaseDatabaseWrapper, *, role: str = APPLICATION) -> None:
    """Set the rights anew, from the models, as the owner; run after every migration and safe to repeat."""
    name = sql.Identifier(role)
    statements = [
        sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(name),
        sql.SQL("REVOKE CREATE ON SCHEMA public FROM PUBLIC"),
        sql.SQL("GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {}").format(name),
        sql.SQL("GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {}").format(name),
        sql.SQL("GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO {}").format(name),
        sql.SQL("REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM {}").format(name),
    ]
    statements += [
        sql.SQL("REVOKE UPDATE, DELETE ON {} FROM {}").format(sql.Identifier(table), name)
        for table in append_only_tables()
    ]
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
