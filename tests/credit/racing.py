"""Several at once, each on a connection of its own."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

from django.db import connections

T = TypeVar("T")


def at_once(count: int, act: Callable[[int], T]) -> list[T | Exception]:
    """Begun together; what one raises stands in its place."""
    gate = Barrier(count)

    def one(number: int) -> T | Exception:
        try:
            gate.wait()
            return act(number)
        except Exception as raised:  # noqa: BLE001 - the test looks at it
            return raised
        finally:
            connections.close_all()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))
