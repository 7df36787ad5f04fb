"""Prove the books: recompute every balance from its transfers, every book's sums, and the chain over all of it.

LEDGER-10 Every account's sums are those of its transfers, every step from one transfer to the next adds up, every
          book sums to zero per currency, and the first row that breaks any of it is named.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from django.db import connection

from kanal.kit.plain import Plain, plain
from kanal.ledger import operator_queries
from kanal.ledger.chain import DIGEST, DIGEST_BYTES, MARK_BYTES, beginning, linked, marks_of
from kanal.ledger.flows import FLOWS, TERMS, Kind
from kanal.ledger.models import Account, Link


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is not true, and the row in which it shows first."""

    what: str
    book_id: int
    account_id: UUID | None = None
    transfer_id: UUID | None = None
    sequence: int | None = None
    words: str = ""

    def to_json(self) -> dict[str, Plain]:
        return {name: plain(value) for name, value in asdict(self).items()}

    def __str__(self) -> str:
        where = [f"book {self.book_id}"]
        where += [f"account {self.account_id}"] if self.account_id else []
        where += [f"line {self.sequence}"] if self.sequence else []
        where += [f"transfer {self.transfer_id}"] if self.transfer_id else []
        return f"{self.what}: {', '.join(where)}{f' ({self.words})' if self.words else ''}"


def books_are_true() -> list[Fault]:
    """All books without the chain: what a test asks after itself, in a few milliseconds."""
    return [fault for book_id in operator_queries.books_with_accounts() for fault in faults_of_sums(book_id)]


def first_fault(book_id: int) -> Fault | None:
    """Everything there is to prove about a book; None where all of it is true."""
    return next(faults_of(book_id), None)


def faults_of(book_id: int) -> Iterator[Fault]:
    yield from faults_of_sums(book_id)
    yield from faults_of_names(book_id)
    yield from faults_of_flows(book_id)
    yield from faults_of_resolutions(book_id)
    yield from faults_of_chain(book_id)


# Each transfer says what stood before it (its sums less its amount) and after it. If the steps join up, every state
# but the last is left once for each time it is reached, so that the digests of both sides differ by exactly those of
# the last state and of zero. One pass in any order finds a book true; only an account that is not is walked in order.
SUMS = """
SELECT coalesce(a.id, m.account_id)
  FROM (
    SELECT e.account_id, count(*) AS lines, max(e.sequence) AS last, sum(e.came) AS came, sum(e.went) AS went,
           sum(e.reserved) AS reserved,
           sum(hashint8extended(e.sequence, hashint8extended(e.ins, hashint8extended(e.outs, e.held)))) AS reached,
           sum(hashint8extended(e.sequence - 1, hashint8extended(e.ins - e.came, hashint8extended(e.outs - e.went,
               e.held - e.reserved)))) AS departed
      FROM (SELECT t.*, CASE WHEN t.phase = 'POSTED' THEN t.amount ELSE 0 END AS posted,
                   CASE t.phase WHEN 'HELD' THEN t.amount WHEN 'POSTED' THEN 0 ELSE -t.amount END AS reserving
              FROM public.ledger_transfer t WHERE t.book_id = %(book)s) t,
           LATERAL (VALUES
             (t.source_id, t.source_sequence, t.source_in, t.source_out, t.source_held,
              0::bigint, t.posted, t.reserving),
             (t.target_id, t.target_sequence, t.target_in, t.target_out, t.target_held,
              t.posted, 0::bigint, -t.reserving)
           ) e(account_id, sequence, ins, outs, held, came, went, reserved)
     GROUP BY e.account_id) m
  FULL JOIN (SELECT * FROM public.ledger_account c WHERE c.book_id = %(book)s) a ON a.id = m.account_id
 WHERE a.id IS NULL
    OR (m.lines, m.last, m.came, m.went, m.reserved) IS DISTINCT FROM
       (NULLIF(a.version, 0), NULLIF(a.version, 0), CASE WHEN a.version > 0 THEN a.posted_in END::numeric,
        CASE WHEN a.version > 0 THEN a.posted_out END::numeric,
        CASE WHEN a.version > 0 THEN a.held_out - a.held_in END::numeric)
    OR m.reached - m.departed IS DISTINCT FROM CASE WHEN a.version > 0 THEN
         hashint8extended(a.version, hashint8extended(a.posted_in,
             hashint8extended(a.posted_out, a.held_out - a.held_in)))
         - hashint8extended(0, hashint8extended(0, hashint8extended(0, 0)))::numeric END
    OR (a.version = 0 AND (a.posted_in, a.posted_out, a.held_in, a.held_out) <> (0, 0, 0, 0))
    OR a.deep_floor > a.posted_in - a.posted_out - a.held_out OR a.deep_floor > a.floor
 ORDER BY 1
"""

WALK = """
SELECT w.sequence, w.id, w.recorded_at FROM (
    SELECT e.sequence, e.id, e.recorded_at, e.posted_in, e.posted_out, e.held,
           CASE WHEN e.phase = 'POSTED' AND e.change > 0 THEN e.change ELSE 0 END AS came,
           CASE WHEN e.phase = 'POSTED' AND e.change < 0 THEN -e.change ELSE 0 END AS went,
           CASE e.phase WHEN 'POSTED' THEN 0 WHEN 'HELD' THEN -e.change ELSE e.change END AS reserved,
           lag(e.sequence, 1, 0::bigint) OVER line AS before, lag(e.posted_in, 1, 0::bigint) OVER line AS in_before,
           lag(e.posted_out, 1, 0::bigint) OVER line AS out_before, lag(e.held, 1, 0::bigint) OVER line AS held_before,
           lag(e.recorded_at) OVER line AS recorded_before
      FROM public.ledger_entry e WHERE e.book_id = %s AND e.account_id = %s
    WINDOW line AS (ORDER BY e.sequence)) w
 WHERE w.sequence <> w.before + 1 OR w.posted_in <> w.in_before + w.came OR w.posted_out <> w.out_before + w.went
    OR w.held <> w.held_before + w.reserved OR w.recorded_at < w.recorded_before
 ORDER BY w.sequence LIMIT 1
"""

ZERO = """
SELECT a.currency, sum(a.posted_in - a.posted_out), sum(a.held_out - a.held_in)
  FROM public.ledger_account a WHERE a.book_id = %s GROUP BY a.currency
HAVING sum(a.posted_in - a.posted_out) <> 0 OR sum(a.held_out - a.held_in) <> 0
"""


def faults_of_sums(book_id: int) -> Iterator[Fault]:
    broken = [account_id for (account_id,) in _rows(SUMS, {"book": book_id})]
    walked = [(account_id, next(iter(_rows(WALK, [book_id, account_id])), None)) for account_id in broken]
    # The earliest broken step first; then accounts whose every step holds but whose own row does not.
    for account_id, row in sorted(walked, key=lambda each: (each[1] is None, each[1][2] if each[1] else 0)):
        if row:
            yield Fault("step", book_id, account_id, row[1], row[0], "its sums are not those before it and its amount")
        else:
            yield Fault("balance", book_id, account_id, words="the account's sums are not those of its transfers")
    for currency, posted, held in _rows(ZERO, [book_id]):
        yield Fault("zero", book_id, words=f"{currency} sums to {posted}, held to {held}")


def faults_of_names(book_id: int) -> Iterator[Fault]:
    """An id derives from what the account is; who changed its kind, owner or currency broke that."""
    for account in Account.objects.filter(book_id=book_id).order_by("id").iterator(chunk_size=2000):
        try:
            name = account.name
        except (ValueError, KeyError):
            name = None
        if name is None or name.id != account.id:
            yield Fault("name", book_id, account.id, words="its id does not derive from its kind, owner and currency")


FLOW_PAIRS = """
SELECT s.kind, d.kind, s.currency = d.currency, t.phase, t.earlier_id IS NOT NULL, min(t.id::text)
  FROM public.ledger_transfer t
  JOIN public.ledger_account s ON s.book_id = t.book_id AND s.id = t.source_id
  JOIN public.ledger_account d ON d.book_id = t.book_id AND d.id = t.target_id
 WHERE t.book_id = %s AND s.book_id = %s AND d.book_id = %s
 GROUP BY 1, 2, 3, 4, 5
"""


def faults_of_flows(book_id: int) -> Iterator[Fault]:
    """CHART-1, CHART-2"""
    for source, target, same, phase, earlier, transfer_id in _rows(FLOW_PAIRS, [book_id] * 3):
        pair = (Kind(source), Kind(target)) if {source, target} <= set(TERMS) else None
        is_reversal = phase == "POSTED" and earlier
        legal = pair is not None and (pair in FLOWS or (is_reversal and (pair[1], pair[0]) in FLOWS))
        if not same or not legal:
            yield Fault("flow", book_id, transfer_id=UUID(transfer_id), words=f"{source} → {target}")


RESOLUTIONS = """
SELECT coalesce(r.id, t.id)
  FROM (SELECT * FROM public.ledger_resolution y WHERE y.book_id = %(book)s) r
  FULL JOIN (SELECT * FROM public.ledger_transfer x WHERE x.book_id = %(book)s AND x.earlier_id IS NOT NULL) t
    ON t.id = r.id
  LEFT JOIN public.ledger_transfer e ON e.book_id = %(book)s AND e.id = r.resolves_id
 WHERE r.id IS NULL OR t.id IS NULL OR e.id IS NULL OR t.earlier_id <> r.resolves_id OR t.amount <> e.amount
    OR (r.way = 'REVERSED' AND (t.phase, e.phase) <> ('POSTED', 'POSTED'))
    OR (r.way <> 'REVERSED' AND (t.phase, e.phase) <> (r.way, 'HELD'))
    OR (r.way = 'REVERSED' AND (t.source_id, t.target_id) <> (e.target_id, e.source_id))
    OR (r.way <> 'REVERSED' AND (t.source_id, t.target_id) <> (e.source_id, e.target_id))
 ORDER BY 1 LIMIT 1
"""


def faults_of_resolutions(book_id: int) -> Iterator[Fault]:
    """LEDGER-2, LEDGER-3"""
    for (transfer_id,) in _rows(RESOLUTIONS, {"book": book_id}):
        yield Fault(
            "resolution", book_id, transfer_id=transfer_id, words="it does not fit what it resolves or reverses"
        )


# Materialized, so that each transfer is digested once, whichever of its two accounts asks.
DIGESTS = f"""
  WITH t AS MATERIALIZED (
    SELECT t.source_id, t.source_sequence, t.target_id, t.target_sequence, {DIGEST} AS digest
      FROM public.ledger_transfer t WHERE t.book_id = %s)
SELECT e.account_id, min(e.sequence), string_agg(e.digest, ''::bytea ORDER BY e.sequence)
  FROM (SELECT t.source_id AS account_id, t.source_sequence AS sequence, t.digest FROM t
         UNION ALL SELECT t.target_id, t.target_sequence, t.digest FROM t) e
 GROUP BY e.account_id, (e.sequence - 1) / 10000
 ORDER BY e.account_id, 2
"""  # noqa: S608 - fixed text


def faults_of_chain(book_id: int) -> Iterator[Fault]:
    """LEDGER-9"""
    links: dict[UUID, list[Link]] = {}
    for link in Link.objects.filter(book_id=book_id).order_by("account_id", "through"):
        links.setdefault(link.account_id, []).append(link)
    account_id: UUID | None = None
    digests = bytearray()
    for row_account, _, portion in _rows(DIGESTS, [book_id]):
        if row_account != account_id:
            if account_id is not None:
                yield from _faults_of_links(book_id, account_id, links.pop(account_id, []), digests)
            account_id, digests = row_account, bytearray()
        digests += portion
    if account_id is not None:
        yield from _faults_of_links(book_id, account_id, links.pop(account_id, []), digests)
    for left, listed in links.items():
        yield Fault("chain", book_id, left, sequence=listed[0].after + 1, words="linked transfers are gone")


def _faults_of_links(book_id: int, account_id: UUID, links: list[Link], digests: bytearray) -> Iterator[Fault]:
    head, at = beginning(account_id), 0
    for link in links:
        portion = bytes(digests[link.after * DIGEST_BYTES : link.through * DIGEST_BYTES])
        head = linked(head, portion)
        if link.after != at or head != bytes(link.digest):
            yield _first_changed(book_id, link, marks_of(portion))
            return
        at = link.through


def _first_changed(book_id: int, link: Link, marks: bytes) -> Fault:
    kept = bytes(link.marks)
    for place in range(link.through - link.after):
        if kept[place * MARK_BYTES : (place + 1) * MARK_BYTES] != marks[place * MARK_BYTES : (place + 1) * MARK_BYTES]:
            sequence = link.after + place + 1
            found = _rows(
                "SELECT e.id FROM public.ledger_entry e WHERE e.book_id = %s AND e.account_id = %s AND e.sequence = %s",
                [book_id, link.account_id, sequence],
            )
            transfer_id = next((row[0] for row in found), None)
            return Fault("chain", book_id, link.account_id, transfer_id, sequence, "it is not what was linked")
    return Fault("chain", book_id, link.account_id, sequence=link.through, words="the link itself was changed")


def _rows(statement: str, values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows
