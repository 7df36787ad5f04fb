"""What a test looks at: two wallets at a glance, and who was told."""

from kanal.kit.models import Outbox
from kanal.ledger.models import Account
from tests.credit.cast import Cast


def balances(cast: Cast) -> tuple[int, int]:
    names = cast.wallet(cast.world.sao_mai), cast.wallet()
    rows = {row.id: row for row in Account.objects.filter(book_id=names[0].book_id, id__in=[name.id for name in names])}
    partner, customer = (rows[name.id].balance.amount if name.id in rows else 0 for name in names)
    return partner, customer


def told(book_id: int, kind: str) -> list[str]:
    """The addresses of everybody who was told of this kind, each as often as there was something to tell."""
    rows = Outbox.objects.filter(book_id=book_id, name="deliver_notice", facts__kind=kind)
    causes = {row.facts["cause"]: row.facts["to"] for row in rows}
    return sorted(reader["email"] for readers in causes.values() for reader in readers)
