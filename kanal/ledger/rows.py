"""A book's transfers as PostgreSQL's binary COPY sends them: their SHA-256, and their facts as columns of numbers.

One pass reads a row, hashes it and keeps its facts: a few microseconds a row, where the same in SQL takes twenty.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import numpy as np
import numpy.typing as npt
from django.db import connection

Numbers = npt.NDArray[np.int64]

DIGEST_BYTES = 32
# Everything that a transfer says. Its digest is of what COPY sends of it: how many fields, then each one's length and
# bytes. So anybody with the rows can take it again.
FIXED = (
    ("id", "V16"), ("source_id", "V16"), ("target_id", "V16"), ("amount", ">i8"),
    ("source_sequence", ">i8"), ("source_in", ">i8"), ("source_out", ">i8"), ("source_held", ">i8"),
    ("target_sequence", ">i8"), ("target_in", ">i8"), ("target_out", ">i8"), ("target_held", ">i8"),
    ("recorded_at", ">i8"), ("effective_at", ">i8"),
)  # fmt: skip
VARYING = (
    "earlier_id", "phase", "expires_at", "subject_id", "subject_kind", "act", "note", "actor", "key", "content",
)  # fmt: skip
COLUMNS = ", ".join(f"t.{name}" for name in (*(name for name, _ in FIXED), *VARYING))

HEADER_BYTES = len(b"PGCOPY\n\xff\r\n\0") + 8  # before the first row: who it is, flags, and nothing more
COUNT_BYTES, LENGTH_BYTES = 2, 4  # of the fields in a row; of a field
PORTION = 2_048  # rows that are Python objects before they become columns: few enough for the processor's cache


def _layout() -> np.dtype[Any]:
    """Where the facts stand in a row. The phase comes after a field that is either empty or sixteen bytes."""
    names: list[str] = []
    formats: list[str] = []
    offsets: list[int] = []
    at = COUNT_BYTES
    for name, kind in FIXED:
        names.append(name)
        formats.append(kind)
        offsets.append(at + LENGTH_BYTES)
        at += LENGTH_BYTES + int(np.dtype(kind).itemsize)
    phase = at + LENGTH_BYTES
    names += ["earlier_length", "phase_length", "phase", "phase_length_later", "phase_later"]
    formats += [">i4", ">i4", ">u8", ">i4", ">u8"]
    offsets += [at, phase, phase + LENGTH_BYTES, phase + 16, phase + 16 + LENGTH_BYTES]
    return np.dtype({"names": names, "formats": formats, "offsets": offsets, "itemsize": phase + 16 + LENGTH_BYTES + 8})


LAYOUT = _layout()


@dataclass(frozen=True, slots=True)
class Rows:
    """What was read, in no order: the facts of each row, and its digest."""

    facts: npt.NDArray[Any]
    digests: npt.NDArray[np.uint8]

    def id_of(self, row: int) -> UUID:
        return UUID(bytes=bytes(self.facts["id"][row]))

    def numbers(self, name: str) -> Numbers:
        return self.facts[name].astype(np.int64)

    @property
    def has_earlier(self) -> npt.NDArray[np.bool_]:
        named: npt.NDArray[np.bool_] = self.facts["earlier_length"] > 0
        return named

    def phases(self, words: Sequence[str]) -> Numbers:
        """Each row's phase by its place in `words`; -1 where it is none of them."""
        later = self.has_earlier
        lengths = np.where(later, self.facts["phase_length_later"], self.facts["phase_length"])
        letters = np.where(later, self.facts["phase_later"], self.facts["phase"]).astype(np.uint64)
        found = np.full(len(later), -1, dtype=np.int64)
        for place, word in enumerate(words):
            spare = np.uint64(8 * (8 - len(word)))
            found[(lengths == len(word)) & (letters >> spare == int.from_bytes(word.encode(), "big"))] = place
        return found


def read_rows(source: str, values: Mapping[str, Any]) -> Rows:
    """`source` is what follows SELECT ... FROM; the transfer is called t."""
    statement = f"COPY (SELECT {COLUMNS} FROM {source}) TO STDOUT (FORMAT BINARY)"  # noqa: S608 - fixed text
    facts, digests = bytearray(), bytearray()
    for heads, listed in _portions(statement, values):
        facts += b"".join(heads)
        digests += b"".join(listed)
    return Rows(np.frombuffer(facts, LAYOUT), np.frombuffer(digests, np.uint8).reshape(-1, DIGEST_BYTES))


def _portions(statement: str, values: Mapping[str, Any]) -> Iterator[tuple[list[bytes], list[bytes]]]:
    sha256, end = hashlib.sha256, LAYOUT.itemsize
    heads: list[bytes] = []
    digests: list[bytes] = []
    connection.ensure_connection()
    with connection.connection.cursor() as cursor, cursor.copy(statement, values) as copy:
        # libpq hands over row by row; asked directly, in half the time of the driver's own loop.
        next_row = connection.connection.pgconn.get_copy_data
        length, row = next_row(0)
        length, row = length - HEADER_BYTES, row[HEADER_BYTES:]
        while length > COUNT_BYTES:
            digests.append(sha256(row).digest())
            heads.append(bytes(row[:end]))
            if len(heads) == PORTION:
                yield heads, digests
                heads, digests = [], []
            length, row = next_row(0)
        copy.read()  # nothing is left but the server's word that it is done
    yield heads, digests
