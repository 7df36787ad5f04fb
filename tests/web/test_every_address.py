"""Every address, asked by everybody: each role of each door, a rival, and somebody who is not signed in.

ID-8   Who may do what is decided by one table, and held on every page.
ALL-1  What one organization may not see does not exist for it.
ALL-3  Bad input gets a clear refusal: nothing anybody sends makes an address break.

The routes find themselves, so a page is walked from the day it appears.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, TypeAlias
from uuid import UUID

import pytest
from django.db import transaction
from django.test import Client

from kanal.identity.models import Organization, Person
from kanal.identity.permissions import permissions_of
from kanal.web.access import Door, Reach
from tests.web.routes import FREE_TEXT, Route, every_route
from tests.web.samples import SAMPLES, owners
from tests.world import World, a_world

pytestmark = pytest.mark.django_db

CAST = ["thu", "minh", "hanh", "quan", "vy", "lan", "hung", "mai", "phuc", "khoa", "an", "binh", "chi", "dung"]
SAID_NO = {302, 303, 400, 405, 409, 422, 429}
GONE_WELL = {200, 202, 204}
SIGN_IN = "/account/sign-in/"


@dataclass(frozen=True)
class Asker:
    person: Person
    organization: Organization
    roles: list[str]

    @property
    def door(self) -> Door:
        return Door.of(self.organization)


def asker(world: World, name: str) -> Asker:
    person: Person = getattr(world, name)
    return Asker(person, world.organization_of(person), world.membership_of(person).roles)


def test_every_kind_of_id_in_an_address_has_a_sample() -> None:
    wanted = {kind for route in every_route() for kind in route.row_kinds}
    assert sorted(wanted - set(SAMPLES)) == []


@pytest.mark.parametrize("name", CAST)
def test_what_the_table_allows_and_nothing_else(name: str) -> None:
    world = a_world()
    who = asker(world, name)
    client = signed_in(who)
    samples = every_sample(world)
    wrong = []
    for number, route in enumerate(every_route(), start=CAST.index(name)):
        for ids, relation in choices(world, samples, who, route):
            allowed = expected(route, who, relation)
            for method in methods(route, who, number):
                status = status_of(client, method, route.with_ids(ids))
                if status not in allowed:
                    wrong.append(f"{method} {route.text} ({relation}): {status}, not one of {sorted(allowed)}")
            if is_closed(route, who):
                break
    assert not wrong, "\n".join(wrong)


def test_whoever_is_not_signed_in_is_sent_to_sign_in() -> None:
    world = a_world()
    client = Client(raise_request_exception=False)
    ids = every_sample(world)[world.sao_mai.id]
    wrong = []
    for route in every_route():
        for method in ("GET", "POST"):
            with undone():
                response = client.generic(method, route.with_ids(ids))
            if route.access.reach in {Reach.DOOR, Reach.OWN}:
                fine = response.status_code == 302 and response["Location"].startswith(SIGN_IN)
            else:
                fine = response.status_code < 500
            if not fine:
                wrong.append(f"{method} {route.text}: {response.status_code}")
    assert not wrong, "\n".join(wrong)


def is_closed(route: Route, who: Asker) -> bool:
    """The door or the table says no before any row is looked for."""
    access = route.access
    return access.reach is Reach.DOOR and (who.door not in access.doors or access.may not in permissions_of(who.roles))


def methods(route: Route, who: Asker, number: int) -> tuple[str, ...]:
    """What is closed is closed before the method is looked at: each of the cast tries one, by turns the other."""
    both = ("GET", "POST")
    return (both[number % 2],) if is_closed(route, who) else both


def signed_in(who: Asker) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(who.person)
    return client


Samples: TypeAlias = "dict[UUID, dict[str, str]]"


def every_sample(world: World) -> Samples:
    """Made once: what an address does to them is undone before the next one is asked."""
    return {
        owner.organization.id: {kind: make(world, owner) for kind, make in SAMPLES.items()} for owner in owners(world)
    }


def choices(world: World, samples: Samples, who: Asker, route: Route) -> Iterator[tuple[dict[str, str], str]]:
    """Ids of rows of one's own, of somebody one has nothing to do with, and of a row that never was."""
    if not route.row_kinds:
        yield {}, "own"
        return
    for owner in owners(world):
        relation = relation_between(world, who.organization, owner.organization)
        if relation in {"own", "rival"}:
            yield samples[owner.organization.id], relation
    yield {kind: nobody(real) for kind, real in samples[world.sao_mai.id].items()}, "nobody"


def relation_between(world: World, asks: Organization, owns: Organization) -> str:
    if asks.id == owns.id:
        return "own"
    related = asks.is_the_provider or owns.is_the_provider
    family = {world.sao_mai.id, world.an_phat.id}
    return "related" if related or {asks.id, owns.id} == family else "rival"


def nobody(real: str) -> str:
    """A well-made id of a row that does not exist."""
    return real[:-6] + "zzzzzz"


def expected(route: Route, who: Asker, relation: str) -> set[int]:
    access = route.access
    answered = GONE_WELL | SAID_NO
    if access.reach is not Reach.DOOR:
        return answered | {403, 404, 503}
    if who.door not in access.doors:
        return {404}
    if access.may not in permissions_of(who.roles):
        return {403}
    if relation in {"rival", "nobody"}:
        return {404, 405}
    free_text = any(kind in FREE_TEXT for kind in route.kinds)
    return answered | {404} if free_text else answered


def status_of(client: Client, method: str, url: str) -> int:
    """The session is as it was afterwards, in the browser too: one of the addresses signs out."""
    kept = deepcopy(client.cookies)
    with undone():
        response: Any = client.generic(method, url)
        if response.streaming:
            b"".join(response.streaming_content)
    client.cookies = kept
    return int(response.status_code)


@contextmanager
def undone() -> Iterator[None]:
    """What was asked leaves nothing behind for the next one."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
