"""The one door to the money: nothing else writes transfers.

LEDGER-4 The same key with the same content answers as the first time; with other content it is refused.
LEDGER-5 A group is posted whole or not at all, and what is refused changes nothing.
LEDGER-6 Accounts are locked in the order of their ids, and decided on under the lock that writes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any
from uuid import UUID

import psycopg
from django.db import DEFAULT_DB_ALIAS, connections, models, transaction
from psycopg.rows import tuple_row

from kanal.kit.money import Money
from kanal.ledger.answers import BY_OUTCOME, KeyReused, LedgerRefusal, Leg, Posting, Sums, UnknownAccount, WouldOverdraw
from kanal.ledger.call import OUTCOMES, STATEMENT, STATEMENT_FOR_ONE, Call, Ready
from kanal.ledger.coalesce import Coalescer, Request
from kanal.ledger.movement import Earlier, Group, Hold, Move, Release, Reversal
from kanal.ledger.names import AccountName
from kanal.ledger.open_accounts import open_accounts
from kanal.ledger.queries import earlier_transfers, posting_rows

ATTEMPTS = 3  # each lost race for a key is seen by the next attempt's look
Answer = Posting | LedgerRefusal


def post(group: Group) -> Posting:
    """Post in the caller's transaction. A transaction posts once: the order of locks holds within one call.

    Two different requests that race for one key is the one case in which the refusal leaves the caller's transaction
    aborted, as any exception of the database does.
    """
    try:
        (answer,) = _decide([Request(group=group)])
    except psycopg.errors.UniqueViolation as race:
        raise KeyReused from race
    if isinstance(answer, LedgerRefusal):
        raise answer
    return answer


def post_batch(groups: Sequence[Group]) -> list[Answer]:
    """Independent groups of one book, with the answers that posting one after another would have given.

    Has a transaction of its own, and so is never called inside an open one.
    """
    if not groups:
        return []
    return _alone([Request(group=group) for group in groups])


def post_together(group: Group, *, beside: Sequence[models.Model] = ()) -> Posting:
    """Post in a transaction shared with whoever else is posting, with the rows that belong to the group.

    The rows are written when the group is, and not again when it is replayed. Never called inside an open transaction.
    """
    ready = None if any(_named_by_id(group)) else Ready(group, {})
    answer = COALESCER.submit(Request(group=group, beside=beside, ready=ready))
    if isinstance(answer, LedgerRefusal):
        raise answer
    return answer


def _alone(requests: Sequence[Request]) -> list[Answer]:
    """One transaction of one book; a race for a key is decided by looking again."""
    for attempt in range(1, ATTEMPTS + 1):
        try:
            if not any(request.beside for request in requests):
                _never_inside_a_transaction()
                return _decide(requests)
            with transaction.atomic(durable=True):
                answers = _decide(requests)
                _write_beside(requests, answers)
                return answers
        except psycopg.errors.UniqueViolation:
            if attempt == ATTEMPTS:
                raise
    raise AssertionError("unreachable")


def _never_inside_a_transaction() -> None:
    """What `durable` asks of atomic, without opening one: a single statement is its own transaction."""
    with_test_case = [getattr(block, "_from_testcase", False) for block in connections[DEFAULT_DB_ALIAS].atomic_blocks]
    if not all(with_test_case):
        raise RuntimeError("a batch is a transaction of its own; inside another one, use post()")


def _write_beside(requests: Sequence[Request], answers: Sequence[Answer]) -> None:
    rows: dict[type[models.Model], list[models.Model]] = {}
    for request, answer in zip(requests, answers, strict=True):
        if isinstance(answer, Posting) and not answer.replayed:
            for row in request.beside:
                rows.setdefault(type(row), []).append(row)
    for model, listed in rows.items():
        model._default_manager.bulk_create(listed)  # noqa: SLF001 - Django's public name for it


def _decide(requests: Sequence[Request]) -> list[Answer]:
    groups = [request.group for request in requests]
    book_id = groups[0].key.book_id
    earlier = _earlier_than(book_id, groups)
    call = Call(book_id, [request.ready or Ready(request.group, earlier) for request in requests])
    if call.is_one_plain_move:
        answer = _decide_one(call)
        if not isinstance(answer, UnknownAccount):
            return [answer]
    opening = [name for name in call.names.values() if name.opens_by_itself]
    result = _run(call, opened=not opening)
    if result[0]:
        missing = {id_.hex for id_ in result[0]}
        open_accounts((name for name in opening if name.hex in missing), at=groups[0].at)
        result = _run(call, opened=True)
    return Reading(call, result).answers()


def _decide_one(call: Call) -> Answer:
    """The same answer by the shorter way; what it does not know better is asked again of the longer one."""
    ((outcome, room, *sums),) = _ask(STATEMENT_FOR_ONE, call.arguments_for_one())
    result = (None, [OUTCOMES[outcome]], [None if outcome <= 1 else 1], [room], *([each] for each in sums))
    return Reading(call, result).answers()[0]


def _run(call: Call, *, opened: bool) -> tuple[Any, ...]:
    return _ask(STATEMENT, call.arguments(opened=opened))


def _ask(statement: str, arguments: Sequence[object]) -> tuple[Any, ...]:
    """Past Django's cursor, whose parameters the client would bind: here the server does, once prepared."""
    wrapper = connections[DEFAULT_DB_ALIAS]
    wrapper.ensure_connection()
    with psycopg.Cursor(wrapper.connection, row_factory=tuple_row) as cursor:
        cursor.execute(statement, arguments, prepare=True, binary=True)
        row = cursor.fetchone()
    assert row is not None
    return row


def _earlier_than(book_id: int, groups: Sequence[Group]) -> dict[UUID, Earlier]:
    """What releases and reversals speak of: rows never change, so they are read before any lock is taken."""
    named = {each for group in groups for each in _named_by_id(group)}
    if not named:
        return {}
    found = _made_in(groups, named)
    return found | earlier_transfers(book_id, named - set(found))


def _named_by_id(group: Group) -> Iterable[UUID]:
    for movement in group.moves:
        if isinstance(movement, Release) and isinstance(movement.hold, UUID):
            yield movement.hold
        elif isinstance(movement, Reversal) and isinstance(movement.of, UUID):
            yield movement.of


def _made_in(groups: Sequence[Group], named: set[UUID]) -> dict[UUID, Earlier]:
    """Holds and moves of this very call that a later group of it speaks of."""
    made = {}
    for group in groups:
        for place, movement in enumerate(group.moves):
            id_ = group.key.transfer_id(place)
            if id_ in named and isinstance(movement, Hold):
                account = movement.account
                made[id_] = Earlier(id=id_, source=account, target=account.holds, money=movement.money)
            elif id_ in named and isinstance(movement, Move):
                made[id_] = Earlier(id=id_, source=movement.source, target=movement.target, money=movement.money)
    return made


class Reading:
    """The function's arrays read back as answers, group by group."""

    def __init__(self, call: Call, result: tuple[Any, ...]) -> None:
        self.call = call
        _, self.outcomes, self.at_legs, self.rooms, *self.sums = result

    def answers(self) -> list[Answer]:
        answers: list[Answer] = []
        for number, outcome in enumerate(self.outcomes):
            if outcome == "POSTED":
                answers.append(self.posted(number))
            elif outcome == "REPLAYED":
                answers.append(self.replayed(number, answers))
            else:
                answers.append(self.refused(number, outcome))
        return answers

    def posted(self, number: int) -> Posting:
        return Posting(self.call.group_ids[number], partial(self.legs, number))

    def legs(self, number: int) -> tuple[Leg, ...]:
        return tuple(self.leg(place) for place in range(self.call.firsts[number] - 1, self.call.lasts[number]))

    def leg(self, place: int) -> Leg:
        leg, (a, b, c, d, e, f, g, h) = self.call.legs[place], self.sums
        return Leg(
            id=UUID(self.call.ids[place]), source=leg.source, target=leg.target,
            money=Money(leg.amount, leg.source.currency),
            source_after=Sums(a[place], b[place], c[place], d[place]),
            target_after=Sums(e[place], f[place], g[place], h[place]),
        )  # fmt: skip

    def replayed(self, number: int, answers: Sequence[Answer]) -> Posting:
        """From this very call, when it was asked twice there; else from the rows of the first time."""
        call = self.call
        if self.at_legs[number]:
            first = answers[self.at_legs[number] - 1]
            assert isinstance(first, Posting)
            return Posting(first.group_hex, lambda: first.legs, replayed=True)
        legs = call.legs[call.firsts[number] - 1 : call.lasts[number]]
        rows = posting_rows(call.book_id, UUID(call.group_ids[number]))
        assert len(rows) == len(legs), "a group is posted whole"
        made = tuple(_leg_of(row, leg.source, leg.target) for row, leg in zip(rows, legs, strict=True))
        return Posting(call.group_ids[number], lambda: made, replayed=True)

    def refused(self, number: int, outcome: str) -> LedgerRefusal:
        call = self.call
        at = call.at_problems.get(number, max((self.at_legs[number] or 1) - call.firsts[number], 0))
        if outcome != "OVERDRAWN":
            return BY_OUTCOME[outcome](leg=at)
        leg = call.legs[call.firsts[number] - 1 + at]
        currency = leg.source.currency
        return WouldOverdraw(
            leg=at, account=leg.source, available=Money(self.rooms[number], currency), asked=Money(leg.amount, currency)
        )


def _leg_of(row: Any, source: AccountName, target: AccountName) -> Leg:
    return Leg(
        id=row.id, source=source, target=target, money=Money(row.amount, source.currency),
        source_after=Sums(row.source_sequence, row.source_in, row.source_out, row.source_held),
        target_after=Sums(row.target_sequence, row.target_in, row.target_out, row.target_held),
    )  # fmt: skip


COALESCER = Coalescer(carry_out=_alone)
