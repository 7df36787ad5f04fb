"""Catch a statement that would ask every shard (scale rule R8), while tests run.

R8  Every statement names book_id for each book table it touches, in its conditions or joins; book_id is never
    updated.
R10 Reads across books exist only in files named operator_queries.py.
"""

import re
import sys
from collections.abc import Callable
from functools import cache
from typing import Any

from kanal.kit.db.rows import TableClass, own_models

OPERATOR_FILE = "operator_queries.py"
NAMED = re.compile(r"\b(?:FROM|JOIN|UPDATE|INTO|ONLY|USING)\s+\"?(\w+)\"?(?:\s+(?:AS\s+)?\"?(\w+)\"?)?|,\s*\"?(\w+)\"?", re.I)
WORDS_AFTER_A_TABLE = {"where", "set", "on", "inner", "left", "join", "order", "group", "limit", "values", "for", "as"}


class StatementWithoutBook(AssertionError):
    """A defect of the code under test, never a refusal."""


@cache
def book_tables() -> frozenset[str]:
    return frozenset(
        model._meta.db_table for model in own_models() if getattr(model, "table_class", None) is TableClass.BOOK
    )


def guard_statement(execute: Callable[..., Any], statement: Any, params: Any, many: bool, context: Any) -> Any:
    """An execute_wrapper for Django's connections."""
    text = statement if isinstance(statement, str) else str(statement)
    missing = tables_without_book(text, book_tables())
    if missing and not asked_by_an_operator():
        raise StatementWithoutBook(f"names no book_id for {', '.join(sorted(missing))} (R8): {text[:600]}")
    return execute(statement, params, many, context)


def tables_without_book(statement: str, tables: frozenset[str]) -> set[str]:
    """Which of these book tables the statement touches without saying which book."""
    if not statement.lstrip().upper().startswith(("SELECT", "UPDATE", "DELETE", "INSERT", "WITH")):
        return set()
    conditions = statement if statement.lstrip().upper().startswith("INSERT") else after_the_first_from(statement)
    missing = set()
    for table, alias in named_tables(statement, tables):
        names = {alias, table} - {""}
        qualified = any(re.search(rf'"?\b{name}\b"?\."?book_id"?', conditions) for name in names)
        alone = len(list(named_tables(statement, tables))) == 1 and re.search(r"\bbook_id\b", conditions)
        if not (qualified or alone):
            missing.add(table)
    return missing


def named_tables(statement: str, tables: frozenset[str]) -> list[tuple[str, str]]:
    found = []
    for match in NAMED.finditer(statement):
        table, alias = match.group(1) or match.group(3), match.group(2) or ""
        if table in tables:
            found.append((table, "" if alias.lower() in WORDS_AFTER_A_TABLE else alias))
    return found


def after_the_first_from(statement: str) -> str:
    """The part that chooses rows: naming book_id among the columns that are shown chooses nothing."""
    _, keyword, rest = re.split(r"\b(FROM|SET)\b", statement, maxsplit=1, flags=re.I) if re.search(
        r"\b(FROM|SET)\b", statement, re.I
    ) else ("", "", statement)
    return keyword + rest


def asked_by_an_operator() -> bool:
    frame = sys._getframe()  # noqa: SLF001 - the only way to know who asks
    while frame is not None:
        if frame.f_code.co_filename.endswith(OPERATOR_FILE):
            return True
        frame = frame.f_back  # type: ignore[assignment]
    return False
