"""Every kind of batch there is: the one list to look at, and to add to."""

from kanal.batches.kinds import BatchKind
from kanal.onboarding.customers_from_file import ADD_CUSTOMERS

_KINDS: tuple[BatchKind, ...] = (ADD_CUSTOMERS,)
BATCH_KINDS: dict[str, BatchKind] = {kind.name: kind for kind in _KINDS}
