"""Give something in the catalogue other names. ALL-2 Its code stays, and with it every reference."""

from datetime import datetime
from typing import TypeVar

from django.db import transaction

from kanal.audit.record import record
from kanal.catalog.models import Named
from kanal.catalog.naming import Naming, checked_names
from kanal.catalog.subjects import KINDS, subject_of
from kanal.identity.desk_only import check_is_the_desk
from kanal.kit.actor import Actor
from kanal.kit.locked import locked

Row = TypeVar("Row", bound=Named)


@transaction.atomic
def rename(row: Row, *, vi: str, en: str, by: Actor, at: datetime) -> Row:
    check_is_the_desk(by)
    row = locked(row)
    old, new = {"name_vi": row.name_vi, "name_en": row.name_en}, checked_names(Naming(row.code, vi, en))
    if old == new:
        return row
    row.name_vi, row.name_en = new["name_vi"], new["name_en"]
    row.save(update_fields=list(new))
    record(f"{KINDS[type(row)]}.renamed", subject_of(row), by=by, at=at, old=old, new=new)
    return row
