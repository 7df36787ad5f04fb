"""Each morning, say at the desk how many mails of the last day did not arrive for sure."""

from datetime import datetime, timedelta

from kanal.identity.models import Organization
from kanal.identity.permissions import Permission
from kanal.identity.readers import readers_who_may
from kanal.notices.queries import mails_in_trouble
from kanal.notices.tell import tell


def report_mail_trouble(*, at: datetime) -> int:
    count = mails_in_trouble().filter(made_at__gt=at - timedelta(days=1), made_at__lte=at).count()
    provider = Organization.objects.filter(kind=Organization.Kind.PROVIDER).first()
    if count and provider:
        tell(
            "mail_trouble",
            to=readers_who_may(provider, Permission.MAIL_READ),
            facts={"count": count},
            cause=f"mail_trouble:{at.isoformat()}",
            at=at,
            link="/desk/mails/",
        )
    return count
