"""The cast, and a browser for each of them, in English."""

from collections.abc import Callable

import pytest
from django.test import Client

from kanal.identity.models import Person
from tests.world import World, a_world

Browser = Callable[[Person], Client]


@pytest.fixture
def world(db: None) -> World:
    world = a_world()
    for person in world.people():
        person.language = "en"
    Person.objects.update(language="en")
    return world


@pytest.fixture
def browser() -> Browser:
    def signed_in(person: Person) -> Client:
        client = Client(headers={"user-agent": "Firefox"})
        client.force_login(person)
        return client

    return signed_in
