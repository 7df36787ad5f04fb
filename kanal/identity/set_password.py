"""Give a person a new password.

ID-1  It was judged where it was typed; here it is hashed, and only the fact is recorded.
ID-3  Every other session ends with it, because a session is bound to the password it began with.
"""

from datetime import datetime

from django.db import transaction

from kanal.audit.record import record
from kanal.identity.models import Person
from kanal.identity.subjects import person_subject
from kanal.kit.actor import Actor


@transaction.atomic
def set_password(*, person: Person, password: str, by: Actor, at: datetime) -> None:
    """The person handed in carries the new hash afterwards: the session that goes on is bound to it."""
    person.set_password(password)
    person.save(update_fields=["password"])
    record("password.changed", person_subject(person), by=by, at=at)
