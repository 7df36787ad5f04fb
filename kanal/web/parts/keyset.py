"""Pages by key: the next page begins after the last row, wherever that stands among a million.

The order is by one column and then by id, both in the same direction, so that an index on (column, id) serves it and
no row is shown twice or left out when others come and go. NULLs stand where PostgreSQL puts them: last upwards,
first downwards.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Generic, TypeVar

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db.models import BooleanField, F, Func, Model, Q, QuerySet, Value
from django.db.models.constants import LOOKUP_SEP

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True, slots=True)
class Order:
    """By `path`, a field or an annotation of the rows, and then by `key`."""

    path: str
    descending: bool = False
    key: str = "id"

    @property
    def reversed(self) -> Order:
        return Order(self.path, not self.descending, self.key)


@dataclass(frozen=True, slots=True)
class Cursor:
    """The row a page begins after, or, `backwards`, ends before."""

    value: Any
    key: Any
    backwards: bool = False


@dataclass(frozen=True, slots=True)
class Slice(Generic[Row]):
    rows: list[Row]
    has_earlier: bool
    has_later: bool


def page_of(rows: QuerySet[Row], order: Order, size: int, cursor: Cursor | None) -> Slice[Row]:
    backwards = cursor is not None and cursor.backwards
    found = list(islice(beyond(rows, order.reversed if backwards else order, cursor, size + 1), size + 1))
    more, found = len(found) > size, found[:size]
    if backwards:
        return Slice(found[::-1], has_earlier=more, has_later=True)
    return Slice(found, has_earlier=cursor is not None, has_later=more)


def every_row(rows: QuerySet[Row], order: Order, batch: int = 2000) -> Iterator[Row]:
    """All of them, a batch at a time: constant memory, and no transaction held open while somebody downloads."""
    cursor = None
    while found := list(islice(beyond(rows, order, cursor, batch), batch)):
        yield from found
        if len(found) < batch:
            return
        cursor = cursor_at(found[-1], order)


def beyond(rows: QuerySet[Row], order: Order, cursor: Cursor | None, most: int) -> Iterator[Row]:
    """One query, or two where the page crosses from values to NULLs: an OR over both could use no index."""
    left = most
    for stretch in stretches(rows, order, cursor):
        for row in stretch[:left]:
            left -= 1
            yield row
        if left <= 0:
            return


def stretches(rows: QuerySet[Row], order: Order, cursor: Cursor | None) -> list[QuerySet[Row]]:
    sign = "<" if order.descending else ">"
    if order.path == order.key:
        all_rows = rows.order_by(_directed(order.key, order))
        return [all_rows.filter(Beyond(sign, F(order.key), cursor.key)) if cursor else all_rows]
    all_rows = rows.order_by(_directed(order.path, order), _directed(order.key, order))
    if cursor is None:
        return [all_rows]
    is_null = Q(**{f"{order.path}__isnull": True})
    if cursor.value is None:
        same = all_rows.filter(is_null).filter(Beyond(sign, F(order.key), cursor.key))
        return [same, all_rows.exclude(is_null)] if order.descending else [same]
    further = all_rows.filter(BeyondPair(sign, F(order.path), F(order.key), cursor.value, cursor.key))
    if order.descending or not may_be_null(rows, order.path):
        return [further]
    return [further, all_rows.filter(is_null)]


def _directed(path: str, order: Order) -> Any:
    return F(path).desc() if order.descending else F(path).asc()


class Beyond(Func):
    output_field = BooleanField()
    conditional = True

    def __init__(self, sign: str, column: F, value: Any) -> None:
        super().__init__(column, Value(value), template="%(expressions)s", arg_joiner=f" {sign} ")


class BeyondPair(Func):
    """(a, b) > (x, y): the comparison an index on (a, b) answers in one step."""

    output_field = BooleanField()
    conditional = True

    def __init__(self, sign: str, column: F, key: F, value: Any, key_value: Any) -> None:
        left, right = (
            Func(column, key, template="(%(expressions)s)"),
            Func(Value(value), Value(key_value), template="(%(expressions)s)"),
        )
        left.output_field = right.output_field = BooleanField()
        super().__init__(left, right, template="%(expressions)s", arg_joiner=f" {sign} ")


class OneOf(Func):
    """key = ANY(array): a list of any length is one value, planned and read at once."""

    output_field = BooleanField()
    conditional = True
    template = "%(expressions)s)"
    arg_joiner = " = ANY("


def one_of(rows: QuerySet[Row], key: str, values: Sequence[Any]) -> QuerySet[Row]:
    if not values:
        return rows.none()
    return rows.filter(OneOf(F(key), Value(list(values), output_field=ArrayField(type(field_at(rows, key))()))))


def cursor_at(row: Model, order: Order, *, backwards: bool = False) -> Cursor:
    return Cursor(value_at(row, order.path), value_at(row, order.key), backwards)


def value_at(row: Model, path: str) -> Any:
    value: Any = row
    for step in path.split(LOOKUP_SEP):
        value = getattr(value, step, None)
    return value


def field_at(rows: QuerySet[Any], path: str) -> Any:
    """The field, or the output field of the annotation, that the path names."""
    annotation = rows.query.annotations.get(path)
    return _steps(rows, path)[-1] if annotation is None else annotation.output_field


def may_be_null(rows: QuerySet[Any], path: str) -> bool:
    return path in rows.query.annotations or any(field.null for field in _steps(rows, path))


def _steps(rows: QuerySet[Any], path: str) -> list[Any]:
    model: Any = rows.model
    found = []
    for step in path.split(LOOKUP_SEP):
        found.append(model._meta.get_field(step))
        model = found[-1].related_model
    return found


def write_cursor(cursor: Cursor, order: Order) -> str:
    """For the address: the order it belongs to, and where it stands."""
    facts = [order.path, order.descending, None if cursor.value is None else str(cursor.value), str(cursor.key)]
    return base64.urlsafe_b64encode(json.dumps(facts, ensure_ascii=False).encode()).decode().rstrip("=")


def read_cursor(text: str, rows: QuerySet[Any], order: Order, *, backwards: bool) -> Cursor | None:
    """None for what nobody wrote, or what belongs to another order: then the list begins at its beginning."""
    try:
        path, descending, value, key = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        if (path, descending) != (order.path, order.descending):
            return None
        value = None if value is None else field_at(rows, order.path).to_python(value)
        key = field_at(rows, order.key).to_python(key)
    except (ValueError, TypeError, binascii.Error, ValidationError, FieldDoesNotExist):
        return None
    return Cursor(value, key, backwards)
