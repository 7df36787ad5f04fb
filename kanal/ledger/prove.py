"""Prove the books: recompute every balance from its transfers, every book's sums, and the chain over all of it.

LEDGER-10 Every account's sums are those of its transfers, every step from one transfer to the next adds up, every
          book sums to zero per currency, and the first row that breaks any of it is named.

Each book is looked at as it stands at one moment, whoever goes on posting meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from uuid import UUID

import numpy as np
import numpy.typing as npt
from django.db import connection, transaction

from kanal.ledger import operator_queries
from kanal.ledger.chain import Thread, first_changed, threads_of
from kanal.ledger.fault import Fault
from kanal.ledger.flows import FLOWS, TERMS, Kind
from kanal.ledger.names import AccountName
from kanal.ledger.rows import DIGEST_BYTES, Numbers, Rows, read_rows
from kanal.ledger.walk import PHASES, POSTED, Lines, Places, Standing, lines_of

AT_ONCE = 1_000_000  # transfers in memory, some half a gigabyte; a book of more is proved in parts


def books_are_true() -> list[Fault]:
    """All books without the chain: what a test asks after itself, in a few milliseconds."""
    return [fault for book_id in operator_queries.books_with_accounts() for fault in faults_of_sums(book_id)]


def first_fault(book_id: int) -> Fault | None:
    """Everything there is to prove about a book; None where all of it is true."""
    with one_moment():
        return next(_faults(book_id), None)


def faults_of_sums(book_id: int) -> list[Fault]:
    with one_moment():
        proof = Proving(book_id)
        proof.read()
        return list(proof.faults_of_sums())


@contextmanager
def one_moment() -> Iterator[None]:
    """Inside a transaction that is open already, its own moment has to do: only tests are."""
    outermost = not connection.in_atomic_block
    with transaction.atomic(), connection.cursor() as cursor:
        if outermost:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            # A book is read as it lies on the disk, not in the order of a key: half the work.
            cursor.execute("SET LOCAL enable_indexscan = off")
        yield


def _faults(book_id: int) -> Iterator[Fault]:
    proof = Proving(book_id, threads=threads_of(book_id))
    proof.read()
    yield from proof.faults_of_sums()
    yield from proof.faults_of_names()
    yield from proof.flows
    yield from proof.faults_of_resolutions()
    yield from proof.faults_of_chain()


class AccountRow(NamedTuple):
    id: UUID
    owner_id: UUID
    kind: str
    currency: str
    detail: str
    floor: int | None
    deep_floor: int | None
    posted_in: int
    posted_out: int
    held_in: int
    held_out: int
    version: int


ACCOUNTS = f"SELECT {', '.join(AccountRow._fields)} FROM public.ledger_account WHERE book_id = %s ORDER BY id"  # noqa: S608 - names of columns


@dataclass(slots=True)
class Proving:
    """What is found in one book, read part by part; without threads the chain is left out."""

    book_id: int
    threads: Mapping[UUID, Thread] = field(default_factory=dict)
    accounts: list[AccountRow] = field(init=False)
    places: Places = field(init=False)
    standing: Standing = field(init=False)
    steps: dict[UUID, tuple[int, Fault]] = field(init=False, default_factory=dict)
    flows: list[Fault] = field(init=False, default_factory=list)
    undoing: set[str] = field(init=False, default_factory=set)  # transfers that speak of an earlier one

    def __post_init__(self) -> None:
        self.accounts = [AccountRow(*row) for row in _rows(ACCOUNTS, [self.book_id])]
        self.places = Places([account.id for account in self.accounts])
        self.standing = Standing(len(self.accounts))

    def read(self) -> None:
        for source, values, wanted in self.parts():
            rows = read_rows(source, values | {"book": self.book_id})
            sides = (self.places.of(rows.facts["source_id"]), self.places.of(rows.facts["target_id"]))
            self.look_for_strangers(rows, *sides)
            self.look_at_flows(rows, *sides)
            self.undoing |= {bytes(id_).hex() for id_ in rows.facts["id"][rows.has_earlier].tolist()}
            lines = lines_of(rows, *sides, wanted)
            self.look_at_steps(rows, lines)
            self.feed_threads(rows, lines)

    def parts(self) -> Iterator[tuple[str, dict[str, Any], npt.NDArray[np.bool_]]]:
        """All of a small book at once; else the accounts by their ids' last byte, and long ones in stretches."""
        versions = np.array([account.version for account in self.accounts], dtype=np.int64)
        long = versions > AT_ONCE
        count = min(int(versions.sum()) // 2 // AT_ONCE + 1, 256)
        last_bytes = np.array([account.id.bytes[-1] for account in self.accounts], dtype=np.int64)
        for part in range(count):
            narrowed = SHARE if count > 1 else ""
            yield f"{BOOK}{narrowed}", {"count": count, "part": part}, ~long & (last_bytes % count == part)
        for place in np.flatnonzero(long).tolist():
            alone = np.arange(len(versions)) == place
            for after in range(0, int(versions[place]), AT_ONCE):
                last = after + AT_ONCE >= versions[place]
                through = np.iinfo(np.int64).max if last else after + AT_ONCE
                yield STRETCH, {"account": self.accounts[place].id, "after": after, "through": int(through)}, alone

    def look_for_strangers(self, rows: Rows, source: Numbers, target: Numbers) -> None:
        for side, places in (("source", source), ("target", target)):
            for row in np.flatnonzero(places < 0)[:1].tolist():
                fact = rows.facts[row]
                stranger, sequence = UUID(bytes=bytes(fact[f"{side}_id"])), int(fact[f"{side}_sequence"])
                self.add_step(rows, row, stranger, sequence, "there is no such account")

    def look_at_steps(self, rows: Rows, lines: Lines) -> None:
        for line in self.standing.walk(lines).tolist():
            account_id = self.accounts[lines.place[line]].id
            if account_id not in self.steps:
                words = "its sums are not those before it and its amount"
                self.add_step(rows, int(lines.row[line]), account_id, int(lines.sequence[line]), words)

    def add_step(self, rows: Rows, row: int, account_id: UUID, sequence: int, words: str) -> None:
        fault = Fault("step", self.book_id, account_id, rows.id_of(row), sequence, words)
        self.steps.setdefault(account_id, (int(rows.facts["recorded_at"][row]), fault))

    def faults_of_sums(self) -> Iterator[Fault]:
        """The earliest broken step first; then accounts whose every step holds but whose own row does not."""
        yield from (fault for _, fault in sorted(self.steps.values(), key=lambda each: each[0]))
        for place, account in enumerate(self.accounts):
            if account.id not in self.steps and not self.adds_up(place, account):
                words = "the account's sums are not those of its transfers"
                yield Fault("balance", self.book_id, account.id, words=words)
        sums: dict[str, tuple[int, int]] = {}
        for account in self.accounts:
            posted, held = sums.get(account.currency, (0, 0))
            posted, held = posted + account.posted_in - account.posted_out, held + account.held_out - account.held_in
            sums[account.currency] = posted, held
        for currency, (posted, held) in sums.items():
            if posted or held:
                yield Fault("zero", self.book_id, words=f"{currency} sums to {posted}, held to {held}")

    def adds_up(self, place: int, account: AccountRow) -> bool:
        """CHART-3"""
        stands, deep = self.standing.at(place), account.deep_floor
        held = account.held_out - account.held_in
        return (
            stands == (account.version, account.posted_in, account.posted_out, held)
            and (deep is None or deep <= account.posted_in - account.posted_out - account.held_out)
            and (deep is None or account.floor is None or deep <= account.floor)
        )

    def faults_of_names(self) -> Iterator[Fault]:
        """An id derives from what the account is; who changed its kind, owner or currency broke that."""
        for account in self.accounts:
            try:
                kind = Kind(account.kind)
                name = AccountName(self.book_id, kind, account.currency, account.owner_id, account.detail)
            except (ValueError, KeyError):
                name = None
            if name is None or name.id != account.id:
                words = "its id does not derive from its kind, owner and currency"
                yield Fault("name", self.book_id, account.id, words=words)

    def look_at_flows(self, rows: Rows, source: Numbers, target: Numbers) -> None:
        """CHART-1, CHART-2: each pair of kinds is judged once."""
        sorts = sorted({(account.kind, account.currency) for account in self.accounts})
        number = {sort: at for at, sort in enumerate(sorts)}
        of_place = np.array([number[account.kind, account.currency] for account in self.accounts], dtype=np.int64)
        known = np.flatnonzero((source >= 0) & (target >= 0))
        undoes = (rows.has_earlier & (rows.phases(PHASES) == POSTED))[known]
        pairs = (of_place[source[known]] * len(sorts) + of_place[target[known]]) * 2 + undoes
        for pair, first in zip(*(each.tolist() for each in np.unique(pairs, return_index=True)), strict=True):
            (sides, reversal) = divmod(pair, 2)
            one, other = (sorts[each] for each in divmod(sides, len(sorts)))
            if one[1] != other[1] or not _is_legal(one[0], other[0], reversal=bool(reversal)):
                transfer_id = rows.id_of(int(known[first]))
                fault = Fault("flow", self.book_id, transfer_id=transfer_id, words=f"{one[0]} → {other[0]}")
                self.flows.append(fault)

    def faults_of_resolutions(self) -> Iterator[Fault]:
        """LEDGER-2, LEDGER-3: each fits what it speaks of, and each transfer that ends or undoes another has one."""
        resolving = dict(_rows(RESOLUTIONS, {"book": self.book_id}))
        alone = {id_ for id_ in map(UUID, self.undoing) if id_ not in resolving}
        for transfer_id in sorted(alone | {id_ for id_, wrong in resolving.items() if wrong})[:1]:
            words = "it does not fit what it resolves or reverses"
            yield Fault("resolution", self.book_id, transfer_id=transfer_id, words=words)

    def feed_threads(self, rows: Rows, lines: Lines) -> None:
        if not self.threads:
            return
        digests = rows.digests[lines.row].reshape(-1).data
        for place, begin, end in lines.accounts():
            thread = self.threads.get(self.accounts[place].id)
            if thread is not None:
                thread.feed(digests[begin * DIGEST_BYTES : end * DIGEST_BYTES])

    def faults_of_chain(self) -> Iterator[Fault]:
        """LEDGER-9"""
        for account_id, thread in self.threads.items():
            if thread.broken is not None:
                link, marks = thread.broken
                sequence, transfer_id = first_changed(self.book_id, account_id, link, marks)
                words = "the link itself was changed" if sequence is None else "it is not what was linked"
                yield Fault("chain", self.book_id, account_id, transfer_id, sequence or link.through, words)
            elif thread.links:
                words = "linked transfers are gone"
                yield Fault("chain", self.book_id, account_id, sequence=thread.links[0].after + 1, words=words)


BOOK = "public.ledger_transfer t WHERE t.book_id = %(book)s"
SHARE = """ AND (get_byte(uuid_send(t.source_id), 15) %% %(count)s = %(part)s
              OR get_byte(uuid_send(t.target_id), 15) %% %(count)s = %(part)s)"""
STRETCH = """(
    SELECT s.* FROM public.ledger_transfer s WHERE s.book_id = %(book)s AND s.source_id = %(account)s
       AND s.source_sequence > %(after)s AND s.source_sequence <= %(through)s
     UNION ALL
    SELECT d.* FROM public.ledger_transfer d WHERE d.book_id = %(book)s AND d.target_id = %(account)s
       AND d.target_sequence > %(after)s AND d.target_sequence <= %(through)s) t"""


def _is_legal(source: str, target: str, *, reversal: bool) -> bool:
    if not {source, target} <= set(TERMS):
        return False
    pair = (Kind(source), Kind(target))
    return pair in FLOWS or (reversal and pair[::-1] in FLOWS)


RESOLUTIONS = """
SELECT r.id,
       t.id IS NULL OR e.id IS NULL OR t.earlier_id IS DISTINCT FROM r.resolves_id OR t.amount <> e.amount
       OR (r.way = 'REVERSED' AND (t.phase, e.phase) <> ('POSTED', 'POSTED'))
       OR (r.way <> 'REVERSED' AND (t.phase, e.phase) <> (r.way, 'HELD'))
       OR (r.way = 'REVERSED' AND (t.source_id, t.target_id) <> (e.target_id, e.source_id))
       OR (r.way <> 'REVERSED' AND (t.source_id, t.target_id) <> (e.source_id, e.target_id))
  FROM public.ledger_resolution r
  LEFT JOIN public.ledger_transfer t ON t.book_id = %(book)s AND t.id = r.id
  LEFT JOIN public.ledger_transfer e ON e.book_id = %(book)s AND e.id = r.resolves_id
 WHERE r.book_id = %(book)s
"""


def _rows(statement: str, values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows
