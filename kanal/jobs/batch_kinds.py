"""Every kind of batch there is: the one list to look at, and to add to."""

from kanal.batches.kinds import BatchKind

_KINDS: tuple[BatchKind, ...] = ()
BATCH_KINDS: dict[str, BatchKind] = {kind.name: kind for kind in _KINDS}
