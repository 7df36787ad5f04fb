"""Posting together: requests of one book that arrive while another batch commits go as the next batch.

Nobody waits on purpose. Who finds a free lane takes everything that is in it, itself included, and carries it out
for all; whoever comes meanwhile lines up, and when the batch has committed the first in line is woken to lead the
next. With KANAL_COALESCE off, every request goes alone.

Whoever leads a batch borrows a connection on which batches were posted before: its server process has the function,
the plans and the tables at hand, which among as many connections as there are callers would cost twice the time.
"""

from __future__ import annotations

import select
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections, models
from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg.pq import TransactionStatus

from kanal.ledger.answers import LedgerRefusal, Posting
from kanal.ledger.call import Ready
from kanal.ledger.movement import Group

MOST = 1_000  # legs in one batch: far above what arrives in the time of one commit, and bounds the longest wait
WARM_MOST = 4  # connections kept for batches: one does for a busy book, and each busy book beside it takes another
Answer = Posting | LedgerRefusal


@dataclass(slots=True, eq=False)
class Request:
    group: Group
    beside: Sequence[models.Model] = ()
    ready: Ready | None = None  # None where it has to be seen first what the group speaks of
    answer: Answer | None = None
    failure: BaseException | None = None
    leads: bool = False
    woken: threading.Lock = field(default_factory=threading.Lock)


class WarmConnections:
    """Lent to one thread at a time, the last one used first."""

    def __init__(self) -> None:
        self.guard = threading.Lock()
        self.free: list[BaseDatabaseWrapper] = []
        self.count = 0

    @contextmanager
    def borrowed(self) -> Iterator[None]:
        """In place of the thread's own."""
        warm = self._taken()
        if warm is None:
            yield
            return
        own = connections[DEFAULT_DB_ALIAS]
        connections[DEFAULT_DB_ALIAS] = warm
        try:
            yield
        finally:
            connections[DEFAULT_DB_ALIAS] = own
            with self.guard:
                self.free.append(warm)

    def _taken(self) -> BaseDatabaseWrapper | None:
        with self.guard:
            warm = self.free.pop() if self.free else None
            if warm is None and self.count == WARM_MOST:
                return None
            self.count += warm is None
        if warm is None:
            warm = connections.create_connection(DEFAULT_DB_ALIAS)
            warm.inc_thread_sharing()
        elif not is_at_rest(warm):
            warm.close()  # and opens itself anew
        return warm


def is_at_rest(wrapper: BaseDatabaseWrapper) -> bool:
    """An idle server says nothing, unless it went away: seen without asking it."""
    raw = wrapper.connection
    if raw is None or raw.closed or raw.info.transaction_status is not TransactionStatus.IDLE:
        return raw is None
    said = select.poll()
    said.register(raw.fileno(), select.POLLIN)
    return not said.poll(0)


WARM = WarmConnections()


class Coalescer:
    def __init__(self, carry_out: Callable[[Sequence[Request]], list[Answer]]) -> None:
        self.carry_out = carry_out
        self.guard = threading.Lock()
        self.lanes: dict[int, deque[Request]] = {}  # a book is here exactly while somebody leads in it

    def submit(self, request: Request) -> Answer:
        if not settings.KANAL_COALESCE or connections[DEFAULT_DB_ALIAS].in_atomic_block:
            return self.carry_out([request])[0]
        if not self.leads_at_once(request):
            request.woken.acquire()
        if request.leads:
            self.lead(request)
        if request.failure is not None:
            raise request.failure
        assert request.answer is not None
        return request.answer

    def leads_at_once(self, request: Request) -> bool:
        with self.guard:
            lane = self.lanes.get(request.group.key.book_id)
            if lane is None:
                self.lanes[request.group.key.book_id] = deque()
                request.leads = True
                return True
            request.woken.acquire()  # released by whoever leads: with the answer, or with the lead
            lane.append(request)
            return False

    def lead(self, request: Request) -> None:
        book_id = request.group.key.book_id
        batch = [request, *self.taken(book_id, MOST - len(request.group.moves))]
        try:
            self.carry_out_or_separately(batch)
        finally:
            self.hand_over(book_id)
            for follower in batch[1:]:
                follower.woken.release()

    def taken(self, book_id: int, room: int) -> list[Request]:
        taken: list[Request] = []
        with self.guard:
            lane = self.lanes[book_id]
            while lane and room >= len(lane[0].group.moves):
                room -= len(lane[0].group.moves)
                taken.append(lane.popleft())
        return taken

    def hand_over(self, book_id: int) -> None:
        with self.guard:
            lane = self.lanes[book_id]
            if not lane:
                del self.lanes[book_id]
                return
            following = lane.popleft()
            following.leads = True
        following.woken.release()

    def carry_out_or_separately(self, batch: Sequence[Request]) -> None:
        """A request that fails must not take its neighbours with it: then each is carried out alone."""
        if len(batch) > 1:
            try:
                with WARM.borrowed():
                    answers = self.carry_out(batch)
            except Exception:  # noqa: BLE001 - whatever it is, it comes again to the one it belongs to
                answers = None
            if answers is not None:
                for request, answer in zip(batch, answers, strict=True):
                    request.answer = answer
                return
        for request in batch:
            try:
                request.answer = self.carry_out([request])[0]
            except BaseException as failure:  # noqa: BLE001 - raised again in the thread that asked
                request.failure = failure
