"""Posting together: the same answers as alone, the neighbours' failures kept apart, and nobody left waiting."""

import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import IntegrityError, connection, connections, transaction
from django.test import override_settings

from kanal.kit.models import Outbox
from kanal.ledger.answers import LedgerRefusal, Posting, WouldOverdraw
from kanal.ledger.coalesce import WARM, Coalescer, Request
from kanal.ledger.movement import Group
from kanal.ledger.post import _alone, post_batch, post_together
from tests.ledger.world import NOON, Cast, balance, group, move


def told(number: int) -> Outbox:
    return Outbox(book_id=7, name="test.told", facts={"number": number}, asked_at=NOON)


def at_once(work: Any, items: Sequence[Any]) -> list[Any]:
    def alone(item: Any) -> Any:
        try:
            return work(item)
        except (LedgerRefusal, IntegrityError) as failure:
            return failure
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(items)) as pool:
        return list(pool.map(alone, items))


@pytest.mark.parametrize("on", [True, False])
def test_the_rows_beside_are_written_with_the_group_once(own_database: str, on: bool) -> None:
    """LEDGER-5: not when it is refused, and not again when it is replayed."""
    cast = Cast()
    cast.fund(cast.an, 100)
    asked = [group(move(cast.an, cast.revenue, 9)) for _ in range(20)]

    with override_settings(KANAL_COALESCE=on):
        answers = at_once(lambda each: post_together(asked[each], beside=[told(each)]), range(20))
        again = at_once(lambda each: post_together(asked[each], beside=[told(each)]), range(20))

    accepted = {number for number, answer in enumerate(answers) if isinstance(answer, Posting)}
    assert len(accepted) == 11
    assert {row.facts["number"] for row in Outbox.objects.filter(book_id=7)} == accepted
    assert Outbox.objects.filter(book_id=7).count() == 11
    assert all(answer.replayed for number, answer in enumerate(again) if number in accepted)
    assert all(isinstance(answer, WouldOverdraw) for number, answer in enumerate(again) if number not in accepted)


def test_a_row_that_cannot_be_written_fails_its_own_group_only(own_database: str) -> None:
    """The database refuses an outbox row without a name: its group is not posted, its neighbours are."""
    cast = Cast()
    cast.fund(cast.an, 1_000)

    def spend(number: int) -> Posting:
        row = told(number)
        row.name = "" if number == 5 else row.name
        return post_together(group(move(cast.an, cast.revenue, 1)), beside=[row])

    answers = at_once(spend, range(16))

    assert [number for number, answer in enumerate(answers) if not isinstance(answer, Posting)] == [5]
    assert isinstance(answers[5], IntegrityError)
    assert balance(cast.an) == 1_000 - 15


def test_what_arrives_while_one_commits_goes_as_one(own_database: str) -> None:
    """LEDGER-6: nobody waits on purpose; the next batch is everybody who came meanwhile."""
    cast = Cast()
    cast.fund(cast.an, 1_000)
    sizes, first_is_under_way, go_on = [], threading.Event(), threading.Event()

    def slowly(requests: Sequence[Request]) -> Any:
        sizes.append(len(requests))
        first_is_under_way.set()
        if len(sizes) == 1:
            go_on.wait(10)
        return _alone(requests)

    coalescer = Coalescer(slowly)
    with ThreadPoolExecutor(10) as pool:

        def submit(_: int) -> Any:
            try:
                return coalescer.submit(Request(group=group(move(cast.an, cast.revenue, 1))))
            finally:
                connections.close_all()

        first = pool.submit(submit, 0)
        first_is_under_way.wait(10)
        others = [pool.submit(submit, number) for number in range(1, 10)]
        while len(coalescer.lanes[7]) < 9:
            time.sleep(0.001)
        go_on.set()
        answers = [future.result(10) for future in [first, *others]]

    assert sizes == [1, 9]
    assert all(isinstance(answer, Posting) for answer in answers)
    assert coalescer.lanes == {}


def test_books_do_not_wait_for_each_other(own_database: str) -> None:
    """R11: a batch is one transaction, and a transaction writes one book."""
    seven, eight = Cast(7), Cast(8)
    seen: list[set[int]] = []

    def watching(requests: Sequence[Request]) -> Any:
        seen.append({request.group.key.book_id for request in requests})
        return _alone(requests)

    coalescer = Coalescer(watching)
    groups = [group(move(cast.cash, cast.an, 1), book=cast.book) for cast in (seven, eight) for _ in range(10)]

    answers = at_once(lambda each: coalescer.submit(Request(group=groups[each])), range(20))

    assert all(isinstance(answer, Posting) for answer in answers)
    assert all(len(books) == 1 for books in seen)


def test_a_failure_reaches_everybody_it_concerns_and_nobody_hangs(own_database: str) -> None:
    calls = []

    def failing(requests: Sequence[Request]) -> Any:
        calls.append(len(requests))
        raise IntegrityError("the database went away")

    coalescer = Coalescer(failing)
    cast = Cast()

    answers = at_once(lambda _: coalescer.submit(Request(group=group(move(cast.cash, cast.an, 1)))), range(8))

    assert all(isinstance(answer, IntegrityError) for answer in answers)
    assert coalescer.lanes == {}


def test_a_batch_goes_on_after_the_server_cut_the_connection_it_was_to_take(own_database: str) -> None:
    """LEDGER-5: it is seen before anything is sent, so nothing is tried in vain."""
    cast = Cast()
    cast.fund(cast.an, 1_000)
    asked = [group(move(cast.an, cast.revenue, 1)) for _ in range(8)]
    for half in (asked[:4], asked[4:]):
        with WARM.borrowed():
            assert connection.connection is None or not connection.connection.closed
            connection.ensure_connection()
            pid = connection.connection.info.backend_pid
            answers = _alone([Request(group=each) for each in half])
        assert all(isinstance(answer, Posting) for answer in answers)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
    assert balance(cast.an) == 1_000 - 8


def test_a_batch_is_never_posted_inside_another_transaction(own_database: str) -> None:
    cast = Cast()
    asked: Group = group(move(cast.cash, cast.an, 1))
    with transaction.atomic():
        with pytest.raises(RuntimeError):
            post_batch([asked])
        with pytest.raises(RuntimeError):
            post_together(asked)
        with pytest.raises(RuntimeError):
            post_together(asked, beside=[told(1)])
