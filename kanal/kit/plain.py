"""Facts as JSON can carry them: what refusals, audit records and events hand to programs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from typing import Protocol, TypeAlias, runtime_checkable
from uuid import UUID

Plain: TypeAlias = "str | int | bool | list[Plain] | dict[str, Plain] | None"


@runtime_checkable
class SaysItselfPlainly(Protocol):
    def to_json(self) -> Plain: ...


@runtime_checkable
class HasPublicId(Protocol):
    """A row is named by the id its reader knows it by, never spelled out."""

    public_id: str


def plain(value: object) -> Plain:  # noqa: PLR0911 - one line for each kind of fact
    """A float is refused: no amount, rate or quantity of the house is one."""
    match value:
        case Enum():
            return plain(value.value)
        case None | bool() | int() | str():
            return value
        case datetime():
            return rfc3339(value)
        case date():
            return value.isoformat()
        case Decimal():
            return format(value, "f")
        case UUID():
            return str(value)
        case SaysItselfPlainly():
            return value.to_json()
        case HasPublicId():
            return value.public_id
        case _:
            return _plain_collection(value)


def _plain_collection(value: object) -> Plain:
    match value:
        case Mapping():
            return {str(plain(key)): plain(item) for key, item in value.items()}
        case bytes() | bytearray():
            raise TypeError("bytes have no plain form; say what they mean first")
        case Sequence():
            return [plain(item) for item in value]
        case AbstractSet():
            # Sets have no order of their own; equal facts must give equal text.
            return sorted((plain(item) for item in value), key=repr)
        case _:
            raise TypeError(f"{type(value).__name__} has no plain form: give the fact, not the thing")


def rfc3339(moment: datetime) -> str:
    """UTC with a Z; fractions of a second only where there are some."""
    if moment.utcoffset() is None:
        raise ValueError("a moment without a time zone is not a moment")
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
