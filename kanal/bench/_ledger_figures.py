"""The ledger: postings alone, in batches and together; reading at depth; proving. Everything durable."""

from __future__ import annotations

import statistics
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

from django.db import connection, connections
from django.test import override_settings

from kanal.bench import Figure
from kanal.bench._ledger_ground import NOW, POSTING, SEVEN, Ground, ground
from kanal.ledger.chain import extend_chain
from kanal.ledger.flows import Kind
from kanal.ledger.movement import Group
from kanal.ledger.names import AccountName
from kanal.ledger.open_accounts import open_accounts
from kanal.ledger.post import post_batch, post_together
from kanal.ledger.prove import first_fault
from kanal.ledger.statement import opening_and_closing, statement_page

CONNECTIONS, CALLERS = 32, 64
LONGEST_WAIT, LONGEST_PAGE, LONGEST_OPENING = 10.0, 1.0, 5.0  # milliseconds
PROVED, NOT_SLOWER = 300_000.0, 0.8
WAYS = ("spread", "hot")


def figures_of_the_ledger(*, quick: bool) -> list[Figure]:
    rounds, seconds, lines = (2, 2, 200_000) if quick else (5, 5, 5_000_000)
    with ground() as place:
        figures = singles(place, rounds, seconds)
        figures += batches(place, rounds)
        figures += copied(place, rounds)
        figures += together(place, rounds, 1_500 if quick else 6_000)
        figures += at_depth(place, lines)
        figures += proving(place)
    return figures


def middle(values: list[float]) -> float:
    return statistics.median(values)


def beside(rounds: int, *works: Callable[[], float]) -> list[list[float]]:
    """Turn by turn, so that whatever else the machine does meets all of them alike."""
    seen: list[list[float]] = [[] for _ in works]
    for _ in range(rounds):
        for number, work in enumerate(works):
            seen[number].append(work())
    return seen


def against(name: str, unit: str, ours: list[float], baseline: list[float], goal: float) -> Figure:
    """The ratio is the middle one of the rounds': each compares what was measured next to each other."""
    ratio = middle([mine / theirs for mine, theirs in zip(ours, baseline, strict=True)])
    return Figure(name, middle(ours), unit, middle(baseline), ratio, goal, ratio >= goal)


def singles(place: Ground, rounds: int, seconds: int) -> list[Figure]:
    figures = []
    for way, goal in zip(WAYS, (2.2, 1.0), strict=True):
        ours, baseline = beside(
            rounds,
            lambda way=way: place.rate(way, POSTING, connections_=CONNECTIONS, seconds=seconds),  # type: ignore[misc]
            lambda way=way: place.rate(way, SEVEN, connections_=CONNECTIONS, seconds=seconds),  # type: ignore[misc]
        )
        figures.append(against(f"single posts, {way}, against seven statements", "1/s", ours, baseline, goal))
    return figures


def batch_rate(place: Ground, size: int, *, hot: bool) -> float:
    groups = [place.groups(size, hot=hot) for _ in range(max(1, 8_000 // size))]
    began = time.perf_counter()
    for each in groups:
        post_batch(each)
    return size * len(groups) / (time.perf_counter() - began)


def batches(place: Ground, rounds: int) -> list[Figure]:
    batch_rate(place, 1_000, hot=False)
    spread, hot, one_spread, one_hot = beside(
        rounds,
        lambda: batch_rate(place, 1_000, hot=False),
        lambda: batch_rate(place, 1_000, hot=True),
        lambda: place.rate("spread", POSTING, connections_=CONNECTIONS, seconds=2),
        lambda: place.rate("hot", POSTING, connections_=CONNECTIONS, seconds=2),
    )
    return [
        against("batch of 1,000, spread, against single posts", "1/s", spread, one_spread, 3.0),
        against("batch of 1,000, hot, against single posts", "1/s", hot, one_hot, 15.0),
        against("batch of 1,000, hot against spread", "1/s", hot, spread, 0.9),
    ]


def copied(place: Ground, rounds: int) -> list[Figure]:
    """The same rows, finished, by binary COPY into a table with the same indexes: the limit of what can be."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("CREATE TABLE bench_copy (LIKE ledger_transfer INCLUDING ALL)")
        cursor.execute("GRANT INSERT ON bench_copy TO PUBLIC")
    ours, raw = [], []
    for _ in range(rounds):
        groups = place.groups(8_000, hot=False)
        began = time.perf_counter()
        post_batch(groups)
        ours.append(8_000 / (time.perf_counter() - began))
        raw.append(copy_rate([group.key.group_hex for group in groups]))
    return [against("batch of 8,000 against COPY of finished rows", "1/s", ours, raw, 0.2)]


def copy_rate(ids: list[str]) -> float:
    connection.ensure_connection()
    raw = connection.connection
    with raw.cursor() as cursor:
        query = (
            "COPY (SELECT * FROM ledger_transfer WHERE book_id = 2 AND id = ANY(%s::uuid[])) TO STDOUT (FORMAT BINARY)"
        )
        with cursor.copy(query, ["{" + ",".join(ids) + "}"]) as out:
            rows = b"".join(map(bytes, out))
        began = time.perf_counter()
        with cursor.copy("COPY bench_copy FROM STDIN (FORMAT BINARY)") as into:
            into.write(rows)
        return len(ids) / (time.perf_counter() - began)


def together(place: Ground, rounds: int, count: int) -> list[Figure]:
    figures, slowest = [], []
    for way, goal in zip(WAYS, (3.5, 8.0), strict=True):
        hot = way == "hot"
        waits: list[float] = []
        ours, alone = beside(
            rounds,
            lambda hot=hot, waits=waits: callers(place.groups(count, hot=hot), waits, on=True),  # type: ignore[misc]
            lambda hot=hot: callers(place.groups(count // 4, hot=hot), [], on=False),  # type: ignore[misc]
        )
        figures.append(against(f"64 callers coalesced, {way}, against uncoalesced", "1/s", ours, alone, goal))
        slowest.append((way, sorted(waits)[int(len(waits) * 0.99)] * 1000))
    for way, p99 in slowest:
        figures.append(
            Figure(f"64 callers coalesced, {way}, p99", p99, "ms", None, None, LONGEST_WAIT, p99 < LONGEST_WAIT)
        )
    return figures


def callers(groups: list[Group], waits: list[float], *, on: bool) -> float:
    """How many a second when sixty-four threads of one process each post one after another."""
    barrier = threading.Barrier(CALLERS + 1)

    def call(number: int) -> list[float]:
        connection.ensure_connection()
        barrier.wait()
        seen = []
        for group in groups[number::CALLERS]:
            began = time.perf_counter()
            post_together(group)
            seen.append(time.perf_counter() - began)
        connections.close_all()
        return seen

    with override_settings(KANAL_COALESCE=on), ThreadPoolExecutor(CALLERS) as pool:
        futures = [pool.submit(call, number) for number in range(CALLERS)]
        barrier.wait()
        began = time.perf_counter()
        for future in futures:
            waits += future.result()
        return len(groups) / (time.perf_counter() - began)


HISTORY = """
INSERT INTO ledger_transfer (
    book_id, id, phase, act, source_id, target_id, amount, source_sequence, source_in, source_out, source_held,
    target_sequence, target_in, target_out, target_held, effective_at, recorded_at, note, actor, key, content)
SELECT 3, ('03' || lpad(to_hex(n), 26, '0') || '0000')::uuid, 'POSTED', 'wallet.funded', %(cash)s, %(wallet)s, 1,
       n, 0, n, 0, n, n, 0, 0, moment, moment, 'note', 'JOB:bench', 'key/' || n,
       ('03' || lpad(to_hex(n), 30, '0'))::uuid
  FROM generate_series(%(first)s, %(last)s) n,
       LATERAL (SELECT %(end)s - make_interval(secs => (%(lines)s - n) * 31536000.0 / %(lines)s) AS moment) m
"""


def at_depth(place: Ground, lines: int) -> list[Figure]:
    """One account with a year of history, written straight into the tables, since only reading it is measured."""
    before = middle([batch_rate(place, 1_000, hot=False) for _ in range(3)])
    wallet, cash = AccountName(3, Kind.WALLET, "VND", place.names[0].owner_id), AccountName(3, Kind.CASH, "VND")
    open_accounts([wallet, cash], at=NOW)
    with connection.cursor() as cursor:
        for first in range(1, lines + 1, 500_000):
            last = min(first + 499_999, lines)
            facts: dict[str, Any] = {"first": first, "last": last, "lines": lines, "end": NOW}
            facts |= {"cash": cash.id, "wallet": wallet.id}
            cursor.execute(HISTORY, facts)
        for name, column in ((wallet, "posted_in"), (cash, "posted_out")):
            cursor.execute(
                f"UPDATE ledger_account SET {column} = %s, version = %s WHERE book_id = 3 AND id = %s",
                [lines, lines, name.id],
            )
    with connections["owner"].cursor() as cursor:
        cursor.execute("ANALYZE ledger_transfer")
    page = timed(lambda number: statement_page(wallet, before=1 + (number * 7_919_777) % lines))
    month = timed(lambda n: opening_and_closing(wallet, start=NOW - timedelta(days=n), end=NOW - timedelta(days=n - 1)))
    after = middle([batch_rate(place, 1_000, hot=False) for _ in range(3)])
    ratio = after / before
    return [
        Figure(f"a page of 50 lines anywhere in {lines:,}", page, "ms", None, None, LONGEST_PAGE, page < LONGEST_PAGE),
        Figure(
            "a day's opening and closing, at any time",
            month,
            "ms",
            None,
            None,
            LONGEST_OPENING,
            month < LONGEST_OPENING,
        ),
        Figure(
            "batch of 1,000 after that history, against before",
            after,
            "1/s",
            before,
            ratio,
            NOT_SLOWER,
            ratio >= NOT_SLOWER,
        ),
    ]


def timed(work: Callable[[int], object]) -> float:
    work(1)
    seen = []
    for number in range(1, 201):
        began = time.perf_counter()
        work(number)
        seen.append((time.perf_counter() - began) * 1000)
    return middle(seen)


def proving(place: Ground) -> list[Figure]:
    """Everything that `kanal ledger verify` does to a book, its chain included."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM ledger_transfer WHERE book_id = 2")
        (transfers,) = cursor.fetchone()
    extend_chain(2, at=NOW)
    began = time.perf_counter()
    fault = first_fault(2)
    rate = transfers / (time.perf_counter() - began)
    assert fault is None, str(fault)
    return [
        Figure(
            f"verify, {transfers:,} transfers of {len(place.names):,} accounts",
            rate,
            "1/s",
            None,
            None,
            PROVED,
            rate >= PROVED,
        )
    ]
