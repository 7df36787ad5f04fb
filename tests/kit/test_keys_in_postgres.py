"""The keys are made for a server without ICU and extensions: what it does with them is what counts."""

import pytest
from django.db import connection

from kanal.kit.keys import prefix_query, search_key, sort_key

pytestmark = pytest.mark.django_db

NAMES = [
    "Đỗ Văn Ân",
    "Nguyễn Thị Hòa",
    "Lê Ánh",
    "An",
    "Lê An",
    "Nguyễn Thị Hoa",
    "Ân",
    "Đào",
    "Ăn",
    "Dương",
    "Công ty 2",
]
IN_ORDER = [
    "An",
    "Ăn",
    "Ân",
    "Công ty 2",
    "Dương",
    "Đào",
    "Đỗ Văn Ân",
    "Lê An",
    "Lê Ánh",
    "Nguyễn Thị Hoa",
    "Nguyễn Thị Hòa",
]


def test_sort_keys_stand_in_the_order_of_the_dictionary() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            'SELECT name FROM unnest(%s::text[], %s::text[]) AS row (name, key) ORDER BY key COLLATE "C"',
            [NAMES, [sort_key(name) for name in NAMES]],
        )
        assert [name for (name,) in cursor.fetchall()] == IN_ORDER


@pytest.mark.parametrize(
    ("name", "typed", "found"),
    [
        ("Công ty TNHH Ngữ An", "ngu an", True),
        ("Công ty TNHH Ngữ An", "AN Ngữ", True),
        ("Công ty TNHH Ngữ An", "cong tn", True),
        ("Công ty TNHH Ngữ An", "ong", False),
        ("Công ty TNHH Ngữ An", "ngu binh", False),
        ("Sao Mai (0312345678-001)", "0312345678 001", True),
        ("Sao Mai (0312345678-001)", "03123", True),
        ("Sao Mai, 12.5 tỷ", "12.5", True),
        ("北京 trading", "北", True),
        ("an@example.vn", "an@exam", True),
        ("The Of And", "the of", True),
    ],
)
def test_what_is_typed_finds_the_words_it_begins(name: str, typed: str, found: bool) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT to_tsvector('simple', %s) @@ to_tsquery('simple', %s)", [search_key(name), prefix_query(typed)]
        )
        assert cursor.fetchone() == (found,)


@pytest.mark.parametrize(
    "typed", ["1e5", "-12", "a:b", "x' | 'y", "\\", "¼", "ʼn", "१२", "ﷺ", "e\u0301\u0301", "0x1f", "12e"]
)
def test_no_text_breaks_a_search(typed: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_tsquery('simple', %s)", [prefix_query(typed)])
        cursor.execute(
            "SELECT to_tsvector('simple', %s) @@ to_tsquery('simple', %s)", [search_key(typed), prefix_query(typed)]
        )
        assert cursor.fetchone() == (bool(search_key(typed)),)
