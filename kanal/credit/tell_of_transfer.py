"""Tell whom a top-up or a return concerns, after it was posted.

CRED-5 The customer is told of a top-up, with its note and its new balance.
WARN-3 Whoever's wallet has fallen to an amount of its own is warned.
"""

from datetime import datetime
from uuid import UUID

from kanal.credit.check_warnings import check_wallet
from kanal.credit.links import MY_CREDIT_PAGE
from kanal.credit.top_up import ACT as TOPPED_UP
from kanal.identity.models import Organization
from kanal.identity.permissions import Permission
from kanal.identity.readers import readers_who_may
from kanal.kit.ids import public_id
from kanal.kit.money import Money
from kanal.ledger.queries import accounts_numbered, transfer_numbered
from kanal.notices.tell import tell


def tell_of_transfer(*, transfer_id: str, book_id: int, at: datetime) -> None:
    row = transfer_numbered(book_id, UUID(transfer_id))
    assert row is not None, "it was asked for in the transaction that posted it"
    accounts = accounts_numbered(book_id, [row.source_id, row.target_id])
    source, target = accounts[row.source_id], accounts[row.target_id]
    came_in = row.act == TOPPED_UP
    mine, theirs = (target, source) if came_in else (source, target)
    organizations = {each.id: each for each in Organization.objects.filter(id__in=[mine.owner_id, theirs.owner_id])}
    customer, partner = organizations[mine.owner_id], organizations[theirs.owner_id]
    after = row.target_in - row.target_out if came_in else row.source_in - row.source_out
    for account in (source, target):
        check_wallet(book_id=book_id, owner_id=account.owner_id, currency=account.currency, at=at)
    tell(
        "wallet_topped_up" if came_in else "wallet_taken_back",
        to=readers_who_may(customer, Permission.CREDIT_ASK),
        facts={
            "amount": Money(row.amount, mine.currency),
            "balance": Money(after, mine.currency),
            "partner": partner.name,
            "customer": customer.name,
            "note": row.note,
            "code": public_id("trf", row.id, book_id),
        },
        cause=f"transfer:{row.id}",
        at=at,
        link=MY_CREDIT_PAGE,
        book_id=book_id,
    )
