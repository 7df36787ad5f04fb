"""Take every account of an act at once, in the order of their ids, and decide under that lock.

LEDGER-6 Whoever locks some of a group's accounts before it is posted locks all that others could want with them.
"""

from collections.abc import Iterable

from kanal.ledger.models import Account
from kanal.ledger.names import AccountName


def lock_accounts(names: Iterable[AccountName]) -> dict[AccountName, Account]:
    """Those that are not opened yet are left out."""
    wanted = {name.id: name for name in names}
    (book_id,) = {name.book_id for name in wanted.values()}
    rows = Account.objects.select_for_update(no_key=True).filter(book_id=book_id, id__in=list(wanted)).order_by("id")
    return {wanted[row.id]: row for row in rows}
