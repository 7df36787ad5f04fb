"""Stop selling an item or a whole product, from now on.

PRICE-1 What is bought already keeps its price and is renewed by it; nobody buys it anew.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from django.db import transaction
from django.utils.translation import gettext as _

from kanal.audit.record import record
from kanal.catalog.models import Item, Product
from kanal.catalog.subjects import KINDS, subject_of
from kanal.identity.desk_only import check_is_the_desk
from kanal.kit.actor import Actor
from kanal.kit.locked import locked
from kanal.kit.refusal import Refusal

Row = TypeVar("Row", Product, Item)


@dataclass(eq=False)
class RetiredWithoutReason(Refusal):
    code = "retired_without_reason"
    field = "why"

    def __str__(self) -> str:
        return _("Give the reason; it stays with the record.")


@transaction.atomic
def retire(row: Row, *, why: str, by: Actor, at: datetime) -> Row:
    """Twice is once: the first moment stands."""
    check_is_the_desk(by)
    if not why.strip():
        raise RetiredWithoutReason
    row = locked(row)
    if row.retired_at is None:
        row.retired_at = at
        row.save(update_fields=["retired_at"])
        record(f"{KINDS[type(row)]}.retired", subject_of(row), by=by, at=at, why=why.strip())
    return row
