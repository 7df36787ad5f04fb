"""Change what a person sees of Kanal: the name shown to others, language, theme and time zone.

ID-7  The choice of language is kept per person.
"""

from datetime import datetime

from django.db import transaction

from kanal.audit.record import record
from kanal.identity.models import Person
from kanal.identity.naming import NAME_FIELDS, give_name
from kanal.identity.subjects import person_subject
from kanal.identity.tidy import tidy
from kanal.kit.actor import Actor


@transaction.atomic
def set_preferences(
    *,
    person: Person,
    by: Actor,
    at: datetime,
    name: str | None = None,
    language: str | None = None,
    theme: str | None = None,
    time_zone: str | None = None,
) -> Person:
    """What is not named stays as it is; setting what is already so is no change and leaves no record."""
    wanted = {"name": tidy(name) if name else None, "language": language, "theme": theme, "time_zone": time_zone}
    person = Person.objects.select_for_update(no_key=True).get(id=person.id)
    old = {field: getattr(person, field) for field in wanted}
    new = {field: value for field, value in wanted.items() if value is not None and value != old[field]}
    if not new:
        return person
    for field, value in new.items():
        setattr(person, field, value)
    give_name(person, person.name)
    person.save(update_fields={*new, *NAME_FIELDS})
    subject = person_subject(person)
    record("person.changed", subject, by=by, at=at, old={field: old[field] for field in new}, new=new)
    return person
