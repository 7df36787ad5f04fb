"""The ledger under every fault there is: random histories, rivals for one wallet, retries, kills.

`bin/drill ledger` runs these at full count, the suite at a small one.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from uuid import UUID

import psutil
import pytest
from django.db import connections, transaction
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from kanal.kit.db.migrate import migrate_database
from kanal.kit.postgres import APPLICATION, OWNER, EmbeddedServer
from kanal.ledger.answers import KeyReused, LedgerRefusal, Posting, WouldOverdraw
from kanal.ledger.chain import extend_chain
from kanal.ledger.flows import Kind
from kanal.ledger.models import Transfer
from kanal.ledger.movement import Group, Hold, Release, Reversal
from kanal.ledger.open_accounts import open_accounts
from kanal.ledger.post import post, post_batch, post_together
from kanal.ledger.prove import first_fault
from tests.database import point_django_at, worker_database
from tests.ledger.machine import LedgerMachine
from tests.ledger.world import NOON, Cast, balance, group, held, move, named, vnd

FULL = os.environ.get("KANAL_DRILL") == "full"
ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.django_db
@pytest.mark.timeout(3600)
def test_whatever_is_asked_the_ledger_answers_as_its_model() -> None:
    """LEDGER-1, LEDGER-2, LEDGER-3, LEDGER-4, LEDGER-5, LEDGER-10"""
    LedgerMachine.TestCase.settings = settings(
        max_examples=1_000 if FULL else 12,
        stateful_step_count=60 if FULL else 25,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(LedgerMachine, settings=LedgerMachine.TestCase.settings)


def at_once(count: int, work: Callable[[int], Any]) -> list[Any]:
    """Really at once: a thread and a connection each."""

    def alone(number: int) -> Any:
        try:
            return work(number)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(alone, range(count)))


def asked_of(way: Callable[[Group], Posting], asked: Group) -> Posting | LedgerRefusal:
    try:
        return way(asked)
    except LedgerRefusal as refusal:
        return refusal


WAYS = [post, post_together]


@pytest.mark.parametrize("way", WAYS)
def test_many_spend_one_wallet_and_exactly_what_fits_is_spent(
    own_database: str, way: Callable[[Group], Posting]
) -> None:
    """CHART-3, LEDGER-6, L5"""
    cast = Cast()
    cast.fund(cast.an, 1_000)
    post(group(move(cast.an, cast.revenue, 1)))

    def spend(number: int) -> list[int]:
        chance = random.Random(number)
        taken = []
        for _ in range(30):
            amount = chance.randrange(1, 20)
            answer = asked_of(way, group(move(cast.an, cast.revenue, amount)))
            if isinstance(answer, Posting):
                taken.append(amount)
            else:
                assert isinstance(answer, WouldOverdraw)
        return taken

    accepted = [amount for taken in at_once(16, spend) for amount in taken]

    assert sum(accepted) + 1 + balance(cast.an) == 1_000
    assert balance(cast.an) < 20
    assert first_fault(7) is None


@pytest.mark.parametrize("way", WAYS)
def test_concurrent_retries_move_once(own_database: str, way: Callable[[Group], Posting]) -> None:
    """LEDGER-4, L6: 2 × N at once, some of them with other content."""
    cast = Cast()
    cast.fund(cast.an, 10_000)
    asked = [group(move(cast.an, cast.revenue, 10), request_id=f"key-{number}") for number in range(10)]
    other = [group(move(cast.an, cast.tax, 10), request_id=f"key-{number}") for number in range(10)]
    post(group(move(cast.an, cast.tax, 1)))

    def retry(number: int) -> list[Posting | LedgerRefusal]:
        order = random.Random(number).sample(range(10), 10)
        return [asked_of(way, (other if number % 5 == 4 else asked)[each]) for each in order]

    answers = [answer for listed in at_once(20, retry) for answer in listed]

    fresh = [answer for answer in answers if isinstance(answer, Posting) and not answer.replayed]
    assert len(fresh) == 10
    assert all(isinstance(answer, Posting | KeyReused) for answer in answers)
    assert balance(cast.an) == 10_000 - 1 - 100
    assert first_fault(7) is None


@pytest.mark.parametrize("way", WAYS)
def test_one_end_for_one_hold_however_many_try(own_database: str, way: Callable[[Group], Posting]) -> None:
    """LEDGER-2, L7: releases race captures."""
    cast = Cast()
    cast.fund(cast.an, 100)
    holds = [post(group(Hold(account=cast.an, money=vnd(5)))).legs[0].id for _ in range(8)]
    post(group(move(cast.an, cast.revenue, 1)))

    def end(number: int) -> int:
        ended = 0
        for hold in random.Random(number).sample(holds, len(holds)):
            moves = [Release(hold=hold), move(cast.an, cast.revenue, 5)] if number % 2 else [Release(hold=hold)]
            ended += isinstance(asked_of(way, group(*moves)), Posting)
        return ended

    assert sum(at_once(10, end)) == len(holds)
    assert held(cast.an) == 0
    assert first_fault(7) is None


@pytest.mark.parametrize("way", WAYS)
def test_reversed_once_however_many_try(own_database: str, way: Callable[[Group], Posting]) -> None:
    """LEDGER-3, L20"""
    cast = Cast()
    made = [cast.fund(cast.an, 5).legs[0].id for _ in range(10)]

    def reverse(number: int) -> int:
        order = random.Random(number).sample(made, len(made))
        return sum(isinstance(asked_of(way, group(Reversal(of=each, note="x"))), Posting) for each in order)

    assert sum(at_once(8, reverse)) == len(made)
    assert balance(cast.an) == 0


@pytest.mark.timeout(1200)
def test_no_deadlock_in_mixed_posts_over_twenty_accounts(own_database: str) -> None:
    """LEDGER-6: any accounts in any order, singles, groups and batches at once."""
    total, workers = (50_000, 8) if FULL else (2_400, 8)
    cast = Cast()
    wallets = [named(Kind.WALLET, _owner(number)) for number in range(20)]
    open_accounts(wallets, at=NOON)
    for wallet in wallets:
        cast.fund(wallet, 100_000)

    def work(number: int) -> int:
        chance, done = random.Random(number), 0
        while done < total // workers:
            groups = []
            for _ in range(chance.choice([1, 1, 4, 20])):
                pairs = [chance.sample(wallets, 2) for _ in range(chance.choice([1, 1, 3]))]
                groups.append(group(*[move(a, b, chance.randrange(1, 50)) for a, b in pairs]))
            done += sum(len(each.moves) for each in groups)
            if len(groups) > 1:
                post_batch(groups)
            else:
                asked_of(chance.choice(WAYS), groups[0])
        return done

    assert sum(at_once(workers, work)) >= total
    assert sum(balance(wallet) for wallet in wallets) == 20 * 100_000
    assert first_fault(7) is None


def _owner(number: int) -> UUID:
    return UUID(int=0xF000 + number)


def test_the_first_posts_of_a_book_do_not_wait_in_a_ring(own_database: str) -> None:
    """LEDGER-6: who opens the provider's account holds no other one meanwhile."""
    for book in range(50, 62):
        cast = Cast(book)
        open_accounts([cast.cash], at=NOON)
        cast.fund(cast.an, 100)
        cast.fund(cast.partner, 100)

        def first(number: int, cast: Cast = cast) -> Posting:
            account = cast.an if number % 2 else cast.partner
            with transaction.atomic():
                return post(group(move(account, cast.revenue, 1), move(account, cast.tax, 1), book=cast.book))

        assert len(at_once(6, first)) == 6


def worker(name: str, *arguments: str) -> subprocess.Popen[str]:
    """Another process, as the application, against this database."""
    host = str(connections["default"].settings_dict["HOST"])
    database = str(connections["default"].settings_dict["NAME"])
    url = f"postgresql://{APPLICATION}@/{database}?host={host}"
    environment = {**os.environ, "KANAL_SANDBOX": "1", "DATABASE_URL": url, "PYTHONPATH": str(ROOT)}
    return subprocess.Popen(
        [sys.executable, "-m", "tests.ledger.worker", name, *arguments],
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
        cwd=ROOT,
    )


def test_the_same_key_is_answered_by_another_process_after_a_restart(own_database: str) -> None:
    """LEDGER-4"""
    cast = Cast()
    cast.fund(cast.partner, 100)
    first = post(group(move(cast.partner, cast.an, 60), request_id="before"))

    told, _ = worker("once", "before", "60").communicate(timeout=60)
    conflict, _ = worker("once", "before", "61").communicate(timeout=60)

    assert json.loads(told) == {"replayed": True, "available": first.after(cast.partner).available}
    assert json.loads(conflict) == {"refused": "key_reused"}


@pytest.fixture
def own_server(django_db_setup: None, django_db_blocker: Any) -> Iterator[EmbeddedServer]:
    """A server that keeps what it says: fsync on, killed and started again."""
    folder = ROOT / "var" / "test" / f"kill-{os.getpid()}"
    own = EmbeddedServer(folder, say=lambda _: None)
    own.start()
    own.ensure_database()
    with django_db_blocker.unblock():
        _point_at(own)
        migrate_database(role=APPLICATION)
        try:
            yield own
        finally:
            connections.close_all()
            point_django_at(worker_database())
            own.stop()
            shutil.rmtree(folder)


def _point_at(own: EmbeddedServer) -> None:
    for alias, role in (("default", APPLICATION), ("owner", OWNER)):
        connections[alias].close()
        connections[alias].settings_dict.update({"NAME": "kanal", "USER": role, "HOST": str(own.sockets)})


@pytest.mark.own_server
@pytest.mark.timeout(1800)
def test_what_was_acknowledged_survives_every_kill(own_server: EmbeddedServer, tmp_path: Path) -> None:
    """LEDGER-4, LEDGER-5: a server process and PostgreSQL itself are killed under load; nothing is lost or doubled."""
    cast = Cast()
    cast.fund(cast.partner, 10**9)
    acknowledged: set[str] = set()
    for turn in range(20 if FULL else 2):
        log = tmp_path / f"turn-{turn}"
        loader = worker("load", f"t{turn}", str(log))
        assert loader.stdout is not None
        assert loader.stdout.readline() == "ready\n"
        time.sleep(random.Random(turn).uniform(0.2, 0.8))
        if turn % 2:
            loader.send_signal(signal.SIGKILL)
            loader.wait()
        else:
            _kill_postgres(own_server)
            loader.send_signal(signal.SIGKILL)
            loader.wait()
            connections.close_all()
            own_server.start()
        loader.stdout.close()
        acknowledged |= set(log.read_text().split())
        _what_was_said_is_true(acknowledged)
    assert acknowledged


def _kill_postgres(own: EmbeddedServer) -> None:
    """All of it at once, as a power cut would, except that the disk's cache survives."""
    pid = own.postmaster()
    assert pid is not None
    postmaster = psutil.Process(pid)
    for process in [postmaster, *postmaster.children(recursive=True)]:
        process.kill()
    postmaster.wait()


def _what_was_said_is_true(acknowledged: set[str]) -> None:
    deadline = time.monotonic() + 30
    while True:
        try:
            keys = list(Transfer.objects.filter(book_id=7, key__contains="/load/").values_list("key", flat=True))
            break
        except Exception:
            connections.close_all()
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
    there = [str(key).rpartition("/")[2] for key in keys]
    assert len(there) == len(set(there))
    assert acknowledged <= set(there)
    assert first_fault(7) is None
    extend_chain(7, at=NOON)
    assert first_fault(7) is None
