"""What the record calls the things of this room (ALL-2)."""

from kanal.audit.models import Subject
from kanal.batches.models import Batch


def batch_subject(batch: Batch) -> Subject:
    return Subject("batch", str(batch.id), batch.name)
