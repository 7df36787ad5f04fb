"""A question across books that is put together here and answered there: a list asks it page by page.

R10  Reads across books exist only in files named operator_queries.py. The file that offers such a question has that
     name and makes it with `across_books`; here it is carried out, wherever it is iterated.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar, cast

from django.db.models import Model, QuerySet

Row = TypeVar("Row", bound=Model)
Beside = Callable[[Sequence[Any]], None]


class AcrossBooks(QuerySet[Row]):
    """Each way of asking the database passes through this file, which is how the guard knows an operator's."""

    _beside: Beside | None = None

    def beside(self, load: Beside) -> AcrossBooks[Row]:
        """`load` is called with the rows of each page: for names that another room knows, in one more query."""
        clone = self.all()
        clone._beside = load  # noqa: SLF001 - its own class
        return clone

    def _clone(self) -> AcrossBooks[Row]:
        clone = cast("AcrossBooks[Row]", super()._clone())  # type: ignore[misc]
        clone._beside = self._beside  # noqa: SLF001 - its own class
        return clone

    def _fetch_all(self) -> None:
        is_fresh = self._result_cache is None
        super()._fetch_all()
        if is_fresh and self._beside and self._result_cache and isinstance(self._result_cache[0], Model):
            self._beside(self._result_cache)  # ids and other bare values have no names beside them

    def count(self) -> int:
        return super().count()

    def exists(self) -> bool:
        return super().exists()

    def aggregate(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        return super().aggregate(*args, **kwargs)

    def iterator(self, chunk_size: int | None = None) -> Iterator[Row]:
        yield from super().iterator(chunk_size=chunk_size)


def across_books(model: type[Row]) -> AcrossBooks[Row]:
    return AcrossBooks(model=model)
