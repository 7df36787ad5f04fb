"""What happened anywhere, for the provider's own staff (R10)."""

from kanal.audit.models import AuditRecord
from kanal.kit.db.operator_queries import AcrossBooks, across_books


def all_records() -> AcrossBooks[AuditRecord]:
    """The caller narrows and orders it: by (at, id), which an index answers alone and within each filter."""
    return across_books(AuditRecord)
