"""The three classes of table (scale.md), which every model names by its base, and keys that carry the book.

R1  Every table has a primary key; on book tables it begins with book_id.
R2  Ids of book tables are made in Python: no serial, identity or default of the database.
R4  A reference inside a book is composite, (book_id, x_id); between classes of table only the bare id is kept.
"""

import enum
from collections.abc import Sequence
from typing import Any, ClassVar

from django.db import models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.backends.ddl_references import Statement
from django.db.models.constraints import BaseConstraint

from kanal.kit.ids import uuid7


class TableClass(enum.Enum):
    BOOK = "book"
    SHARED = "shared"
    LOCAL = "local"


class BookRow(models.Model):
    """A row that belongs to one book for ever: `book_id` is never updated."""

    table_class: ClassVar = TableClass.BOOK
    append_only: ClassVar[bool] = False

    pk = models.CompositePrimaryKey("book_id", "id")
    book_id = models.BigIntegerField()
    id = models.UUIDField(default=uuid7)

    class Meta:
        abstract = True


class SharedRow(models.Model):
    """Small, rarely written, read by all: catalogues, prices, taxes, currencies, calendars."""

    table_class: ClassVar = TableClass.SHARED
    append_only: ClassVar[bool] = False

    class Meta:
        abstract = True


class LocalRow(models.Model):
    """People, organizations and what surrounds them: one node keeps all of it."""

    table_class: ClassVar = TableClass.LOCAL
    append_only: ClassVar[bool] = False

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)

    class Meta:
        abstract = True


class BookForeignKey(BaseConstraint):
    """FOREIGN KEY (book_id, child_id) REFERENCES parent (book_id, id), immediate, RESTRICT or CASCADE.

    Stands in `Meta.constraints`, so that migrations carry it; `related` below adds the attribute.
    """

    def __init__(self, *, name: str, field: str, to: str, cascade: bool = False) -> None:
        super().__init__(name=name)
        self.field, self.to, self.cascade = field, to, cascade

    def constraint_sql(self, model: Any, schema_editor: BaseDatabaseSchemaEditor | None) -> str:
        assert schema_editor is not None
        quote = schema_editor.quote_name
        columns = ", ".join(quote(model._meta.get_field(name).column) for name in ("book_id", self.field))
        action = "CASCADE" if self.cascade else "RESTRICT"
        return (
            f"CONSTRAINT {quote(self.name)} FOREIGN KEY ({columns}) "
            f"REFERENCES {quote(self.to)} ({quote('book_id')}, {quote('id')}) ON DELETE {action}"
        )

    def create_sql(self, model: Any, schema_editor: Any) -> Any:
        table = schema_editor.quote_name(model._meta.db_table)
        return Statement(f"ALTER TABLE {table} ADD {self.constraint_sql(model, schema_editor)}")

    def remove_sql(self, model: Any, schema_editor: Any) -> Any:
        quote = schema_editor.quote_name
        return Statement(f"ALTER TABLE {quote(model._meta.db_table)} DROP CONSTRAINT {quote(self.name)}")

    def validate(self, *_: object, **__: object) -> None:
        """The database answers; Python has nothing to add."""

    def deconstruct(self) -> tuple[str, tuple[()], dict[str, Any]]:
        path = f"{type(self).__module__}.{type(self).__qualname__}"
        return path, (), {"name": self.name, "field": self.field, "to": self.to, "cascade": self.cascade}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, BookForeignKey) and self.deconstruct() == other.deconstruct()

    def __hash__(self) -> int:
        return hash(self.name)


def related(to: type[models.Model], field: str) -> "models.ForeignObject[Any, Any]":
    """The attribute that goes with a BookForeignKey: the parent row, read by (book_id, field)."""
    return models.ForeignObject(
        to,
        on_delete=models.DO_NOTHING,
        from_fields=["book_id", field],
        to_fields=["book_id", "id"],
        related_name="+",
    )


def own_models() -> Sequence[type[models.Model]]:
    """Every concrete model of this project, by table name."""
    from django.apps import apps

    ours = [model for model in apps.get_models() if model.__module__.startswith("kanal.")]
    return sorted(ours, key=lambda model: model._meta.db_table)
