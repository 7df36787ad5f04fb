"""The database as the application sees it."""

from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from django.db import IntegrityError, ProgrammingError, connection

from kanal.kit.models import ClockShift

NOON = datetime(2026, 3, 18, 5, 0, tzinfo=UTC)


def a_move(seconds: int) -> dict[str, object]:
    to_at = NOON + timedelta(minutes=1)
    return {"seconds": seconds, "from_at": NOON, "to_at": to_at, "moved_at": NOON, "moved_by": "Thu"}


@pytest.mark.django_db
def test_the_application_cannot_rewrite_what_is_append_only() -> None:
    ClockShift.objects.create(**a_move(60))

    with pytest.raises(ProgrammingError) as refused:
        ClockShift.objects.update(seconds=1)

    assert isinstance(refused.value.__cause__, psycopg.errors.InsufficientPrivilege)


@pytest.mark.django_db
def test_the_database_refuses_a_clock_that_goes_back() -> None:
    with pytest.raises(IntegrityError, match="clock_moves_forward_only"):
        ClockShift.objects.create(**a_move(-60))


@pytest.mark.django_db
def test_no_constraint_waits_for_the_commit() -> None:
    """R5"""
    with connection.cursor() as cursor:
        cursor.execute("SELECT conname FROM pg_constraint WHERE condeferrable")
        assert cursor.fetchall() == []
