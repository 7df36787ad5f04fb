"""R10: a question across books is made in a file named operator_queries.py, and answered wherever it is asked."""

import ast

import pytest

from kanal.audit.models import AuditRecord
from kanal.audit.operator_queries import all_records
from kanal.audit.record import Subject, record
from kanal.kit.actor import Actor
from kanal.kit.db.guard import StatementWithoutBook
from tests.house.sources import python_files, shown, tree_of


@pytest.fixture
def _three(db: None, noon: object) -> None:
    for book_id in (7, 8, 9):
        record("a.b", Subject("x", str(book_id)), by=Actor.job("t"), at=noon, book_id=book_id)  # type: ignore[arg-type]


@pytest.mark.usefixtures("_three")
class TestAsking:
    def test_every_way_of_asking_is_an_operators(self) -> None:
        """R10"""
        records = all_records()
        assert [row.book_id for row in records.order_by("book_id")] == [7, 8, 9]
        assert (records.count(), records.exists(), len(records[:2])) == (3, True, 2)
        assert len(list(records.iterator())) == len(list(records.values_list("id"))) == 3
        assert records.order_by("-book_id").first() == records.get(subject_id="9")
        assert list(records.filter(subject_id="7") | records.filter(subject_id="8"))

    def test_the_same_question_elsewhere_is_caught(self) -> None:
        """R8"""
        with pytest.raises(StatementWithoutBook):
            list(AuditRecord.objects.order_by("book_id"))

    def test_what_stands_beside_is_read_once_for_a_page_of_rows(self) -> None:
        pages: list[list[str]] = []
        records = all_records().beside(lambda rows: pages.append([row.subject_id for row in rows]))
        page = records.filter(book_id__gte=8).order_by("book_id")[:5]
        assert len(page) == len(list(page)) == 2
        assert pages == [["8", "9"]]

    def test_it_is_not_asked_about_what_are_no_rows(self) -> None:
        pages: list[object] = []
        records = all_records().beside(pages.append)
        assert records.filter(book_id=1).first() is None
        assert list(records.values_list("id", flat=True))
        assert pages == []


def test_only_files_of_that_name_make_one() -> None:
    """R10"""
    makers = {
        shown(path)
        for path in python_files()
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "across_books"
    }
    assert makers
    assert {maker for maker in makers if not maker.endswith("/operator_queries.py")} == set()
