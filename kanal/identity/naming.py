"""A person's name and the keys that find and order it: set together, saved together."""

from kanal.identity.models import Person
from kanal.identity.tidy import tidy
from kanal.kit.keys import search_key, sort_key

NAME_FIELDS = ["name", "search_key", "sort_key"]


def give_name(person: Person, name: str) -> Person:
    """Not saved: whoever calls saves NAME_FIELDS with whatever else it changes."""
    person.name = tidy(name)
    person.search_key = search_key(f"{person.name} {person.email}")
    person.sort_key = sort_key(person.name or person.email)
    return person
