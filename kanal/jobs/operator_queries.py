"""What the drainer asks across books.

R10  Reads across books exist only in files of this name: a filter, a GROUP BY, the first n.
"""

from collections.abc import Collection

from django.db.models import Min, Q

from kanal.kit.models import Outbox

Parked = Outbox.Parked


def ready(names: Collection[str]) -> Q:
    """What no drainer has looked at, and what waited for a version of the program that knows its name."""
    return Q(parked=Parked.NOT_PARKED) | Q(parked=Parked.UNKNOWN_NAME, name__in=names)


def books_with_work(names: Collection[str], *, most: int = 100) -> list[int]:
    """Whose work waits longest comes first."""
    waiting = Outbox.objects.filter(ready(names)).values("book_id").annotate(oldest=Min("asked_at"))
    return [row["book_id"] for row in waiting.order_by("oldest")[:most]]
