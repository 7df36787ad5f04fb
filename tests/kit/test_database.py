"""The database as the application sees it."""

import psycopg
import pytest
from django.db import IntegrityError, ProgrammingError, connection

from kanal.kit.models import ClockShift


@pytest.mark.django_db
def test_the_application_cannot_rewrite_what_is_append_only(noon: object) -> None:
    ClockShift.objects.create(seconds=60, moved_at=noon, moved_by="Thu")

    with pytest.raises(ProgrammingError) as refused:
        ClockShift.objects.update(seconds=1)

    assert isinstance(refused.value.__cause__, psycopg.errors.InsufficientPrivilege)


@pytest.mark.django_db
def test_the_database_refuses_a_clock_that_goes_back(noon: object) -> None:
    with pytest.raises(IntegrityError, match="clock_moves_forward_only"):
        ClockShift.objects.create(seconds=-60, moved_at=noon, moved_by="Thu")


@pytest.mark.django_db
def test_no_constraint_waits_for_the_commit() -> None:
    """R5"""
    with connection.cursor() as cursor:
        cursor.execute("SELECT conname FROM pg_constraint WHERE condeferrable")
        assert cursor.fetchall() == []
