"""Give the jobs of workers that died back to the queue, so that another does them again from the start."""

from datetime import timedelta

from django.db import connection

MOST_DEATHS = 10  # a job under which workers keep dying is left for a person

RECOVER = """
UPDATE procrastinate_jobs
   SET status = (CASE WHEN attempts < %(most)s THEN 'todo' ELSE 'failed' END)::procrastinate_job_status,
       attempts = attempts + 1,
       scheduled_at = NULL,
       worker_id = NULL
 WHERE id IN (
       SELECT job.id
         FROM procrastinate_jobs job
         LEFT JOIN procrastinate_workers worker ON worker.id = job.worker_id
        WHERE job.status = 'doing'
          AND (worker.id IS NULL OR worker.last_heartbeat < now() - make_interval(secs => %(silence)s))
          FOR UPDATE OF job SKIP LOCKED)
RETURNING id
"""


def recover_jobs_of_the_dead(*, silence: timedelta) -> list[int]:
    """A worker that was silent for so long is taken for dead. If it lives, its job may run twice, and works once."""
    with connection.cursor() as cursor:
        cursor.execute(RECOVER, {"most": MOST_DEATHS, "silence": silence.total_seconds()})
        return [job_id for (job_id,) in cursor.fetchall()]
