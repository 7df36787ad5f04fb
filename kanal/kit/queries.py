"""What the machinery keeps, for those who watch over it: jobs, ticks, moves of the clock."""

from datetime import timedelta
from uuid import UUID

from django.db.models import OuterRef, QuerySet, Subquery
from procrastinate.contrib.django.models import ProcrastinateEvent, ProcrastinateJob

from kanal.kit.models import ClockShift, JobTrouble, Outbox, TickRun, TickStep


def all_jobs() -> QuerySet[ProcrastinateJob]:
    """What waits, runs or has failed, each with its last trouble; what succeeded is gone."""
    last = JobTrouble.objects.filter(job_id=OuterRef("id")).order_by("-id")
    jobs: QuerySet[ProcrastinateJob] = ProcrastinateJob.objects.all()
    return jobs.annotate(trouble=Subquery(last.values("trouble")[:1]))


def troubles_of(job_id: int) -> QuerySet[JobTrouble]:
    return JobTrouble.objects.filter(job_id=job_id).order_by("-id")


def events_of(job_id: int) -> QuerySet[ProcrastinateEvent]:
    events: QuerySet[ProcrastinateEvent] = ProcrastinateEvent.objects.filter(job_id=job_id)
    return events.order_by("-id")


def last_tick() -> TickRun | None:
    return TickRun.objects.order_by("-began_at").first()


def clock_moves() -> QuerySet[ClockShift]:
    return ClockShift.objects.order_by("-moved_at", "-id")


def last_move() -> ClockShift | None:
    return clock_moves().first()


def runs_after(move: ClockShift) -> QuerySet[TickRun]:
    """The ticks that had to come as far as this move led, the newest first; more than one where one was cut off."""
    a_moment = timedelta(seconds=2)  # a begun second is counted whole, so the clock may show a little more
    return TickRun.objects.filter(until_at__gte=move.to_at - a_moment, began_at__gte=move.moved_at - a_moment).order_by(
        "-began_at"
    )


def has_caught_up(move: ClockShift) -> bool:
    return runs_after(move).filter(ended_at__isnull=False, cut_off=False).exists()


def steps_since(move: ClockShift | None) -> QuerySet[TickStep]:
    """What was carried out because the clock was moved, by whichever tick."""
    if move is None:
        return TickStep.objects.none()
    return TickStep.objects.filter(run__began_at__gte=move.moved_at, due_at__lte=move.to_at)


def parked_work_of(book_id: int, work_id: UUID) -> Outbox | None:
    found = Outbox.objects.filter(book_id=book_id, id=work_id)
    return found.exclude(parked=Outbox.Parked.NOT_PARKED).first()
