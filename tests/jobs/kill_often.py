"""Kill the worker in the middle of its work, many times, and then look whether everything was done once."""

import random
import time
from collections import Counter
from collections.abc import Callable

from django.db import transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from kanal.kit.clock import real_now
from kanal.kit.ids import derived_id
from kanal.kit.models import Outbox
from kanal.notices.models import Mail, Notice
from kanal.notices.tell import Reader, tell
from tests.worker_process import WorkerProcess, wait_until

State = Mail.State


def tell_many(count: int, *, cause: str) -> None:
    with transaction.atomic():
        for number in range(count):
            reader = Reader(f"r{number}@example.com", f"R{number}", "vi", person_id=derived_id("reader", number))
            tell("password_changed", to=[reader], facts={}, cause=cause, at=real_now(), book_id=number % 3)


def nothing_is_left() -> bool:
    outbox = any(Outbox.objects.filter(book_id=book_id).exists() for book_id in range(3))
    jobs = ProcrastinateJob.objects.filter(status__in=["todo", "doing"]).exists()
    return not outbox and not jobs


def at_least(count: int) -> Callable[[], bool]:
    return lambda: Notice.objects.count() >= count


def kill_often(database: str, *, kills: int, tellings: int, seed: int = 20260318) -> None:
    """Each kill comes at another moment of the work; what was begun is finished by the workers after it."""
    chance = random.Random(seed)
    for kill in range(kills):
        tell_many(tellings, cause=f"kill {kill}")
        with WorkerProcess(database) as worker:
            wait_until(at_least(kill * tellings + chance.randrange(1, tellings)))
            time.sleep(chance.random() / 50)
            worker.kill()

    with WorkerProcess(database):
        wait_until(nothing_is_left, seconds=90)

    whole = kills * tellings
    assert Notice.objects.count() == whole
    assert Mail.objects.count() == whole
    by_state = Counter(Mail.objects.values_list("state", flat=True))
    in_the_hands_of_the_dead = by_state[State.HANDING_OVER] + by_state[State.WAITING]
    assert in_the_hands_of_the_dead <= kills, by_state  # one mail at a time is in a worker's hands
    assert by_state[State.SENT] == whole - in_the_hands_of_the_dead
    assert not Mail.objects.filter(state=State.SENT, attempts__gt=1).exists()
    settle_what_the_dead_held(database, whole)


def settle_what_the_dead_held(database: str, whole: int) -> None:
    """Their claims run out after ten minutes: those not yet given to a server are sent, the others are in doubt."""
    given = Mail.objects.filter(state=State.HANDING_OVER).count()
    Mail.objects.filter(state__in=[State.HANDING_OVER, State.WAITING]).update(next_try_at=real_now())
    with WorkerProcess(database):
        wait_until(lambda: not Mail.objects.filter(state__in=[State.HANDING_OVER, State.WAITING]).exists())
    assert Mail.objects.filter(state=State.IN_DOUBT).count() == given
    assert Mail.objects.filter(state=State.SENT).count() == whole - given
