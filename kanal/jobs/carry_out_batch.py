"""Carry out a batch, portion after portion, until it has ended or others should have their turn."""

import time
from datetime import datetime
from uuid import UUID

from kanal.batches.carry_out_rows import carry_out_rows
from kanal.batches.queries import kind_of_batch
from kanal.jobs.batch_kinds import BATCH_KINDS
from kanal.kit import clock
from kanal.kit.queue import enqueue

TURN = 5.0  # seconds: a worker that is to stop waits no longer, and other work waits no longer for its turn


def carry_out_batch(*, book_id: int, batch_id: str, at: datetime) -> None:
    """Two of these may run for one batch: they take turns, and what is done is not done again.

    Each portion has its own moment. Killed at any point, it is begun again by whoever recovers the job.
    """
    kind = BATCH_KINDS[kind_of_batch(book_id, UUID(batch_id))]
    until = time.monotonic() + TURN
    while carry_out_rows(kind, book_id=book_id, batch_id=UUID(batch_id), at=max(at, clock.now())):
        if time.monotonic() > until:
            enqueue("carry_out_batch", at=clock.now(), book_id=book_id, batch_id=batch_id)
            return
