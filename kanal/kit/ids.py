"""Ids: made in time order, derived from natural keys, and written for people with their book.

A public id is a prefix and Crockford's base32 in lower case: 26 characters of the id, before them the book's number
where the row belongs to a book, so that a look-up asks one shard. One row has one spelling, except for case.
"""

from __future__ import annotations

import hashlib
import os
import threading
import time
from collections import OrderedDict
from datetime import UTC, date, datetime
from uuid import UUID

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_COUNTER_BITS = 42  # RFC 9562 §6.2 method 1: rand_a and the top of rand_b count, the rest is random
_LOW_BITS = 30  # of the counter, below the variant
_TAIL_BITS = 32
_MOMENTS_REMEMBERED = 1024


class _Counters:
    """Ids of one millisecond count up from a random start, whose top bit is clear to leave room."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        self._lock = threading.Lock()
        self._clock = (0, 0)
        self._moments: OrderedDict[int, int] = OrderedDict()

    def by_the_clock(self) -> tuple[int, int]:
        """When the machine's clock steps back, the last millisecond goes on."""
        with self._lock:
            now = time.time_ns() // 1_000_000
            last, counter = self._clock
            if now > last:
                self._clock = (now, _random_start())
            elif counter + 1 < 1 << _COUNTER_BITS:
                self._clock = (last, counter + 1)
            else:
                self._clock = (last + 1, _random_start())
            return self._clock

    def at(self, millisecond: int) -> tuple[int, int]:
        """Moments may come in any order (history, the sandbox clock); within each the ids ascend."""
        with self._lock:
            counter = self._moments.pop(millisecond, None)
            counter = _random_start() if counter is None else counter + 1
            assert counter < 1 << _COUNTER_BITS
            self._moments[millisecond] = counter
            if len(self._moments) > _MOMENTS_REMEMBERED:
                self._moments.popitem(last=False)
            return millisecond, counter


def _random_start() -> int:
    return int.from_bytes(os.urandom(6), "big") >> (48 - _COUNTER_BITS + 1)


_counters = _Counters()
# A forked child must neither go on counting where its parent does nor wait for a lock nobody holds any more.
os.register_at_fork(after_in_child=_counters.reset)


def uuid7(at: datetime | None = None) -> UUID:
    """RFC 9562 version 7. Ascending within a process: by the clock, and among ids of the same given moment."""
    milliseconds, counter = _counters.by_the_clock() if at is None else _counters.at(_milliseconds(at))
    high, low = counter >> _LOW_BITS, counter & (1 << _LOW_BITS) - 1
    tail = int.from_bytes(os.urandom(_TAIL_BITS // 8), "big")
    return _uuid(milliseconds << 80 | high << 64 | low << _TAIL_BITS | tail, 7)


def _milliseconds(at: datetime) -> int:
    if at.utcoffset() is None:
        raise ValueError("a moment without a time zone is not a moment")
    since = at - _EPOCH
    return (since.days * 86_400 + since.seconds) * 1000 + since.microseconds // 1000


def derived_id(*parts: str | int | UUID | date | None) -> UUID:
    """The same natural key gives the same id everywhere and always: SHA-256 in an RFC 9562 version 8."""
    if not parts:
        raise ValueError("an id is derived from something")
    digest = hashlib.sha256(b"".join(_unambiguous(part) for part in parts)).digest()
    return _uuid(int.from_bytes(digest[:16], "big"), 8)


def _unambiguous(part: str | int | UUID | date | None) -> bytes:
    """Kind and length before the text, so that no two lists of parts ever run together."""
    match part:
        case bool():
            raise TypeError("a yes or no is no part of a key; name what it says")
        case None:
            kind, text = "n", ""
        case str():
            kind, text = "s", str.__str__(part)
        case int():
            kind, text = "i", str(int(part))
        case UUID():
            kind, text = "u", part.hex
        case datetime():
            if part.utcoffset() is None:
                raise ValueError("a moment without a time zone is not a moment")
            kind, text = "t", part.astimezone(UTC).isoformat(timespec="microseconds")
        case date():
            kind, text = "d", part.isoformat()
        case _:
            raise TypeError(f"no key is made of {type(part).__name__}")
    raw = text.encode()
    return f"{kind}{len(raw)}:".encode() + raw


def _uuid(bits: int, version: int) -> UUID:
    bits = bits & ~(0xF << 76) | version << 76
    bits = bits & ~(0b11 << 62) | 0b10 << 62
    return UUID(int=bits)


_DIGITS = "0123456789abcdefghjkmnpqrstvwxyz"
_VALUES = {digit: value for value, digit in enumerate(_DIGITS)}
_ID_LENGTH = 26
_ID_LIMIT = 1 << 128
_BOOK_LIMIT = 1 << 63
_LONGEST_BOOK = 13


class UnknownId(ValueError):
    """No row can have this id; a page answers 404."""


def public_id(prefix: str, id: UUID, book_id: int | None = None) -> str:  # noqa: A002 - the reader's own word
    if book_id is None:
        return f"{prefix}_{_base32(id.int).rjust(_ID_LENGTH, '0')}"
    if not 0 <= book_id < _BOOK_LIMIT:
        raise ValueError(f"{book_id} is no book")
    return f"{prefix}_{_base32(book_id)}{_base32(id.int).rjust(_ID_LENGTH, '0')}"


def parse_public_id(text: str, prefix: str) -> tuple[int | None, UUID]:
    """The book, where there is one, and the id. Capitals are read; every other second spelling is unknown."""
    lead = f"{prefix}_"
    digits = text.lower().removeprefix(lead)
    if not text.isascii() or len(digits) + len(lead) != len(text):
        raise UnknownId(text)
    book, id_ = digits[:-_ID_LENGTH], digits[-_ID_LENGTH:]
    if len(id_) != _ID_LENGTH or len(book) > _LONGEST_BOOK or (book.startswith("0") and book != "0"):
        raise UnknownId(text)
    bits, book_id = _number(id_, text), _number(book, text)
    if bits >= _ID_LIMIT or book_id >= _BOOK_LIMIT:
        raise UnknownId(text)
    return (book_id if book else None), UUID(int=bits)


def _base32(number: int) -> str:
    digits = _DIGITS[number & 31]
    while number := number >> 5:
        digits = _DIGITS[number & 31] + digits
    return digits


def _number(digits: str, whole: str) -> int:
    number = 0
    for digit in digits:
        if digit not in _VALUES:
            raise UnknownId(whole)
        number = number << 5 | _VALUES[digit]
    return number
