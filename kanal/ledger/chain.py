"""Each account's transfers under a running SHA-256, computed behind the writers.

LEDGER-9 A link covers a stretch of an account's transfers and all links before it. Who changes a row that is linked,
         even as the owner of the database, has to change every later link and every signed checkpoint too.

Inline it would cost a writer more than a tenth, so the point up to which it has come is shown instead.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from kanal.ledger.models import Link

STRETCH = 10_000  # transfers under one link at most
AT_ONCE = 50_000  # transfers digested by one statement
DIGEST_BYTES = 32
MARK_BYTES = 4

# Everything that a transfer says, unambiguously: fixed widths first, then texts with their lengths before them.
DIGEST = """sha256(
    uuid_send(t.id) || uuid_send(t.source_id) || uuid_send(t.target_id) || int8send(t.amount)
    || int8send(t.source_sequence) || int8send(t.source_in) || int8send(t.source_out) || int8send(t.source_held)
    || int8send(t.target_sequence) || int8send(t.target_in) || int8send(t.target_out) || int8send(t.target_held)
    || timestamptz_send(t.effective_at) || timestamptz_send(t.recorded_at)
    || coalesce('t'::bytea || timestamptz_send(t.expires_at), '-')
    || coalesce('e'::bytea || uuid_send(t.earlier_id), '-')
    || coalesce('s'::bytea || uuid_send(t.subject_id), '-') || coalesce('c'::bytea || uuid_send(t.content), '-')
    || textsend(concat_ws('|', t.phase, length(t.act), t.act, length(t.subject_kind), t.subject_kind,
                          length(t.note), t.note, length(t.actor), t.actor, length(t.key), t.key)))"""


@dataclass(frozen=True, slots=True)
class Stretch:
    """The transfers of an account after one sequence, through another."""

    account_id: UUID
    after: int
    through: int


def beginning(account_id: UUID) -> bytes:
    return hashlib.sha256(account_id.bytes).digest()


def linked(before: bytes, digests: bytes) -> bytes:
    return hashlib.sha256(before + digests).digest()


def marks_of(digests: bytes) -> bytes:
    return b"".join(digests[at : at + MARK_BYTES] for at in range(0, len(digests), DIGEST_BYTES))


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


def _link(book_id: int, stretch: Stretch, digest: bytes, digests: bytes, at: datetime) -> Link:
    from kanal.kit.ids import derived_id

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


STRETCHES = f"""
SELECT n.account, n.after, n.through, string_agg(e.digest, ''::bytea ORDER BY e.sequence)
  FROM unnest(%(accounts)s::uuid[], %(afters)s::bigint[], %(throughs)s::bigint[]) n(account, after, through),
       LATERAL (
         SELECT t.source_sequence AS sequence, {DIGEST} AS digest FROM public.ledger_transfer t
          WHERE t.book_id = %(book)s AND t.source_id = n.account
            AND t.source_sequence > n.after AND t.source_sequence <= n.through
         UNION ALL
         SELECT t.target_sequence, {DIGEST} FROM public.ledger_transfer t
          WHERE t.book_id = %(book)s AND t.target_id = n.account
            AND t.target_sequence > n.after AND t.target_sequence <= n.through) e
 GROUP BY n.account, n.after, n.through
"""  # noqa: S608 - fixed text


def digests_of(book_id: int, stretches: Sequence[Stretch]) -> dict[Stretch, bytes]:
    """The digests of each stretch's transfers, one after another in their sequence."""
    values: dict[str, Any] = {
        "book": book_id,
        "accounts": [each.account_id for each in stretches],
        "afters": [each.after for each in stretches],
        "throughs": [each.through for each in stretches],
    }
    with connection.cursor() as cursor:
        cursor.execute(STRETCHES, values)
        return {Stretch(account, after, through): bytes(digests) for account, after, through, digests in cursor}
