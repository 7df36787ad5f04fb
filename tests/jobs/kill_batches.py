"""Kill the worker in the middle of a file of customers, many times, and look whether each row was done once."""

from __future__ import annotations

import random
import time
from collections import Counter
from datetime import datetime

from procrastinate.contrib.django.models import ProcrastinateJob

from kanal.audit.models import AuditRecord
from kanal.batches.check_batch import check_batch
from kanal.batches.confirm_batch import confirm_batch
from kanal.batches.models import Batch, BatchRow
from kanal.batches.queries import rows_of
from kanal.customers.models import CustomerLink
from kanal.kit.clock import now
from kanal.kit.models import JobTrouble, Outbox
from kanal.kit.sheets.read import SheetRow
from kanal.notices.models import Mail, Notice
from kanal.onboarding.customers_from_file import ADD_CUSTOMERS
from kanal.onboarding.models import InvitedRow
from tests.worker_process import WorkerProcess, wait_until
from tests.world import World, a_world


def a_file_of_customers(world: World, rows: int, *, at: datetime) -> Batch:
    """Every tenth row is there twice, which is told and not asked."""
    lines = [
        SheetRow(
            line, {"email": f"khach{line - line % 10 // 9}@vidu.example", "friendly_name": f"Khách {line}", "role": ""}
        )
        for line in range(2, rows + 2)
    ]
    by = world.acting(world.lan)
    batch = check_batch(
        ADD_CUSTOMERS, organization=world.sao_mai, name="khach.csv", rows=lines, language="vi", by=by, at=at
    )
    return confirm_batch(batch=batch, by=by, at=at)


def again(batch: Batch) -> Batch:
    return Batch.objects.get(book_id=batch.book_id, id=batch.id)


def kill_in_the_middle(database: str, *, kills: int, rows: int, workers: int = 1, seed: int = 9) -> float:
    """Each kill comes after some further portion; seconds that the last worker took for what was left."""
    batch = a_file_of_customers(a_world(), rows, at=now())
    chance = random.Random(seed)
    for kill in range(kills):
        until = batch.rows_to_do * (kill + 1) // (kills + 1)
        running = [WorkerProcess(database) for _ in range(workers)]
        wait_until(lambda until=until: again(batch).rows_behind >= until, seconds=90)  # type: ignore[misc]
        time.sleep(chance.random() / 20)
        for worker in running:
            worker.kill()
            with worker:
                pass
        assert again(batch).state == Batch.State.RUNNING, "it was killed in the middle"

    began = time.monotonic()
    with WorkerProcess(database):
        wait_until(lambda: again(batch).state == Batch.State.DONE, seconds=90)
        took = time.monotonic() - began
        wait_until(lambda: nothing_waits(batch), seconds=90)
    everything_was_done_once(batch)
    return took


def nothing_waits(batch: Batch) -> bool:
    jobs = ProcrastinateJob.objects.filter(status__in=["todo", "doing"]).exclude(task_name="send_mails")
    return not jobs.exists() and not Outbox.objects.filter(book_id=batch.book_id).exists()


def everything_was_done_once(batch: Batch) -> None:
    asked = rows_of(batch).exclude(standing=BatchRow.Standing.PROBLEM)
    emails = sorted(row.facts["email"] for row in asked)
    assert len(emails) == batch.rows_to_do
    assert Counter(asked.values_list("standing", "code")) == {("DONE", "SENT"): len(emails)}
    assert again(batch).rows_done == len(emails)
    links = CustomerLink.objects.filter(email__startswith="khach")
    assert sorted(links.values_list("email", flat=True)) == emails
    assert sorted(InvitedRow.objects.filter(batch=str(batch.id)).values_list("email", flat=True)) == emails
    records = AuditRecord.objects.filter(book_id=batch.book_id, action="customer_link.invited")
    assert (
        sorted(new["email"] for new in records.values_list("new", flat=True) if new["email"].startswith("khach"))
        == emails
    )
    mails = Mail.objects.filter(kind="customer_asked_to_register")
    assert sorted(mails.values_list("to_address", flat=True)) == emails
    assert Notice.objects.filter(kind="customers_added").count() == 1
    assert not JobTrouble.objects.filter(name="carry_out_batch").exists()
