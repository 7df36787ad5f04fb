"""Change the address a person signs in with, by the link that was mailed to the new one.

ID-1  Whoever opens the link reads that mailbox; signed in as its owner, they prove both.
ID-3  The old address is told.
"""

from dataclasses import dataclass
from datetime import datetime

from allauth.account.models import EmailAddress
from django.core import signing
from django.db import transaction
from django.utils.translation import gettext as _

from kanal.audit.record import record
from kanal.identity.ask_for_email_change import LIFE, SALT
from kanal.identity.models import Person
from kanal.identity.naming import NAME_FIELDS, give_name
from kanal.identity.queries import person_by_email
from kanal.identity.readers import reader
from kanal.identity.subjects import person_subject
from kanal.kit.actor import Actor
from kanal.kit.device import name_of_device
from kanal.kit.ids import uuid7
from kanal.kit.locked import locked
from kanal.kit.refusal import Refusal
from kanal.notices.tell import tell


@dataclass(eq=False)
class EmailLinkDead(Refusal):
    code = "email_link_dead"

    def __str__(self) -> str:
        return _("This link no longer works: it is a day old, was used, or is another person's. Ask for a new one.")


@dataclass(eq=False)
class EmailTaken(Refusal):
    """Told only to who reads the mail of that address."""

    code = "email_taken"
    email: str

    def __str__(self) -> str:
        return _("%(email)s has an account of its own meanwhile. Choose another address.") % self.words()


def new_email_of(token: str, person: Person) -> str:
    """What the link offers this person, as long as it does."""
    try:
        person_id, old, new = signing.loads(token, salt=SALT, max_age=LIFE)
    except signing.BadSignature:
        raise EmailLinkDead from None
    if (person_id, old) != (str(person.id), person.email):
        raise EmailLinkDead
    return str(new)


@transaction.atomic
def change_email(*, person: Person, token: str, by: Actor, at: datetime) -> Person:
    person = locked(person)
    new, was = new_email_of(token, person), reader(person)
    if person_by_email(new) is not None:
        raise EmailTaken(email=new)
    old, person.email = person.email, new
    give_name(person, person.name)
    person.save(update_fields=["email", *NAME_FIELDS])
    EmailAddress.objects.filter(user=person).delete()
    EmailAddress.objects.create(user=person, email=new, verified=True, primary=True)
    record("person.email_changed", person_subject(person), by=by, at=at, old={"email": old}, new={"email": new})
    tell(
        "email_changed",
        to=[was],
        facts={"email": old, "new_email": new, "address": by.address, "device": name_of_device(by.device), "when": at},
        cause=f"email_changed:{uuid7()}",
        at=at,
        link="/account/",
    )
    return person
