"""What every test gets: a real database seen as the application's role, guarded, and the books audited after it."""

import socket
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from django.db.backends.base.base import BaseDatabaseWrapper

from kanal.cli._build import build
from tests import database


@pytest.fixture(scope="session")
def django_db_modify_db_settings() -> None:
    """Databases are made by tests.database, under names of their own."""


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: pytest.FixtureRequest) -> Iterator[None]:
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        build()
        name = database.worker_database()
        database.copy_of(database.ensure_template(), name)
        database.point_django_at(name)
    yield
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        from django.db import connections

        connections.close_all()
        database.drop(name)


@pytest.fixture
def own_database(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[str]:
    """A database of the test's own, in which it may commit from as many connections as it likes."""
    from django.db import connections

    name = f"{database.worker_database()}_own"
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        database.copy_of(database.template_name(), name)
        database.point_django_at(name)
        try:
            yield name
        finally:
            connections.close_all()
            database.point_django_at(database.worker_database())
            database.drop(name)


@pytest.fixture(autouse=True)
def _statements_name_their_book(request: pytest.FixtureRequest) -> Iterator[None]:
    """R8, for every statement of every test that has a database."""
    if not {"db", "own_database"} & set(request.fixturenames) and not request.node.get_closest_marker("django_db"):
        yield
        return
    from django.db import connection
    from django.db.backends.signals import connection_created

    from kanal.kit import clock
    from kanal.kit.db.guard import guard_statement

    def guard_others(connection: BaseDatabaseWrapper, **_: object) -> None:
        """The connections of the test's own threads, opened while it runs."""
        if connection.alias == "default" and guard_statement not in connection.execute_wrappers:
            connection.execute_wrappers.append(guard_statement)

    clock.forget()
    connection_created.connect(guard_others)
    with connection.execute_wrapper(guard_statement):
        yield
    connection_created.disconnect(guard_others)
    clock.forget()


@pytest.fixture(autouse=True)
def _the_books_are_true(request: pytest.FixtureRequest, _statements_name_their_book: None) -> Iterator[None]:
    """LEDGER-10: after every test with a database every balance is that of its transfers, and every book sums to zero.

    A test that breaks the books on purpose says so: @pytest.mark.breaks_the_books.
    """
    uses_a_database = {"db", "own_database"} & set(request.fixturenames) or request.node.get_closest_marker("django_db")
    if "own_database" in request.fixturenames:
        request.getfixturevalue("own_database")  # so that it is still there when this looks
    elif uses_a_database:
        request.getfixturevalue("db")
    yield
    from django.db import connection

    if not uses_a_database or request.node.get_closest_marker("breaks_the_books") or connection.needs_rollback:
        return
    from kanal.ledger.prove import books_are_true

    assert books_are_true() == []


@pytest.fixture(autouse=True)
def _only_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test speaks to the outside world."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: object) -> None:
        host = address[0] if isinstance(address, tuple) else ""
        assert self.family == socket.AF_UNIX or host in {"127.0.0.1", "::1", "localhost"}, (
            f"no network in tests: {address}"
        )
        connect(self, address)  # type: ignore[arg-type]

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture
def noon() -> datetime:
    """Noon in Hanoi on an ordinary Wednesday."""
    return datetime(2026, 3, 18, 5, 0, tzinfo=UTC)
