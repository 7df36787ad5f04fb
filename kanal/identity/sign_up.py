"""Make an account for somebody who asked for one.

ID-1  The password is strong (checked where it is typed), and the e-mail is verified before the first sign-in.
ID-7  The language is kept from the first page on.
"""

from datetime import datetime

from django.db import transaction

from kanal.audit.record import record
from kanal.identity.models import Person
from kanal.identity.naming import give_name
from kanal.identity.subjects import person_subject
from kanal.kit.actor import Actor
from kanal.kit.ids import uuid7

TERMS = "2026-01"  # the edition of the terms that the sign-up page shows and that a person accepts by signing up


@transaction.atomic
def sign_up(
    *, email: str, name: str, language: str, password: str | None, address: str, device: str, at: datetime
) -> Person:
    """IntegrityError where the e-mail has an account already: two sign-ups at the same moment make one.

    Without a password none opens the account until its owner chooses one by a mailed link.
    """
    person = Person(id=uuid7(), email=email.strip().lower(), language=language, joined_at=at)
    give_name(person, name)
    person.set_password(password)
    person.save(force_insert=True)
    itself = Actor(
        kind="PERSON",
        id=str(person.id),
        name=person.name,
        organization_id=None,
        address=address,
        device=device,
    )
    subject = person_subject(person)
    record("person.signed_up", subject, by=itself, at=at, new={"email": person.email, "terms_accepted": TERMS})
    return person
