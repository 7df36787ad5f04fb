"""What a page says of its list: columns, order, filters, search, and what it says when it is empty."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeAlias, TypeVar

from django.db.models import Model, QuerySet
from django.utils.functional import Promise

from kanal.web.parts.cells import Kind, Value
from kanal.web.parts.filters import Filter

Row = TypeVar("Row", bound=Model)
Text: TypeAlias = "str | Promise"
Search: TypeAlias = "Callable[[QuerySet[Any], str], QuerySet[Any]]"


@dataclass(frozen=True)
class Column(Generic[Row]):
    """`value` is what it says, in cells and exports alike; `sort` the field it is ordered by, if it can be."""

    name: str
    label: Text
    value: Callable[[Row], Value]
    kind: Kind = Kind.TEXT
    sort: str = ""
    shown: bool = True
    exported: bool = True
    template: str = ""


@dataclass(frozen=True)
class Empty:
    """What an empty list says: that nothing is there, why, and what to do about it."""

    title: Text
    text: Text = ""
    action: Text = ""
    url_name: str = ""
    icon: str = "inbox"


@dataclass(frozen=True, kw_only=True)
class Declared(Generic[Row]):
    name: str
    title: Text
    columns: Sequence[Column[Row]]
    order: str
    empty: Empty
    filters: Sequence[Filter] = ()
    search: Search | None = None
    search_label: Text = ""
    link: Callable[[Row], str] | None = None
    key: str = "id"
    has_pdf: bool = False

    def column(self, name: str) -> Column[Row] | None:
        return next((column for column in self.columns if column.name == name), None)
