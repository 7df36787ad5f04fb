"""Do, here and now, all jobs that can be done, by the worker's own app and in its own way."""

import asyncio

from django.db import connections

from kanal.jobs.worker import job_app


def work_off() -> None:
    asyncio.run(_work_off())


async def _work_off() -> None:
    app = job_app()
    async with app.open_async():
        await app.run_worker_async(
            wait=False, concurrency=1, listen_notify=False, install_signal_handlers=False, delete_jobs="successful"
        )
        await asyncio.to_thread(connections.close_all)
