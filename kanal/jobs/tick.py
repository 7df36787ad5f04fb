"""Carry out everything that is due by now, in the order of its time, each at its own moment, once.

One process at a time ticks, held by a fence that goes with the process. A source that fails or does not come further
is left out until the next tick and holds up no other. Every step is written down before and after it is done.
"""

from collections.abc import Callable, Sequence
from datetime import datetime

import structlog
from django.db.models import F

from kanal.jobs.due import DUE, DueSource
from kanal.jobs.said import said
from kanal.kit.clock import real_now
from kanal.kit.fence import Fence, held_fence
from kanal.kit.models import TickRun, TickStep

STUCK = 100  # a source may do one moment's work in portions, but not for ever
log = structlog.stdlib.get_logger("kanal.tick")


def tick(
    *,
    until: datetime,
    cause: TickRun.Cause = TickRun.Cause.MINUTE,
    sources: Sequence[DueSource] = DUE,
    stopping: Callable[[], bool] = lambda: False,
) -> TickRun | None:
    """None when another process is at it."""
    with held_fence(Fence.TICK) as held:
        if held is None:
            return None
        close_what_was_cut_off()
        round_ = Round(begin(until, cause), sources)
        while not stopping() and held.is_still_held():
            if not round_.step():
                round_.arrive()
                break
        round_.end()
        return round_.run


def begin(until: datetime, cause: TickRun.Cause) -> TickRun:
    last = TickRun.objects.order_by("-began_at").first()
    from_at = min(last.reached_at, until) if last else until
    return TickRun.objects.create(cause=cause, from_at=from_at, until_at=until, reached_at=from_at, began_at=real_now())


def close_what_was_cut_off() -> None:
    """We hold the fence, so whoever began these is gone. What they did stays done; what they did not is still due."""
    TickRun.objects.filter(ended_at=None).update(ended_at=F("began_at"), cut_off=True)


class Round:
    def __init__(self, run: TickRun, sources: Sequence[DueSource]) -> None:
        self.run = run
        self.sources = list(sources)
        self.days_known: dict[str, datetime | None] = {}
        self.last: tuple[str, datetime] | None = None
        self.times = 0

    def step(self) -> bool:
        """Whether there was something to do."""
        found = self.earliest()
        if found is None:
            return False
        source, due_at = found
        if self.is_stuck(source, due_at):
            self.leave_out(source)
            self.write(source, due_at, "it answers the same moment again and again")
            return True
        self.set_out_from(due_at)
        step = self.write(source, due_at)
        self.days_known.pop(source.name, None)
        try:
            source.carry_out(due_at)
        except Exception as problem:
            self.leave_out(source)
            step.trouble = said(problem)
            log.exception("due work failed", source=source.name, due_at=due_at.isoformat())
        step.done_at = real_now()
        step.save(update_fields=["done_at", "trouble"])
        self.count(step)
        return True

    def earliest(self) -> tuple[DueSource, datetime] | None:
        due: list[tuple[datetime, int, DueSource]] = []
        for place, source in enumerate(list(self.sources)):
            try:
                moment = self.next_due(source)
            except Exception as problem:
                self.leave_out(source)
                self.write(source, self.run.reached_at, said(problem))
                log.exception("what is due cannot be asked", source=source.name)
                continue
            if moment is not None and moment <= self.run.until_at:
                due.append((moment, place, source))
        if not due:
            return None
        moment, _, source = min(due, key=lambda each: each[:2])
        return source, moment

    def next_due(self, source: DueSource) -> datetime | None:
        """A daily round waits for nothing but its own mark, so it is asked again only when it has been made."""
        if not source.every_day:
            return source.next_due(self.run.until_at)
        if source.name not in self.days_known:
            self.days_known[source.name] = source.next_due(self.run.until_at)
        return self.days_known[source.name]

    def is_stuck(self, source: DueSource, due_at: datetime) -> bool:
        self.times = self.times + 1 if self.last == (source.name, due_at) else 1
        self.last = (source.name, due_at)
        return self.times > STUCK

    def set_out_from(self, due_at: datetime) -> None:
        """The way begins at the first thing that is due, where that lies before the end of the last run."""
        if not self.run.done + self.run.failed and due_at < self.run.from_at:
            self.run.from_at = self.run.reached_at = due_at
            self.run.save(update_fields=["from_at", "reached_at"])

    def leave_out(self, source: DueSource) -> None:
        self.sources.remove(source)

    def write(self, source: DueSource, due_at: datetime, trouble: str = "") -> TickStep:
        """Before it is carried out; with a trouble it never is."""
        step = TickStep.objects.create(
            run=self.run,
            n=self.run.done + self.run.failed + 1,
            source=source.name,
            due_at=due_at,
            done_at=real_now() if trouble else None,
            trouble=trouble,
        )
        if trouble:
            self.count(step)
        return step

    def count(self, step: TickStep) -> None:
        self.run.done += not step.trouble
        self.run.failed += bool(step.trouble)
        self.run.reached_at = max(self.run.reached_at, step.due_at)
        self.run.save(update_fields=["done", "failed", "reached_at"])

    def arrive(self) -> None:
        """Nothing is due any more. Stopped on the way, a run has come only as far as its last step."""
        self.run.reached_at = self.run.until_at

    def end(self) -> None:
        self.run.ended_at = real_now()
        self.run.save(update_fields=["reached_at", "ended_at"])
