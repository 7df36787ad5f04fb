"""The worker process: the outbox drained, the jobs done, the tick each minute, the dead recovered.

Killed at any moment it loses nothing: what it did not finish is still in the outbox, in the queue or due, and another
worker, or the next start, does it. Several may run at once.
"""

import asyncio
import contextlib
import signal
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import structlog
from django.db import close_old_connections, connections
from procrastinate.contrib.django.db_cleanup import DjangoApp
from procrastinate.contrib.django.utils import connector_params
from procrastinate.jobs import DeleteJobCondition
from procrastinate.psycopg_connector import PsycopgConnector

from kanal.jobs.bindings import BINDINGS
from kanal.jobs.drain import drain
from kanal.jobs.housekeeping import ask_for_due_mails, tidy_up
from kanal.jobs.perform import Patience, perform
from kanal.jobs.recover import recover_jobs_of_the_dead
from kanal.jobs.tick import tick
from kanal.kit import clock
from kanal.kit.models import TickRun

MINUTE, HOUR = 60.0, 3600.0
SHORTEST, LONGEST = 0.1, 1.0  # seconds between looks into the outbox, when there was work and when there was none
AFTER_TROUBLE = (1.0, 2.0, 5.0, 10.0)
log = structlog.stdlib.get_logger("kanal.worker")


def job_app() -> DjangoApp:
    """Every bound name as a task. Django's connections are looked after around each by DjangoApp."""
    app = DjangoApp(connector=PsycopgConnector(kwargs=connector_params("default"), min_size=1, max_size=4))
    for name in BINDINGS:
        app.task(name=name, pass_context=True, retry=Patience())(perform)
    return app


class Worker:
    def __init__(self, *, concurrency: int = 4, silence: float = 30.0) -> None:
        self.concurrency, self.silence = concurrency, silence
        self.stopping = threading.Event()
        self.pause = SHORTEST
        self.ticked_at = self.tidied_at = -HOUR
        self.offset = timedelta()

    def run(self) -> None:
        """Until SIGTERM or Ctrl-C: then what is begun is finished, and nothing is begun."""
        rounds = [
            threading.Thread(target=self.again_and_again, args=(once,), name=once.__name__)
            for once in (self.drain, self.tick, self.keep)
        ]
        for thread in rounds:
            thread.start()
        try:
            asyncio.run(self.do_jobs())
        finally:
            self.stopping.set()
            for thread in rounds:
                thread.join()

    def again_and_again(self, once: Callable[[], float]) -> None:
        """A round answers how long to wait for the next. A database that is away is waited for, ever longer."""
        troubles = 0
        while not self.stopping.is_set():
            close_old_connections()
            try:
                pause = once()
                troubles = 0
            except Exception:
                pause = AFTER_TROUBLE[min(troubles, len(AFTER_TROUBLE) - 1)]
                troubles += 1
                log.exception("round failed", round=once.__name__, next_try_in=pause)
            self.stopping.wait(pause)
        connections.close_all()

    def drain(self) -> float:
        """Soon again after work, later and later when there is none: no busy loop and no long wait."""
        self.pause = SHORTEST if drain() else min(self.pause * 1.5, LONGEST)
        return self.pause

    def tick(self) -> float:
        offset = clock.offset()
        moved = offset != self.offset
        if moved or time.monotonic() - self.ticked_at >= MINUTE:
            cause = TickRun.Cause.CLOCK_MOVED if moved and self.ticked_at > 0 else TickRun.Cause.MINUTE
            if tick(until=clock.now(), cause=cause, stopping=self.stopping.is_set) is None and moved:
                return LONGEST  # whoever ticks now may have begun before the move: ask again until it is done
            self.offset, self.ticked_at = offset, time.monotonic()
            ask_for_due_mails()
        return LONGEST / 2

    def keep(self) -> float:
        found = recover_jobs_of_the_dead(silence=timedelta(seconds=self.silence))
        if found:
            log.warning("jobs of a dead worker are done again", jobs=found)
        if time.monotonic() - self.tidied_at >= HOUR:
            tidy_up()
            self.tidied_at = time.monotonic()
        return self.silence / 3

    async def do_jobs(self) -> None:
        loop = asyncio.get_running_loop()
        loop.set_default_executor(ThreadPoolExecutor(self.concurrency, thread_name_prefix="job"))
        jobs = asyncio.ensure_future(self.jobs_as_long_as_it_runs())

        def stop() -> None:
            self.stopping.set()
            jobs.cancel()

        for name in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(name, stop)
        with contextlib.suppress(asyncio.CancelledError):
            await jobs

    async def jobs_as_long_as_it_runs(self) -> None:
        troubles = 0
        while not self.stopping.is_set():
            began = time.monotonic()
            try:
                await self.jobs_until_trouble()
            except Exception:
                log.exception("the queue is out of reach")
            troubles = 0 if time.monotonic() - began > MINUTE else troubles
            await asyncio.sleep(AFTER_TROUBLE[min(troubles, len(AFTER_TROUBLE) - 1)])
            troubles += 1

    async def jobs_until_trouble(self) -> None:
        app = job_app()
        async with app.open_async():
            await app.run_worker_async(
                concurrency=self.concurrency,
                install_signal_handlers=False,
                fetch_job_polling_interval=2.0,
                update_heartbeat_interval=self.silence / 3,
                stalled_worker_timeout=self.silence,
                delete_jobs=DeleteJobCondition.SUCCESSFUL,
            )
