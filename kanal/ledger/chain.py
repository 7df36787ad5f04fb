"""Each account's transfers under a running SHA-256, computed behind the writers.

LEDGER-9 A link covers a stretch of an account's transfers and all links before it. Who changes a row that is linked,
         even as the owner of the database, has to change every later link and every signed checkpoint too.

Inline it would cost a writer more than a tenth, so the point up to which it has come is shown instead.
"""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

import numpy as np
from django.db import connection, transaction

from kanal.kit.ids import derived_id
from kanal.ledger.models import Entry, Link
from kanal.ledger.rows import DIGEST_BYTES, Rows, read_rows
from kanal.ledger.walk import Places

STRETCH = 10_000  # transfers under one link at most
AT_ONCE = 50_000  # transfers digested by one statement
MARK_BYTES = 4


@dataclass(frozen=True, slots=True)
class Stretch:
    """The transfers of an account after one sequence, through another."""

    account_id: UUID
    after: int
    through: int


def beginning(account_id: UUID) -> bytes:
    return hashlib.sha256(account_id.bytes).digest()


def linked(before: bytes, digests: bytes | memoryview) -> bytes:
    head = hashlib.sha256(before)
    head.update(digests)
    return head.digest()


def marks_of(digests: bytes | memoryview) -> bytes:
    return b"".join(digests[at : at + MARK_BYTES] for at in range(0, len(digests), DIGEST_BYTES))


# --- Making it ---------------------------------------------------------------------------------------------------


def extend_chain(book_id: int, *, at: datetime) -> int:
    """Link what was posted since the last time; how many transfers' sides were linked.

    Two at once are harmless: the second finds its stretches taken and leaves them.
    """
    count = 0
    for stretches in _in_portions(_unlinked(book_id)):
        heads = _heads(book_id, [stretch.account_id for stretch in stretches])
        digests = digests_of(book_id, stretches)
        rows = []
        for stretch in stretches:
            before = heads.get(stretch.account_id) or beginning(stretch.account_id)
            listed = digests[stretch]
            assert len(listed) == DIGEST_BYTES * (stretch.through - stretch.after), f"{stretch} has gaps"
            heads[stretch.account_id] = linked(before, listed)
            rows.append(_link(book_id, stretch, heads[stretch.account_id], listed, at))
            count += stretch.through - stretch.after
        with transaction.atomic():
            Link.objects.bulk_create(rows, ignore_conflicts=True)
    return count


def _link(book_id: int, stretch: Stretch, digest: bytes, digests: bytes | memoryview, at: datetime) -> Link:
    return Link(
        book_id=book_id,
        id=derived_id("link", book_id, stretch.account_id, stretch.after),
        account_id=stretch.account_id,
        after=stretch.after,
        through=stretch.through,
        digest=digest,
        marks=marks_of(digests),
        proved_at=at,
    )


def _unlinked(book_id: int) -> Iterator[Stretch]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT a.id, coalesce((SELECT max(l.through) FROM public.ledger_link l "
            "WHERE l.book_id = a.book_id AND l.account_id = a.id), 0), a.version "
            "FROM public.ledger_account a WHERE a.book_id = %s AND a.version > 0 ORDER BY a.id",
            [book_id],
        )
        rows = cursor.fetchall()
    for account_id, after, through in rows:
        for start in range(after, through, STRETCH):
            yield Stretch(account_id, start, min(start + STRETCH, through))


def _in_portions(stretches: Iterator[Stretch]) -> Iterator[list[Stretch]]:
    portion: list[Stretch] = []
    size = 0
    for stretch in stretches:
        portion.append(stretch)
        size += stretch.through - stretch.after
        if size >= AT_ONCE:
            yield portion
            portion, size = [], 0
    if portion:
        yield portion


def _heads(book_id: int, account_ids: Sequence[UUID]) -> dict[UUID, bytes]:
    newest = Link.objects.filter(book_id=book_id, account_id__in=set(account_ids))
    rows = newest.order_by("account_id", "-through").distinct("account_id").values_list("account_id", "digest")
    return {account_id: bytes(digest) for account_id, digest in rows}


SIDES = """unnest(%(accounts)s::uuid[], %(afters)s::bigint[], %(throughs)s::bigint[]) n(account, after, through),
    LATERAL (
      SELECT s.* FROM public.ledger_transfer s
       WHERE s.book_id = %(book)s AND s.source_id = n.account
         AND s.source_sequence > n.after AND s.source_sequence <= n.through
       UNION ALL
      SELECT d.* FROM public.ledger_transfer d
       WHERE d.book_id = %(book)s AND d.target_id = n.account
         AND d.target_sequence > n.after AND d.target_sequence <= n.through) t"""


def digests_of(book_id: int, stretches: Sequence[Stretch]) -> dict[Stretch, memoryview]:
    """The digests of each stretch's transfers, one after another in their sequence."""
    spans: dict[UUID, tuple[int, int]] = {}
    for stretch in stretches:
        after, _ = spans.get(stretch.account_id, (stretch.after, 0))
        spans[stretch.account_id] = after, stretch.through
    values = {
        "book": book_id,
        "accounts": list(spans),
        "afters": [after for after, _ in spans.values()],
        "throughs": [through for _, through in spans.values()],
    }
    found = _digests_of_spans(read_rows(SIDES, values), spans)
    return {each: _part(found[each.account_id], spans[each.account_id][0], each) for each in stretches}


def _part(digests: memoryview, after: int, stretch: Stretch) -> memoryview:
    return digests[(stretch.after - after) * DIGEST_BYTES : (stretch.through - after) * DIGEST_BYTES]


def _digests_of_spans(rows: Rows, spans: Mapping[UUID, tuple[int, int]]) -> dict[UUID, memoryview]:
    """A transfer between two of these accounts was read for both, and each may want only one side of it."""
    places = Places(list(spans))
    place = np.concatenate([places.of(rows.facts["source_id"]), places.of(rows.facts["target_id"])])
    sequence = np.concatenate([rows.numbers("source_sequence"), rows.numbers("target_sequence")])
    row = np.concatenate([np.arange(len(rows.facts))] * 2)
    afters, throughs = (np.array(each, dtype=np.int64) for each in zip(*spans.values(), strict=True))
    wanted = np.flatnonzero((place >= 0) & (sequence > afters[place]) & (sequence <= throughs[place]))
    wanted = wanted[np.lexsort((sequence[wanted], place[wanted]))]
    again = (np.diff(place[wanted], prepend=-1) == 0) & (np.diff(sequence[wanted], prepend=-1) == 0)
    wanted = wanted[~again]
    digests = rows.digests[row[wanted]].reshape(-1).data
    ends = np.cumsum(np.bincount(place[wanted], minlength=len(spans))).tolist()
    begins = [0, *ends[:-1]]
    return {
        account_id: digests[begin * DIGEST_BYTES : end * DIGEST_BYTES]
        for account_id, begin, end in zip(spans, begins, ends, strict=True)
    }


# --- Proving it --------------------------------------------------------------------------------------------------


class Stored(NamedTuple):
    """A link as it stands in the table."""

    after: int
    through: int
    digest: bytes
    marks: bytes


@dataclass(slots=True)
class Thread:
    """An account's links, held against the digests of its transfers as these come."""

    head: bytes
    links: deque[Stored] = field(default_factory=deque)
    after: int = 0
    pending: bytes = b""
    broken: tuple[Stored, bytes] | None = None  # the first link that does not fit, and the marks it should have

    def feed(self, digests: memoryview) -> None:
        if self.pending:
            digests = memoryview(self.pending + digests)
        while self.links and self.broken is None:
            size = (self.links[0].through - self.after) * DIGEST_BYTES
            if len(digests) < size:
                break
            self._hold_against(self.links.popleft(), digests[:size])
            digests = digests[size:]
        self.pending = bytes(digests) if self.links else b""

    def _hold_against(self, link: Stored, digests: memoryview) -> None:
        self.head = linked(self.head, digests)
        if link.after != self.after or link.digest != self.head:
            self.broken = link, marks_of(digests)
        self.after = link.through


def threads_of(book_id: int) -> dict[UUID, Thread]:
    threads: dict[UUID, Thread] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT l.account_id, l.after, l.through, l.digest, l.marks FROM public.ledger_link l "
            "WHERE l.book_id = %s ORDER BY l.account_id, l.through",
            [book_id],
        )
        for account_id, after, through, digest, marks in cursor:
            thread = threads.get(account_id)
            if thread is None:
                thread = threads[account_id] = Thread(beginning(account_id))
            thread.links.append(Stored(after, through, bytes(digest), bytes(marks)))
    return threads


def first_changed(book_id: int, account_id: UUID, link: Stored, marks: bytes) -> tuple[int | None, UUID | None]:
    """Which line of a stretch is not what was linked, and its transfer; None where it is the link that was changed."""
    for place in range(link.through - link.after):
        at = slice(place * MARK_BYTES, (place + 1) * MARK_BYTES)
        if link.marks[at] != marks[at]:
            sequence = link.after + place + 1
            entry = Entry.objects.filter(book_id=book_id, account_id=account_id, sequence=sequence).first()
            return sequence, entry.id if entry else None
    return None, None
