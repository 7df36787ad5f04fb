"""Open what a confirmed customer needs in its partner's book, and close it again when the link ends.

LINK-5 On confirmation the customer's accounts open in the partner's book; only confirmed customers can be funded.
LINK-7 Unlinked, its wallet there takes nothing any more and its promotional and trial credit lapses; the past stays.

Whether it may be funded is the state of its account, so that the hot path of the ledger locks no link.
"""

from datetime import datetime

from kanal.credit.lapse_grants import lapse_grant
from kanal.credit.lock_accounts import lock_accounts
from kanal.credit.models import Grant
from kanal.identity.models import Organization
from kanal.kit.actor import Actor
from kanal.ledger.flows import Kind
from kanal.ledger.names import AccountName
from kanal.ledger.open_accounts import close_account, open_accounts, reopen_account

CURRENCY = "VND"


def open_customer_accounts(*, customer: Organization, book_id: int, at: datetime) -> None:
    """A customer that comes back to a partner has its old wallet again."""
    wallet = customer_wallet(customer, book_id)
    open_accounts([wallet], at=at)
    reopen_account(wallet)


def close_customer_accounts(*, customer: Organization, book_id: int, by: Actor, at: datetime) -> None:
    """AccountNotEmpty where something came in since the caller looked.

    From here on the wallet is locked: who hands out a line or puts money there comes before, or finds it closed.
    """
    wallet = customer_wallet(customer, book_id)
    grants = list(Grant.objects.filter(book_id=book_id, owner_id=customer.id, lapsed_at=None).order_by("id"))
    promotions = [AccountName(book_id, Kind.PROMOTION, grant.currency) for grant in grants]
    lock_accounts([wallet, *promotions, *(grant.account for grant in grants)])
    for grant in grants:
        lapse_grant(grant=grant, by=by, at=at)
    close_account(wallet)


def customer_wallet(customer: Organization, book_id: int) -> AccountName:
    return AccountName(book_id, Kind.WALLET, CURRENCY, customer.id)
