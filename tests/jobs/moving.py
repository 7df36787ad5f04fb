"""Move the sandbox clock as the desk does."""

from datetime import timedelta

from kanal.kit import clock
from kanal.kit.actor import Actor
from kanal.kit.move_clock import move_clock


def move_days(days: int) -> None:
    now = clock.now()
    move_clock(
        to_at=now + timedelta(days=days),
        by=Actor(kind="PERSON", id="thu", name="Thu", organization_id=None),
        at=now,
    )
