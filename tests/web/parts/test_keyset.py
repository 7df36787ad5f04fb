"""Paging by key: every row once, forwards and backwards, with ties, NULLs and rows that come and go."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models import F, QuerySet
from django.db.models.functions import Length
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kanal.kit.keys import search_key
from kanal.notices.models import Mail
from kanal.web.parts.keyset import (
    Cursor,
    Order,
    cursor_at,
    every_row,
    page_of,
    read_cursor,
    write_cursor,
)

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 3, 18, 5, 0, tzinfo=UTC)


def a_mail(number: int, *, subject: str = "", sent: bool = True, at: datetime = NOON, attempts: int = 1) -> Mail:
    return Mail(
        kind="test",
        cause=f"cause-{number}",
        to_address=f"reader{number}@example.com",
        language="vi",
        subject=subject or f"Thư {number}",
        made_at=at,
        state=Mail.State.SENT if sent else Mail.State.FAILED,
        sent_at=at if sent else None,
        attempts=attempts,
        search_key=search_key(subject),
    )


def mails(*rows: Mail) -> QuerySet[Mail]:
    Mail.objects.bulk_create(rows)
    return Mail.objects.all()


def forwards(rows: QuerySet[Mail], order: Order, size: int) -> Iterator[Mail]:
    cursor = None
    while True:
        page = page_of(rows, order, size, cursor)
        assert page.has_earlier == (cursor is not None)
        yield from page.rows
        if not page.has_later:
            return
        cursor = read_cursor(write_cursor(cursor_at(page.rows[-1], order), order), rows, order, backwards=False)
        assert cursor is not None


def backwards(rows: QuerySet[Mail], order: Order, size: int) -> Iterator[Mail]:
    """From the last row, which is shown by the page after the one before it, up to the first."""
    last = list(in_order(rows, order))[-1]
    yield last
    cursor = cursor_at(last, order, backwards=True)
    while True:
        page = page_of(rows, order, size, cursor)
        assert page.has_later
        yield from reversed(page.rows)
        if not page.has_earlier:
            return
        cursor = cursor_at(page.rows[0], order, backwards=True)


def in_order(rows: QuerySet[Any], order: Order) -> QuerySet[Any]:
    """PostgreSQL's own order, all at once."""
    keys = [F(order.path), F("id")]
    return rows.order_by(*(key.desc() if order.descending else key.asc() for key in keys))


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("path", ["made_at", "subject", "sent_at", "attempts", "id", "length"])
@pytest.mark.parametrize("size", [1, 3, 7, 50])
def test_every_row_is_shown_once_in_the_databases_own_order(path: str, descending: bool, size: int) -> None:
    texts = ["Ô", "an", "Ăn", "an", "z", "", "Đà Nẵng", "an"]
    rows = mails(
        *(
            a_mail(n, subject=texts[n % 8], sent=n % 3 != 0, at=NOON + timedelta(minutes=n // 4), attempts=n % 2)
            for n in range(23)
        )
    ).annotate(length=Length("subject"))
    order = Order(path, descending)
    expected = [row.id for row in in_order(rows, order)]
    assert [row.id for row in forwards(rows, order, size)] == expected
    assert [row.id for row in backwards(rows, order, size)] == expected[::-1]
    assert [row.id for row in every_row(rows, order, batch=size)] == expected


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    values=st.lists(st.one_of(st.none(), st.integers(0, 3)), min_size=1, max_size=12),
    size=st.integers(1, 13),
    descending=st.booleans(),
)
def test_nulls_and_ties_lose_nothing(values: list[int | None], size: int, descending: bool) -> None:
    Mail.objects.all().delete()
    rows = mails(
        *(a_mail(n, sent=value is not None, at=NOON + timedelta(hours=value or 0)) for n, value in enumerate(values))
    )
    order = Order("sent_at", descending)
    assert [row.id for row in forwards(rows, order, size)] == [row.id for row in in_order(rows, order)]


def test_rows_that_come_and_go_shift_nothing() -> None:
    rows = mails(*(a_mail(n, at=NOON + timedelta(minutes=n)) for n in range(6)))
    order = Order("made_at")
    first = page_of(rows, order, 3, None)
    Mail.objects.filter(id=first.rows[0].id).delete()
    mails(a_mail(99, at=NOON - timedelta(days=1)))
    second = page_of(rows, order, 3, cursor_at(first.rows[-1], order))
    assert [row.subject for row in second.rows] == ["Thư 3", "Thư 4", "Thư 5"]


def test_the_page_after_a_row_that_is_gone_begins_where_it_stood() -> None:
    rows = mails(*(a_mail(n, at=NOON + timedelta(minutes=n)) for n in range(4)))
    order = Order("made_at")
    cursor = cursor_at(page_of(rows, order, 2, None).rows[-1], order)
    Mail.objects.filter(id=cursor.key).delete()
    assert [row.subject for row in page_of(rows, order, 2, cursor).rows] == ["Thư 2", "Thư 3"]


@pytest.mark.parametrize("text", ["", "nonsense", "e30", "W10", "WzEsMiwzLDRd", "!!!", "WyJpZCIsZmFsc2UsIngiLCJ5Il0"])
def test_a_cursor_that_nobody_wrote_is_none(text: str) -> None:
    assert read_cursor(text, Mail.objects.all(), Order("made_at"), backwards=False) is None


def test_a_cursor_of_another_order_is_none() -> None:
    order = Order("made_at")
    text = write_cursor(Cursor(NOON, a_mail(1).id), order)
    assert read_cursor(text, Mail.objects.all(), order, backwards=False) is not None
    assert read_cursor(text, Mail.objects.all(), order.reversed, backwards=False) is None
    assert read_cursor(text, Mail.objects.all(), Order("subject"), backwards=False) is None


def test_a_later_page_is_one_query_that_its_index_answers() -> None:
    """However deep: the key is compared as one row value, which the index on (made_at, id) finds at once."""
    rows = mails(*(a_mail(n, at=NOON + timedelta(minutes=n)) for n in range(2000)))
    order = Order("made_at", descending=True)
    cursor = Cursor(NOON + timedelta(minutes=40), a_mail(0).id)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        page_of(rows, order, 25, cursor)
    assert len(asked) == 1
    with connection.cursor() as cursor_:
        cursor_.execute("ANALYZE notices_mail")
        cursor_.execute("EXPLAIN " + asked[0]["sql"])
        plan = "\n".join(row[0] for row in cursor_.fetchall())
    assert "mails_in_order" in plan
    assert "Index Cond: (ROW(made_at, id) <" in plan
    assert "Sort" not in plan
