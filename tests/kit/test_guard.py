"""R8, R9, R10: what the guard lets through and what it stops, and that no spelling leads past it."""

from datetime import datetime
from pathlib import Path
from uuid import UUID

import pytest
from django.db import connection
from django.db.models import Exists, F, OuterRef, Q, Subquery
from psycopg import sql

from kanal.kit.db import guard
from kanal.kit.db.guard import StatementWithoutBook
from kanal.kit.db.statement import faults_of
from kanal.kit.models import Outbox

TABLES = frozenset({"line", "invoice", "kit_outbox"})

GOOD = [
    "SELECT 1",
    "SELECT * FROM person WHERE id = %s",
    "SELECT n FROM line WHERE book_id = %s AND id = %s",
    'SELECT "line"."n" FROM "line" WHERE "line"."book_id" = 7',
    "select n from public.line as l where l.book_id=%s",
    "SELECT n FROM ONLY line l WHERE %(book)s = l.book_id",
    "SELECT n FROM line WHERE book_id IN (1, 2)",
    "SELECT n FROM line WHERE book_id = ANY(%s) ORDER BY id LIMIT 5",
    "SELECT n FROM line WHERE (book_id, id) = (%s, %s)",
    "SELECT n FROM line WHERE ROW(book_id, id) = ROW(%s, %s)",
    "SELECT n FROM line WHERE (book_id, id) IN ((1, 'a'), (2, 'b'))",
    "SELECT n FROM line WHERE (book_id, id) IN (SELECT book_id, line_id FROM chosen)",
    "SELECT n FROM line WHERE book_id::int8 = %s::int8",
    "SELECT n FROM line WHERE ((book_id = 1 AND id = 'a') OR (book_id = 2 AND id = 'b'))",
    "SELECT n FROM line WHERE at BETWEEN %s AND %s AND book_id = %s",
    "SELECT n FROM line WHERE name = 'it''s \\' AND book_id = %s",
    "SELECT n FROM line WHERE book_id = %s -- WHERE is this",
    "SELECT n FROM line l JOIN invoice i ON i.book_id = l.book_id AND i.id = l.invoice_id WHERE l.book_id = %s",
    "SELECT n FROM line l JOIN invoice i USING (book_id, id) WHERE l.book_id = %s",
    "SELECT n FROM line l, invoice i WHERE i.book_id = l.book_id AND i.book_id = %s",
    "SELECT n FROM (line l JOIN invoice i ON i.book_id = l.book_id) WHERE l.book_id = %s",
    "SELECT n FROM line l LEFT JOIN invoice i ON i.book_id = l.book_id AND i.id = l.invoice_id WHERE l.book_id = 1",
    "SELECT n FROM line l JOIN book b ON b.id = l.book_id WHERE b.organization_id = %s",
    "SELECT n FROM unnest(%s::uuid[]) AS k(id) JOIN line ON line.book_id = %s AND line.id = k.id",
    "SELECT n, (SELECT sum(x) FROM line l WHERE l.book_id = i.book_id) FROM invoice i WHERE i.book_id = %s",
    "SELECT n FROM invoice i WHERE i.book_id = %s AND EXISTS (SELECT 1 FROM line l WHERE l.book_id = i.book_id)",
    "SELECT * FROM (SELECT n FROM line WHERE book_id = %s) AS mine WHERE n > 3",
    "SELECT n FROM line WHERE book_id = %s UNION ALL SELECT n FROM invoice WHERE book_id = %s",
    "(SELECT n FROM line WHERE book_id = 1) UNION (SELECT n FROM line WHERE book_id = 2) ORDER BY n",
    "WITH mine AS (SELECT n FROM line WHERE book_id = %s) SELECT * FROM mine",
    "WITH line AS (SELECT 1 AS n) SELECT n FROM line",  # hides the table
    """WITH RECURSIVE up (id) AS (SELECT id FROM line WHERE book_id = %s UNION
       SELECT l.id FROM line l, up WHERE l.book_id = %s AND l.parent_id = up.id) SELECT * FROM up""",
    """WITH gone AS (DELETE FROM line WHERE book_id = %s RETURNING *)
       INSERT INTO invoice (book_id, id) SELECT book_id, id FROM gone""",
    "INSERT INTO line (book_id, id) VALUES (%s, %s)",
    'INSERT INTO "line" AS l ("id", "book_id") VALUES (%s, %s) ON CONFLICT (book_id, id) DO UPDATE SET n = l.n + 1',
    "INSERT INTO line (book_id, id) SELECT book_id, id FROM invoice WHERE book_id = %s ON CONFLICT DO NOTHING",
    "UPDATE line SET n = n + 1 WHERE book_id = %s AND id = %s RETURNING book_id",
    "UPDATE line AS l SET n = i.n FROM invoice i WHERE l.book_id = i.book_id AND i.book_id = %s AND i.id = l.id",
    "UPDATE line SET n = (SELECT max(n) FROM invoice WHERE book_id = %s) WHERE book_id = %s",
    "DELETE FROM line WHERE book_id = %s",
    "DELETE FROM line l USING invoice i WHERE l.book_id = i.book_id AND i.book_id = %s",
    "SELECT n FROM line WHERE book_id = %s FOR NO KEY UPDATE",
    "SELECT n FROM line WHERE EXTRACT(year FROM at) = 2026 AND book_id = %s",
    "SELECT n FROM line WHERE n IS DISTINCT FROM 3 AND book_id = %s",
    "SELECT DISTINCT ON (id) n FROM line WHERE book_id = %s ORDER BY id",
    "SELECT n FROM line WHERE book_id = %s GROUP BY n HAVING count(*) > 1",
    "EXPLAIN (ANALYZE, BUFFERS) SELECT n FROM line WHERE book_id = %s",
    "SELECT 'FROM line' AS words, $$ UPDATE line $$, \"line\" FROM person",
    "/* SELECT * FROM line */ SELECT 1 FROM person",
    "SET app.book_id = '3'",
]
BAD = [
    "SELECT n FROM line",
    'SELECT "line"."book_id" FROM "line" WHERE "line"."id" = %s',
    "SELECT n FROM public.line WHERE id = %s",
    "SELECT n FROM line AS l WHERE l.id = %s ORDER BY l.book_id",
    "SELECT n FROM line GROUP BY book_id HAVING book_id = %s",
    "SELECT n FROM line WHERE book_id <> %s",
    "SELECT n FROM line WHERE book_id > %s",
    "SELECT n FROM line WHERE NOT book_id = %s",
    "SELECT n FROM line WHERE NOT (book_id = %s AND id = %s)",
    "SELECT n FROM line WHERE book_id NOT IN (1, 2)",
    "SELECT n FROM line WHERE book_id IS NOT NULL",
    "SELECT n FROM line WHERE book_id = book_id",
    "SELECT n FROM line WHERE book_id = %s OR id = %s",
    "SELECT n FROM line WHERE id = %s OR (book_id = %s AND id = %s)",
    "SELECT n FROM line WHERE book_id BETWEEN 1 AND 5",
    "SELECT n FROM line WHERE 'book_id = 1' = name",
    'SELECT n FROM line WHERE "the book_id" = 1',
    "SELECT n FROM line WHERE id = %s -- AND book_id = 3",
    "SELECT n FROM line WHERE id = %s /* AND book_id = 3 */",
    "SELECT n FROM line l JOIN invoice i ON i.id = l.invoice_id WHERE l.book_id = %s",
    "SELECT n FROM line l JOIN invoice i ON i.book_id = l.book_id",
    "SELECT n FROM line l JOIN invoice i USING (id) WHERE l.book_id = %s",
    "SELECT n FROM line l, invoice i WHERE i.book_id = l.book_id",
    "SELECT n FROM line l LEFT JOIN invoice i ON i.book_id = l.book_id AND l.book_id = %s",
    "SELECT n FROM line l LEFT JOIN invoice i ON i.book_id = %s AND i.id = l.invoice_id",
    "SELECT n FROM line l RIGHT JOIN invoice i ON i.book_id = %s AND i.book_id = l.book_id",
    "SELECT n FROM line l FULL JOIN invoice i ON i.book_id = l.book_id AND l.book_id = %s",
    "SELECT n FROM line a JOIN line b ON b.id = a.parent_id WHERE a.book_id = %s",
    "SELECT n FROM person WHERE id IN (SELECT person_id FROM line)",
    "SELECT n FROM person p WHERE EXISTS (SELECT 1 FROM line l WHERE l.person_id = p.id)",
    "SELECT n FROM invoice i WHERE EXISTS (SELECT 1 FROM line l WHERE l.book_id = i.book_id AND l.book_id = %s)",
    "SELECT (SELECT max(n) FROM line) FROM person",
    "SELECT * FROM (SELECT n, book_id FROM line) AS mine WHERE book_id = %s",
    "SELECT * FROM ((line)) WHERE id = %s",
    "SELECT n FROM line WHERE book_id = %s UNION SELECT n FROM invoice",
    "WITH mine AS (SELECT n FROM line) SELECT * FROM mine WHERE book_id = %s",
    "WITH one AS (SELECT 1), two AS MATERIALIZED (SELECT n FROM line) SELECT * FROM two",
    "WITH one AS (SELECT 1) SELECT n FROM line",
    "WITH gone AS (DELETE FROM line WHERE id = %s RETURNING *) SELECT * FROM gone",
    "INSERT INTO line (id, n) VALUES (%s, %s)",
    "INSERT INTO line VALUES (%s, %s)",
    "INSERT INTO line DEFAULT VALUES",
    "INSERT INTO line (book_id, id) SELECT book_id, id FROM invoice",
    "INSERT INTO line (book_id, id) VALUES (%s, (SELECT max(id) FROM invoice))",
    "INSERT INTO line (book_id, id) VALUES (%s, %s) ON CONFLICT (book_id, id) DO UPDATE SET book_id = 4",
    "UPDATE line SET n = 1",
    "UPDATE line SET n = 1 WHERE id = %s",
    "UPDATE line SET book_id = %s WHERE book_id = %s",
    "UPDATE line SET (n, book_id) = (%s, %s) WHERE book_id = %s",
    "UPDATE line SET n = i.n FROM invoice i WHERE i.id = line.invoice_id AND i.book_id = %s",
    "DELETE FROM line WHERE id = %s",
    "DELETE FROM line l USING invoice i WHERE i.book_id = %s AND i.id = l.invoice_id",
    "MERGE INTO line USING invoice ON line.book_id = invoice.book_id WHEN MATCHED THEN DELETE",
    "LOCK TABLE line IN EXCLUSIVE MODE",
    "TRUNCATE line",
    "TABLE line",
    "EXPLAIN SELECT n FROM line",
    "DECLARE c CURSOR FOR SELECT n FROM line",
    "SELECT 1; DELETE FROM line",
    "COPY (SELECT * FROM line) TO STDOUT",
]


@pytest.mark.parametrize("statement", GOOD)
def test_a_statement_that_names_its_book_passes(statement: str) -> None:
    """R8"""
    assert list(faults_of(statement, TABLES)) == []


@pytest.mark.parametrize("statement", BAD)
def test_a_statement_that_would_ask_every_shard_is_stopped(statement: str) -> None:
    """R8, R9"""
    assert list(faults_of(statement, TABLES)) != []


def test_each_table_without_its_book_is_named() -> None:
    found = list(faults_of("SELECT 1 FROM line l JOIN invoice i ON i.id = l.id", TABLES))
    assert found == ["invoice without book_id", "line without book_id"]


@pytest.mark.django_db
def test_what_django_writes_is_read_right(noon: datetime) -> None:
    """R8: the real statements of the ORM, through the guard that stands over every test."""
    one = Outbox.objects.create(book_id=7, name="a", asked_at=noon)
    Outbox.objects.bulk_create([Outbox(book_id=7, name=name, asked_at=noon) for name in "bc"])
    mine = Outbox.objects.filter(book_id=7)

    assert mine.count() == 3
    assert Outbox.objects.get(pk=(7, one.id)) == one
    assert list(Outbox.objects.filter(pk__in=[(7, one.id)])) == [one]
    assert mine.filter(Q(name="a") | Q(name="b")).exclude(name="b").exists()
    assert mine.filter(asked_at__range=(noon, noon)).update(trouble="x") == 3
    assert mine.annotate(same=F("book_id")).values_list("same", flat=True).distinct().get() == 7
    other = Outbox.objects.filter(book_id=OuterRef("book_id"), name=OuterRef("name"))
    assert mine.annotate(again=Exists(other), first=Subquery(other.values("id")[:1])).filter(again=True).count() == 3
    one.name = "d"
    one.save(update_fields=["name"])
    one.refresh_from_db()
    assert mine.filter(name="d").delete()[0] == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    "ask",
    [
        lambda: list(Outbox.objects.all()),
        Outbox.objects.count,
        lambda: Outbox.objects.filter(id=UUID(int=1)).first(),
        lambda: Outbox.objects.filter(Q(book_id=1) | Q(name="a")).exists(),
        lambda: Outbox.objects.exclude(book_id=1).exists(),
        lambda: Outbox.objects.filter(name="a").update(trouble="x"),
        lambda: Outbox.objects.filter(book_id=1).update(book_id=2),
        lambda: Outbox.objects.filter(name="a").delete(),
    ],
)
def test_django_is_stopped_where_it_would_ask_every_shard(ask: object) -> None:
    """R8"""
    with pytest.raises(StatementWithoutBook, match="kit_outbox"):
        ask()  # type: ignore[operator]


@pytest.mark.django_db
def test_statements_put_together_by_psycopg_are_read_too() -> None:
    """R8"""
    table = sql.Identifier("kit_outbox")
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("SELECT 1 FROM {} WHERE book_id = {}").format(table, sql.Literal(3)))
        with pytest.raises(StatementWithoutBook):
            cursor.execute(sql.SQL("SELECT 1 FROM {}").format(table))
        with pytest.raises(StatementWithoutBook):
            cursor.execute(b"SELECT 1 FROM kit_outbox")  # type: ignore[arg-type]
        with pytest.raises(StatementWithoutBook):
            cursor.executemany("UPDATE kit_outbox SET trouble = %s", [["x"]])


@pytest.mark.django_db
def test_an_operator_may_ask_across_books(tmp_path: Path) -> None:
    """R10: by the name of the file, and of no other."""
    question = "def ask():\n    from kanal.kit.models import Outbox\n    return Outbox.objects.count()\n"
    for name, may in (("operator_queries.py", True), ("queries.py", False)):
        path = tmp_path / name
        path.write_text(question)
        scope: dict[str, object] = {}
        exec(compile(question, str(path), "exec"), scope)  # noqa: S102 - a file of that name is what is meant
        if may:
            assert scope["ask"]() == 0  # type: ignore[operator]
        else:
            with pytest.raises(StatementWithoutBook):
                scope["ask"]()  # type: ignore[operator]


def test_a_statement_is_read_once() -> None:
    guard.faults_in.cache_clear()
    for _ in range(3):
        guard.check_statement("SELECT 1 FROM kit_outbox WHERE book_id = 1")
    assert guard.faults_in.cache_info().hits == 2
