"""Forget what was told in the portal and read long ago; the mail log and the audit stay."""

from datetime import datetime, timedelta

from kanal.notices.models import Notice

KEPT = timedelta(days=365)


def forget_old_notices(*, at: datetime) -> int:
    deleted, _ = Notice.objects.filter(told_at__lt=at - KEPT, read_at__isnull=False).delete()
    return deleted
