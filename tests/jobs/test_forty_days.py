"""The sandbox clock moved forty days: everything that was due happens, in its order, once."""

from collections import Counter
from datetime import datetime, timedelta

import pytest

from kanal.audit.models import AuditRecord
from kanal.identity.invite_colleague import LIFE, invite_colleague
from kanal.identity.make_api_key import make_api_key
from kanal.identity.models import KEY_ENDS_SOON, ApiKey, Invitation
from kanal.identity.permissions import Permission
from kanal.identity.roles import Role
from kanal.jobs.drain import drain
from kanal.jobs.due import DUE
from kanal.jobs.tick import tick
from kanal.kit import clock
from kanal.kit.models import TickRun, TickStep
from kanal.notices.models import Mail
from tests.jobs.moving import move_days
from tests.jobs.work_off import work_off
from tests.worker_process import WorkerProcess, wait_until
from tests.world import World, a_world

EVERY_DAY = [source.name for source in DUE if source.every_day]
KEY_LIFE = timedelta(days=20)


def something_to_come(world: World, at: datetime) -> None:
    """One invitation that nobody answers and one key that ends: four moments within forty days."""
    lan = world.acting(world.lan)
    invite_colleague(organization=world.sao_mai, email="new@saomai.example", roles=[Role.PARTNER_SALES], by=lan, at=at)
    make_api_key(
        organization=world.sao_mai,
        name="Accounting",
        scopes=[Permission.MEMBERS_READ],
        expires_at=at + KEY_LIFE,
        by=lan,
        at=at,
    )


def moments(at: datetime) -> list[tuple[str, datetime]]:
    return [
        ("remind_of_invitations", at + LIFE - timedelta(days=3)),
        ("warn_of_expiring_keys", at + KEY_LIFE - KEY_ENDS_SOON),
        ("expire_invitations", at + LIFE),
        ("tell_of_expired_keys", at + KEY_LIFE),
    ]


def business_of(run: TickRun) -> list[tuple[str, datetime]]:
    """What was carried out beside the daily rounds."""
    steps = TickStep.objects.filter(run=run, trouble="").exclude(source__in=EVERY_DAY).order_by("n")
    return list(steps.values_list("source", "due_at"))


def mails_of(kind: str) -> int:
    return Mail.objects.filter(kind=kind, state=Mail.State.SENT).count()


@pytest.mark.usefixtures("own_database")
def test_each_thing_at_its_own_moment_and_none_of_it_again() -> None:
    world = a_world()
    at = clock.now()
    something_to_come(world, at)
    tick(until=at)
    before = Counter(AuditRecord.objects.filter(book_id=world.sao_mai.book_id).values_list("action", flat=True))
    move_days(40)

    run = tick(until=clock.now(), cause=TickRun.Cause.CLOCK_MOVED)

    assert run
    assert run.failed == 0
    assert business_of(run) == sorted(moments(at), key=lambda each: each[1])
    everything = TickStep.objects.filter(run=run).order_by("n").values_list("due_at", flat=True)
    assert list(everything) == sorted(everything)
    rounds = Counter(TickStep.objects.filter(run=run).values_list("source", flat=True))
    assert {rounds[name] for name in EVERY_DAY} == {40}

    after = Counter(AuditRecord.objects.filter(book_id=world.sao_mai.book_id).values_list("action", flat=True))
    assert after - before == Counter({"invitation.expired": 1, "api_key.expired": 1})
    assert Invitation.objects.get(email="new@saomai.example").ended_at == at + LIFE
    assert ApiKey.objects.get().expiry_told_at == at + KEY_LIFE

    again = tick(until=clock.now())
    assert again
    assert (again.done, again.failed) == (0, 0)

    while drain():
        work_off()
    for kind in ("invitation_expiring", "api_key_expiring", "api_key_expired"):
        assert mails_of(kind) == 1, kind
    told = Mail.objects.get(kind="api_key_expired")
    assert told.made_at == at + KEY_LIFE  # when it happened, not when the worker came to it


def test_the_worker_does_it_by_itself_even_when_it_is_killed_on_the_way(own_database: str) -> None:
    world = a_world()
    at = clock.now()
    something_to_come(world, at)
    with WorkerProcess(own_database) as worker:
        wait_until(lambda: TickRun.objects.filter(ended_at__isnull=False).exists())
        move_days(40)
        wait_until(lambda: TickStep.objects.filter(due_at__gt=at).count() > 10)
        worker.kill()
    with WorkerProcess(own_database):
        wait_until(
            lambda: TickRun.objects.filter(
                ended_at__isnull=False, cut_off=False, until_at__gt=at + timedelta(days=40)
            ).exists()
        )
        wait_until(lambda: mails_of("api_key_expired") == 1)

    done = TickStep.objects.filter(done_at__isnull=False, trouble="").values_list("source", "due_at")
    carried_out = Counter(done)
    assert set(carried_out.values()) == {1}
    assert {each for each in carried_out if each[0] in dict(moments(at))} <= set(moments(at))
    days = [due_at for source, due_at in done if source == "forget_old_notices" and due_at > at]
    assert len(days) in {39, 40}  # one may have been done and not yet written down when it was killed
    assert (
        Counter(AuditRecord.objects.filter(book_id=world.sao_mai.book_id).values_list("action", flat=True))[
            "invitation.expired"
        ]
        == 1
    )
