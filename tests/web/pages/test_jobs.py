"""The machinery at the desk: what waits, what has failed and why, and starting it again."""

from datetime import datetime
from uuid import UUID

import pytest
from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob

from kanal.audit.models import AuditRecord
from kanal.jobs.bindings import BINDINGS
from kanal.jobs.drain import drain
from kanal.jobs.due import DUE
from kanal.kit.ids import public_id
from kanal.kit.models import JobTrouble, Outbox
from kanal.kit.queue import enqueue
from kanal.notices.sealed import sealed_facts
from kanal.web.pages.work_names import SOURCES, WORK
from tests.web.pages.conftest import Browser
from tests.world import World


@pytest.fixture
def failed(world: World, noon: datetime) -> ProcrastinateJob:
    facts = sealed_facts({}, "/account/s3cret/")
    enqueue("deliver_notice", at=noon, kind="reset_password", to=[{"email": "x@y.z"}], facts=facts, cause="c-17")
    drain()
    job: ProcrastinateJob = ProcrastinateJob.objects.order_by("-id")[0]
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'failed', attempts = 7 WHERE id = %s", [job.id])
    JobTrouble.objects.create(
        job_id=job.id, name="deliver_notice", attempt=7, trouble="ValueError: no such verse", noted_at=noon
    )
    job.refresh_from_db()
    return job


def url_of(job: ProcrastinateJob) -> str:
    return f"/desk/jobs/{public_id('job', UUID(int=job.id))}/"


def test_everything_the_house_does_has_a_name_that_people_read() -> None:
    assert sorted(set(BINDINGS) - set(WORK)) == []
    assert sorted({source.name for source in DUE} - set(SOURCES)) == []


def test_a_failed_job_stands_there_with_its_reason(world: World, browser: Browser, failed: ProcrastinateJob) -> None:
    text = browser(world.quan).get("/desk/jobs/?state=failed").text
    assert "Tell people" in text
    assert "ValueError: no such verse" in text
    assert 'data-status="FAILED"' in text


def test_one_job_says_what_it_is_about_but_not_what_is_told_to_whom(
    world: World, browser: Browser, failed: ProcrastinateJob
) -> None:
    text = browser(world.quan).get(url_of(failed)).text
    for shown in ("reset_password", "c-17", "Try 7 failed", "ValueError: no such verse"):
        assert shown in text, shown
    assert "x@y.z" not in text
    assert "sealed" not in text


def test_it_is_started_again_by_whoever_may_and_that_is_written_down(
    world: World, browser: Browser, failed: ProcrastinateJob
) -> None:
    """ALL-2"""
    client, url = browser(world.quan), f"{url_of(failed)}again/"
    assert "Start this job again?" in client.get(url).text
    assert client.post(url).status_code == 302

    failed.refresh_from_db()
    assert failed.status == "todo"
    kept = AuditRecord.objects.get(book_id=0, action="job.retried")
    assert (kept.actor_id, kept.subject_id) == (str(world.quan.id), str(failed.id))

    again = client.post(url)
    assert again.status_code == 422
    assert "not waiting for anybody" in again.text
    assert AuditRecord.objects.filter(book_id=0, action="job.retried").count() == 1


def test_an_auditor_reads_and_starts_nothing(world: World, browser: Browser, failed: ProcrastinateJob) -> None:
    """ID-8"""
    client = browser(world.vy)
    assert "Only administrators and support" in client.get(url_of(failed)).text
    assert client.post(f"{url_of(failed)}again/").status_code == 403
    failed.refresh_from_db()
    assert failed.status == "failed"


def test_work_that_nobody_knows_is_shown_and_can_be_released(world: World, browser: Browser, noon: datetime) -> None:
    work = enqueue("sing_a_song", at=noon, book_id=world.sao_mai.book_id)
    drain()
    client = browser(world.quan)
    text = client.get("/desk/jobs/").text
    assert "sing_a_song" in text
    assert "No work of this name is known" in text

    url = f"/desk/jobs/parked/{work.public_id}/release/"
    assert "Release this work?" in client.get(url).text
    assert client.post(url).status_code == 302
    assert Outbox.objects.get(book_id=work.book_id, id=work.id).parked == ""
    assert AuditRecord.objects.filter(book_id=work.book_id, action="outbox.released").exists()
    assert client.post(url).status_code == 404


def test_the_figures_say_what_waits(world: World, browser: Browser, noon: datetime) -> None:
    text = browser(world.quan).get("/desk/jobs/").text
    waiting = sum(Outbox.objects.filter(book_id=book_id).count() for book_id in range(200))
    assert f"<dd>{waiting} " in text  # with how long the oldest waits
    assert "never ticked" in text
