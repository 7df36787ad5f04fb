"""Carry out one job: find the verb, give it what it was asked with, and keep why it failed if it does."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from procrastinate import BaseRetryStrategy, JobContext, RetryDecision
from procrastinate.jobs import Job

from kanal.jobs.bindings import BINDINGS
from kanal.jobs.said import said
from kanal.kit import clock
from kanal.kit.models import JobTrouble
from kanal.kit.refusal import Refusal


def perform(context: JobContext, *, work_id: str, book_id: int, asked_at: str, facts: dict[str, Any]) -> None:
    assert context.task
    binding = BINDINGS[context.task.name]
    of_the_asking = {"work_id": UUID(work_id), "book_id": book_id, "asked_at": datetime.fromisoformat(asked_at)}
    wanted = {name: value for name, value in of_the_asking.items() if name in binding.wants}
    try:
        binding.verb(**facts, **wanted, at=clock.now())
    except Exception as problem:
        note_trouble(context.job, problem)
        raise


def note_trouble(job: Job, problem: Exception) -> None:
    assert job.id
    with transaction.atomic():
        JobTrouble.objects.create(
            job_id=job.id,
            name=job.task_name,
            attempt=job.attempts + 1,
            trouble=said(problem),
            noted_at=clock.real_now(),
        )


class Patience(BaseRetryStrategy):
    """A refusal is an answer: trying again would get the same. Everything else may pass."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        pauses = BINDINGS[job.task_name].pauses
        if isinstance(exception, Refusal) or job.attempts >= len(pauses):
            return None
        return RetryDecision(retry_at=clock.real_now() + pauses[job.attempts])
