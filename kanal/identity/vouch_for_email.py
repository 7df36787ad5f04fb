"""Take an address as proved without a mailed link: at set-up, where the operator vouches for the first administrator.

ID-1  The e-mail is verified before the first sign-in, and here somebody answers for it by name.
"""

from datetime import datetime

from allauth.account.models import EmailAddress
from django.db import transaction

from kanal.audit.record import record
from kanal.identity.models import Person
from kanal.identity.subjects import person_subject
from kanal.kit.actor import Actor


@transaction.atomic
def vouch_for_email(*, person: Person, by: Actor, at: datetime) -> None:
    """Only set-up and the demo call it; everybody else opens the link in a mail."""
    EmailAddress.objects.update_or_create(user=person, email=person.email, defaults={"verified": True, "primary": True})
    record("person.email_vouched_for", person_subject(person), by=by, at=at, new={"email": person.email})
