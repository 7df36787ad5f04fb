"""Let every pool be capped or not as its partner's contract says today.

LINE-2 At most the unallocated, unless the partner's contract is uncapped: a contract begins and ends by itself.
"""

from datetime import datetime

from django.db import transaction

from kanal.credit.lock_accounts import lock_accounts
from kanal.credit.operator_queries import pools
from kanal.credit.pool_moves import PoolAccounts, settle_cap
from kanal.identity.models import Organization


def settle_caps(*, at: datetime) -> None:
    """Each in a transaction of its own where nothing is around it."""
    for pool in pools():
        with transaction.atomic():
            accounts = PoolAccounts.of(pool.book_id, pool.owner_id, pool.currency)
            lock_accounts([accounts.pool, accounts.exposure])
            settle_cap(Organization.objects.get(id=pool.owner_id), accounts, at=at)
