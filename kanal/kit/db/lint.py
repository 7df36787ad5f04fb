"""Read PostgreSQL's own catalog and say which table breaks which rule of scale (R18: our own SQL, no extension).

R1  Every table has a primary key; on book tables it begins with book_id bigint NOT NULL.
R2  No serial, identity, sequence or database-made default on book tables.
R3  Every UNIQUE on a book table contains book_id.
R4  Foreign keys: book to book (composite, with book_id), book to shared, shared to shared, local to local, with
    ON DELETE RESTRICT or CASCADE only.
R5  All constraints immediate.
R7  No triggers or rules on book tables; what is append-only is kept by rights, and the application owns nothing.

Every table is placed: ours by their models, those of other packages by the list below.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper

from kanal.kit.db.rows import TableClass, own_models

BOOK, SHARED, LOCAL = TableClass.BOOK, TableClass.SHARED, TableClass.LOCAL
OF_OTHER_PACKAGES = {
    "account_emailaddress": LOCAL,
    "account_emailconfirmation": LOCAL,
    "auth_group": LOCAL,
    "auth_group_permissions": LOCAL,
    "auth_permission": LOCAL,
    "django_content_type": LOCAL,
    "django_migrations": LOCAL,
    "django_session": LOCAL,
    "kanal_cache": LOCAL,
    "mfa_authenticator": LOCAL,
    "procrastinate_events": LOCAL,
    "procrastinate_jobs": LOCAL,
    "procrastinate_periodic_defers": LOCAL,
    "procrastinate_workers": LOCAL,
    "usersessions_usersession": LOCAL,
}
MAY_REFER = {(BOOK, BOOK), (BOOK, SHARED), (SHARED, SHARED), (LOCAL, LOCAL)}
# NO ACTION is RESTRICT where constraints are immediate (R5), and it is what Django writes.
MAY_HAPPEN_ON_DELETE = {"a": "NO ACTION", "r": "RESTRICT", "c": "CASCADE"}
OTHERWISE_ON_DELETE = {"n": "SET NULL", "d": "SET DEFAULT"}
OURS = "n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg\\_%%'"


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    rule: str
    table: str
    words: str

    def __str__(self) -> str:
        return f"{self.rule} {self.table}: {self.words}"


@dataclass(frozen=True, slots=True)
class Plan:
    """What the tables are meant to be; a test may say otherwise."""

    classes: Mapping[str, TableClass]
    append_only: frozenset[str]
    role: str

    def tables(self, which: TableClass) -> list[str]:
        return [table for table, its_class in self.classes.items() if its_class is which]


def plan_of_the_models(role: str) -> Plan:
    ours = {model._meta.db_table: model.table_class for model in own_models() if hasattr(model, "table_class")}
    append_only = {model._meta.db_table for model in own_models() if getattr(model, "append_only", False)}
    return Plan({**OF_OTHER_PACKAGES, **ours}, frozenset(append_only), role)


def lint(connection: BaseDatabaseWrapper, plan: Plan) -> list[Fault]:
    """Every fault there is, in the order of the rules; nothing where the database keeps them all."""

    def ask(statement: str, *values: Any) -> list[tuple[Any, ...]]:
        with connection.cursor() as cursor:
            cursor.execute(statement, list(values))
            return [tuple(row) for row in cursor.fetchall()]

    return sorted(fault for rule in RULES for fault in rule(ask, plan))


Ask = Callable[..., list[tuple[Any, ...]]]


def every_table_is_placed(ask: Ask, plan: Plan) -> Iterator[Fault]:
    kinds: dict[str, str] = dict(
        ask(
            "SELECT c.relname, c.relkind::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
            f"WHERE c.relkind IN ('r', 'p', 'v') AND NOT c.relispartition AND {OURS}"
        )
    )
    for name in {name for name, kind in kinds.items() if kind != "v"} - set(plan.classes):
        yield Fault("R0", name, "nobody said whether it is a book, a shared or a local table")
    for name in set(plan.classes) - set(kinds) - set(OF_OTHER_PACKAGES):
        yield Fault("R0", name, "is missing; run kanal migrate")


def every_table_has_a_primary_key(ask: Ask, plan: Plan) -> Iterator[Fault]:
    rows = ask(
        "SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull::text "
        "FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
        "LEFT JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary "
        "LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = i.indkey[0] "
        f"WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND {OURS}"
    )
    for table, first, kind, filled in rows:
        if first is None:
            yield Fault("R1", table, "has no primary key")
        elif plan.classes.get(table) is BOOK and (first, kind, filled) != ("book_id", "bigint", "true"):
            yield Fault("R1", table, f"its primary key begins with {first} {kind}, not with book_id bigint NOT NULL")


def book_tables_make_nothing_by_themselves(ask: Ask, plan: Plan) -> Iterator[Fault]:
    rows = ask(
        "SELECT c.relname, a.attname, a.attidentity::text, coalesce(pg_get_expr(d.adbin, d.adrelid), '') "
        "FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
        "JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '' "
        "LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum "
        f"WHERE c.relname = ANY(%s) AND (a.attidentity <> '' OR d.oid IS NOT NULL) AND {OURS}",
        plan.tables(BOOK),
    )
    for table, column, identity, default in rows:
        made = "is an identity" if identity else f"has the default {default}"
        yield Fault("R2", table, f"{column} {made}; ids and values of book tables are made in Python")


def whatever_is_unique_contains_the_book(ask: Ask, plan: Plan) -> Iterator[Fault]:
    rows = ask(
        "SELECT c.relname, ic.relname FROM pg_index i "
        "JOIN pg_class c ON c.oid = i.indrelid JOIN pg_class ic ON ic.oid = i.indexrelid "
        "JOIN pg_namespace n ON n.oid = c.relnamespace "
        f"WHERE (i.indisunique OR i.indisexclusion) AND c.relname = ANY(%s) AND {OURS} AND NOT EXISTS ("
        "SELECT 1 FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'book_id' "
        "AND a.attnum = ANY((i.indkey::int2[])[0:i.indnkeyatts - 1]))",
        plan.tables(BOOK),
    )
    for table, index in rows:
        yield Fault("R3", table, f"{index} promises something unique without book_id")


def references_stay_within_their_class(ask: Ask, plan: Plan) -> Iterator[Fault]:
    rows = ask(
        "SELECT c.relname, t.relname, k.conname, k.confdeltype::text, ("
        "SELECT coalesce(bool_or(a.attname = 'book_id' AND b.attname = 'book_id'), false)::text "
        "FROM unnest(k.conkey, k.confkey) AS pair(here, there) "
        "JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = pair.here "
        "JOIN pg_attribute b ON b.attrelid = k.confrelid AND b.attnum = pair.there) "
        "FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_class t ON t.oid = k.confrelid "
        f"JOIN pg_namespace n ON n.oid = c.relnamespace WHERE k.contype = 'f' AND {OURS}"
    )
    for table, other, name, on_delete, with_book in rows:
        here, there = plan.classes.get(table), plan.classes.get(other)
        if here is None or there is None:
            continue  # every_table_is_placed has said so
        if (here, there) not in MAY_REFER:
            yield Fault("R4", table, f"{name} leads from a {here.value} to the {there.value} table {other}")
        elif (here, there) == (BOOK, BOOK) and with_book != "true":
            yield Fault("R4", table, f"{name} leads to the book table {other} without book_id")
        if on_delete not in MAY_HAPPEN_ON_DELETE and table not in OF_OTHER_PACKAGES:
            yield Fault("R4", table, f"{name} says ON DELETE {OTHERWISE_ON_DELETE.get(on_delete, on_delete)}")


def every_constraint_is_immediate(ask: Ask, _plan: Plan) -> Iterator[Fault]:
    rows = ask(
        "SELECT c.relname, k.conname FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid "
        f"JOIN pg_namespace n ON n.oid = c.relnamespace WHERE k.condeferrable AND {OURS}"
    )
    for table, name in rows:
        yield Fault("R5", table, f"{name} can be deferred: a broken reference would be found too late")


def book_tables_have_no_reflexes(ask: Ask, plan: Plan) -> Iterator[Fault]:
    rows = ask(
        "SELECT c.relname, 'trigger', t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
        f"JOIN pg_namespace n ON n.oid = c.relnamespace WHERE NOT t.tgisinternal AND c.relname = ANY(%s) AND {OURS} "
        "UNION ALL SELECT c.relname, 'rule', r.rulename FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class "
        f"JOIN pg_namespace n ON n.oid = c.relnamespace WHERE r.rulename <> '_RETURN' AND c.relname = ANY(%s) "
        f"AND {OURS}",  # _RETURN is what a view is
        plan.tables(BOOK),
        plan.tables(BOOK),
    )
    for table, kind, name in rows:
        yield Fault("R7", table, f"has the {kind} {name}")


def the_application_has_no_more_rights_than_it_needs(ask: Ask, plan: Plan) -> Iterator[Fault]:
    powers = ask(
        "SELECT rolname FROM pg_roles WHERE rolname = %s "
        "AND (rolsuper OR rolcreaterole OR rolcreatedb OR rolbypassrls)",
        plan.role,
    )
    for (role,) in powers:
        yield Fault("R7", "*", f"the application's role {role} rules the server")
    if ask(
        "SELECT 1 FROM pg_roles WHERE rolname = %s AND has_schema_privilege(rolname, 'public', 'CREATE')", plan.role
    ):
        yield Fault("R7", "*", f"the application's role {plan.role} may make tables")
    rows = ask(
        "SELECT c.relname, pg_has_role(r.rolname, c.relowner, 'MEMBER')::text, "
        "has_table_privilege(r.rolname, c.oid, 'TRUNCATE')::text, "
        "has_table_privilege(r.rolname, c.oid, 'TRIGGER')::text, "
        "(has_any_column_privilege(r.rolname, c.oid, 'UPDATE') "
        "OR has_table_privilege(r.rolname, c.oid, 'DELETE'))::text "
        "FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_roles r ON r.rolname = %s "
        f"WHERE c.relkind IN ('r', 'p') AND {OURS}",
        plan.role,
    )
    for table, owns, may_empty, may_hook, may_change in rows:
        if owns == "true":
            yield Fault("R7", table, f"belongs to the application's role {plan.role}, which could alter it")
        elif "true" in {may_empty, may_hook}:
            yield Fault("R7", table, f"the application's role {plan.role} may empty it or hang a trigger on it")
        elif may_change == "true" and table in plan.append_only:
            yield Fault(
                "R7", table, f"is append-only, and the application's role {plan.role} may change or delete rows"
            )


RULES = (
    every_table_is_placed,
    every_table_has_a_primary_key,
    book_tables_make_nothing_by_themselves,
    whatever_is_unique_contains_the_book,
    references_stay_within_their_class,
    every_constraint_is_immediate,
    book_tables_have_no_reflexes,
    the_application_has_no_more_rights_than_it_needs,
)
