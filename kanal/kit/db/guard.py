"""Catch a statement that would ask every shard, while tests run.

R8  Every statement names book_id for each book table it touches, in its conditions or joins; book_id is never
    updated.
R9  No MERGE, no LOCK TABLE.
R10 Reads across books exist only in files named operator_queries.py.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import cache, lru_cache
from pathlib import Path
from types import FrameType
from typing import Any

from psycopg import sql

from kanal.kit.db.rows import TableClass, own_models
from kanal.kit.db.statement import faults_of

OPERATOR_FILE = "operator_queries.py"


class StatementWithoutBook(AssertionError):
    """A defect of the code under test, never a refusal."""


@cache
def book_tables() -> frozenset[str]:
    return frozenset(
        model._meta.db_table for model in own_models() if getattr(model, "table_class", None) is TableClass.BOOK
    )


def guard_statement(execute: Callable[..., Any], statement: Any, params: Any, many: bool, context: Any) -> Any:
    """An execute_wrapper for Django's connections."""
    check_statement(statement)
    return execute(statement, params, many, context)


def check_statement(statement: Any) -> None:
    text = text_of(statement)
    faults = faults_in(text, book_tables())
    if faults and not asked_by_an_operator():
        raise StatementWithoutBook(f"{'; '.join(faults)} (R8): {text[:600]}")


def text_of(statement: str | bytes | sql.Composable) -> str:
    if isinstance(statement, str):
        return statement
    return statement.decode() if isinstance(statement, bytes) else statement.as_string(None)


@lru_cache(maxsize=4096)
def faults_in(text: str, tables: frozenset[str]) -> tuple[str, ...]:
    """The same statements come again and again; those that name no book table at all are most."""
    lowered = text.lower()
    if not any(table in lowered for table in tables):
        return ()
    return tuple(faults_of(text, tables))


def asked_by_an_operator() -> bool:
    frame: FrameType | None = sys._getframe()  # noqa: SLF001 - the only way to know who asks
    while frame is not None:
        if Path(frame.f_code.co_filename).name == OPERATOR_FILE:
            return True
        frame = frame.f_back
    return False
