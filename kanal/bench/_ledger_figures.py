"""The ledger: postings alone, in batches and together; reading at depth; proving. Everything durable."""

from __future__ import annotations

import statistics
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any, TypeVar

from django.db import connection, connections
from django.test import override_settings

from kanal.bench import Figure
from kanal.bench._ledger_ground import NOW, POSTING, SEVEN, Ground, ground
from kanal.kit.db.migrate import migrate_database
from kanal.kit.postgres import APPLICATION
from kanal.ledger.chain import extend_chain
from kanal.ledger.flows import Kind
from kanal.ledger.movement import Group
from kanal.ledger.names import AccountName
from kanal.ledger.open_accounts import open_accounts
from kanal.ledger.post import post_batch, post_together
from kanal.ledger.prove import first_fault
from kanal.ledger.statement import BETWEEN, LINES, NEWEST, PAGE, opening_and_closing, statement_page

CONNECTIONS, CALLERS = 32, 64
LONGEST_WAIT, LONGEST_PAGE, LONGEST_OPENING = 10.0, 1.0, 5.0  # milliseconds
PROVED, NOT_SLOWER = 300_000.0, 0.8
WAYS = ("spread", "hot")


def figures_of_the_ledger(*, quick: bool) -> list[Figure]:
    rounds, seconds, lines, proved = (2, 3, 200_000, 100_000) if quick else (5, 8, 5_000_000, 500_000)
    with ground() as place:
        place.settle()
        figures = singles(place, rounds, seconds)
        place.settle()
        figures += batches(place, rounds)
        figures += copied(place, rounds)
        figures += together(place, rounds, 1_500 if quick else 6_000)
        figures += proving(place, rounds, proved)
        figures += at_depth(place, rounds, lines)
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
    """The callers stay, as a server's threads do, and each has posted before anything is measured."""
    figures, slowest = [], []
    with ThreadPoolExecutor(CALLERS) as pool:
        for on in (True, False):
            callers(pool, place.groups(CALLERS * 4, hot=False), [], on=on)
        for way, goal in zip(WAYS, (3.5, 8.0), strict=True):
            hot = way == "hot"
            waits: list[float] = []
            ours, alone = beside(
                rounds,
                lambda hot=hot, waits=waits: callers(pool, place.groups(count, hot=hot), waits, on=True),  # type: ignore[misc]
                lambda hot=hot: callers(pool, place.groups(count // 4, hot=hot), [], on=False),  # type: ignore[misc]
            )
            figures.append(against(f"64 callers coalesced, {way}, against uncoalesced", "1/s", ours, alone, goal))
            slowest.append((way, sorted(waits)[int(len(waits) * 0.99)] * 1000))
        at_once(pool, lambda _: connections.close_all())
    for way, p99 in slowest:
        figures.append(Figure.at_most(LONGEST_WAIT, f"64 callers coalesced, {way}, p99", p99, "ms"))
    return figures


T = TypeVar("T")


def at_once(pool: ThreadPoolExecutor, work: Callable[[int], T]) -> list[T]:
    """Once in each of the threads."""
    barrier = threading.Barrier(CALLERS)

    def one(number: int) -> T:
        barrier.wait()
        return work(number)

    return [future.result() for future in [pool.submit(one, number) for number in range(CALLERS)]]


def callers(pool: ThreadPoolExecutor, groups: list[Group], waits: list[float], *, on: bool) -> float:
    """How many a second when sixty-four threads of one process each post one after another."""

    def call(number: int) -> list[float]:
        seen = []
        for group in groups[number::CALLERS]:
            began = time.perf_counter()
            post_together(group)
            seen.append(time.perf_counter() - began)
        return seen

    with override_settings(KANAL_COALESCE=on):
        began = time.perf_counter()
        for seen in at_once(pool, call):
            waits += seen
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


def at_depth(place: Ground, rounds: int, lines: int) -> list[Figure]:
    """One account with a year of history, written straight into the tables, since only reading it is measured."""
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
        cursor.execute("VACUUM ANALYZE ledger_transfer")
    place.settle()
    page, opening = in_sql(place, wallet, lines)
    return [
        Figure.at_most(LONGEST_PAGE, f"a page of {PAGE} lines anywhere in {lines:,}, in SQL", page, "ms"),
        Figure.at_most(LONGEST_OPENING, "a month's opening balance in them, in SQL", opening, "ms"),
        Figure.beside("the same page, as Python objects", timed(lambda n: page_of(wallet, n, lines)), "ms"),
        Figure.beside("a month's opening and closing, as Python objects", timed(lambda n: month_of(wallet, n)), "ms"),
        after_history(place, rounds),
    ]


def in_sql(place: Ground, wallet: AccountName, lines: int) -> tuple[float, float]:
    """The very statements, prepared, one connection, the way there and back included: milliseconds each."""
    conditions = f"{LINES} AND {' AND '.join(BETWEEN)}{NEWEST}"
    page = conditions % (3, f"'{wallet.id}'", 0, ":below", PAGE)
    opening = f"SELECT * FROM public.ledger_balance_at(3, '{wallet.id}', '{NOW:%Y-%m-01}'::timestamptz - :m * interval"
    scripts = (
        f"\\set below random(1, {lines})\n{page};",
        f"\\set m random(0, 11)\n{opening} '1 month' - interval '1 microsecond');",
    )
    page_rate, opening_rate = (place.pgbench(script, connections_=1, seconds=3) for script in scripts)
    return 1000 / page_rate, 1000 / opening_rate


def page_of(wallet: AccountName, number: int, lines: int) -> object:
    return statement_page(wallet, before=1 + (number * 7_919_777) % lines)


def month_of(wallet: AccountName, number: int) -> object:
    end = NOW - timedelta(days=number % 330)
    return opening_and_closing(wallet, start=end - timedelta(days=30), end=end)


def after_history(place: Ground, rounds: int) -> Figure:
    """Against the same ledger on the same server without that history, turn by turn."""
    place.server.ensure_database("fresh")
    place.use("fresh")
    migrate_database(role=APPLICATION)
    place.open()

    def rate(database: str) -> float:
        place.use(database)
        batch_rate(place, 1_000, hot=False)
        return batch_rate(place, 1_000, hot=False)

    with_history, without = beside(max(rounds, 3), lambda: rate("kanal"), lambda: rate("fresh"))
    place.use("kanal")
    return against("batch of 1,000 beside that history, against none", "1/s", with_history, without, NOT_SLOWER)


def timed(work: Callable[[int], object]) -> float:
    work(1)
    seen = []
    for number in range(1, 201):
        began = time.perf_counter()
        work(number)
        seen.append((time.perf_counter() - began) * 1000)
    return middle(seen)


def proving(place: Ground, rounds: int, wanted: int) -> list[Figure]:
    """Everything that `kanal ledger verify` does to a book that is linked: sums, steps, names, flows and the chain."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM ledger_transfer WHERE book_id = 2")
        (transfers,) = cursor.fetchone()
    while transfers < wanted:
        post_batch(place.groups(8_000, hot=False))
        transfers += 8_000
    began = time.perf_counter()
    extend_chain(2, at=NOW)
    linked = transfers / (time.perf_counter() - began)
    rates = []
    for _ in range(rounds):
        began = time.perf_counter()
        fault = first_fault(2)
        rates.append(transfers / (time.perf_counter() - began))
        assert fault is None, str(fault)
    of = f"{transfers:,} transfers of {len(place.names):,} accounts"
    return [
        Figure.at_least(PROVED, f"verify, {of}", middle(rates), "1/s"),
        Figure.beside("linking them for the first time", linked, "1/s"),
    ]
