"""Read a row again, under its lock: what a verb decides on is what stands when it decides."""

from typing import TypeVar

from django.db import models

Row = TypeVar("Row", bound=models.Model)


def locked(row: Row) -> Row:
    """FOR NO KEY UPDATE (R14): others may still refer to the row, nobody may change it until this transaction ends."""
    rows = row.__class__._default_manager  # noqa: SLF001 - Django's own word; not type(row), which may stand in for it
    return rows.select_for_update(no_key=True, of=("self",)).get(pk=row.pk)
