"""Read a row again, under its lock: what a verb decides on is what stands when it decides."""

from typing import TypeVar

from django.db import models

Row = TypeVar("Row", bound=models.Model)


def locked(row: Row) -> Row:
    """FOR NO KEY UPDATE (R14): others may still refer to the row, nobody may change it until this transaction ends."""
    rows = type(row)._default_manager.select_for_update(no_key=True, of=("self",))  # noqa: SLF001 - Django's own word for it
    return rows.get(pk=row.pk)
