"""ID-8 A program's way in: what a key can do, how long it lives, and what is kept of it."""

from datetime import datetime, timedelta

import pytest

from kanal.identity.authenticate_api_key import KeyNotAccepted, authenticate_api_key
from kanal.identity.change_roles import change_roles
from kanal.identity.end_api_key import KeyEndedAlready, end_api_key
from kanal.identity.make_api_key import (
    MOST_ALIVE,
    KeyMadeAlready,
    KeyNameMissing,
    LifeTooLong,
    MadeKey,
    NoScope,
    ScopeNotYours,
    TooManyKeys,
    make_api_key,
)
from kanal.identity.members import NoLongerAMember
from kanal.identity.models import ApiKey, Person
from kanal.identity.permissions import Permission
from kanal.identity.roles import Role
from kanal.identity.warn_of_key_expiry import (
    next_key_to_expire,
    next_key_to_warn_of,
    tell_of_expired_keys,
    warn_of_expiring_keys,
)
from kanal.kit.models import Outbox
from kanal.kit.refusal import Refusal
from tests.world import World, a_person, a_world, join, records_of, told_to

pytestmark = pytest.mark.django_db
P = Permission
DAY = timedelta(days=1)
FROM = "192.0.2.9"


@pytest.fixture
def world() -> World:
    return a_world()


def make(world: World, at: datetime, maker: str = "lan", **changes: object) -> MadeKey:
    person: Person = getattr(world, maker)
    facts = {
        "organization": world.organization_of(person),
        "name": "ERP",
        "scopes": [P.MEMBERS_READ, P.ORGANIZATION_EDIT],
        "expires_at": at + 90 * DAY,
        "by": world.acting(person),
        **changes,
    }
    return make_api_key(at=at, **facts)  # type: ignore[arg-type]


def test_the_secret_is_shown_once_and_kept_as_a_digest(world: World, noon: datetime) -> None:
    """ID-8"""
    made = make(world, noon)

    key = ApiKey.objects.get(id=made.key.id)
    assert made.secret.startswith("kan_")
    assert key.shown_prefix == made.secret[:12]
    columns = {field.attname: getattr(key, field.attname) for field in ApiKey._meta.concrete_fields}
    assert made.secret not in str(columns)
    told = [row.facts for row in Outbox.objects.filter(book_id=world.sao_mai.book_id)]
    written = [(record.old, record.new) for record in records_of(world.sao_mai, "api_key.made")]
    assert made.secret not in str(told) + str(written)


def test_everybody_who_manages_keys_hears_of_a_new_one(world: World, noon: datetime) -> None:
    """ALL-2"""
    join(world.sao_mai, a_person("Tú", "tu@saomai.example"), Role.PARTNER_ADMIN, head=world.lan)
    made = make(world, noon)

    assert sorted(told_to(world.sao_mai, "api_key_made")) == ["lan@saomai.example", "tu@saomai.example"]
    [written] = records_of(world.sao_mai, "api_key.made")
    assert written.new["scopes"] == ["members.read", "organization.edit"]
    assert written.subject_id == str(made.key.id)


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"name": "  "}, KeyNameMissing),
        ({"name": "x" * 101}, KeyNameMissing),
        ({"scopes": []}, NoScope),
        ({"scopes": ["members.manage"]}, ScopeNotYours),
        ({"scopes": ["api_keys.manage", "members.read"]}, ScopeNotYours),
        ({"scopes": ["audit.read"]}, ScopeNotYours),
        ({"scopes": ["everything"]}, ScopeNotYours),
        ({"expires_at": datetime.fromisoformat("2026-03-18T05:00:00Z")}, LifeTooLong),
        ({"expires_at": datetime.fromisoformat("2027-03-19T05:00:01Z")}, LifeTooLong),
    ],
)
def test_refuses_what_cannot_be(
    world: World, noon: datetime, changes: dict[str, object], refusal: type[Refusal]
) -> None:
    """ID-8"""
    with pytest.raises(refusal) as refused:
        make(world, noon, **changes)  # type: ignore[arg-type]
    assert str(refused.value)
    assert not ApiKey.objects.exists()


def test_a_key_can_do_at_most_what_its_maker_may(world: World, noon: datetime) -> None:
    """ID-8"""
    with pytest.raises(ScopeNotYours) as refusal:
        make(world, noon, maker="hung")
    assert refusal.value.scopes == ["organization.edit"]
    assert make(world, noon, maker="hung", scopes=[P.MEMBERS_READ])


def test_only_a_member_makes_a_key(world: World, noon: datetime) -> None:
    """ID-8"""
    with pytest.raises(NoLongerAMember):
        make(world, noon, maker="khoa", organization=world.sao_mai)


def test_an_organization_has_so_many_and_no_more(world: World, noon: datetime) -> None:
    """ID-8"""
    keys = [make(world, noon).key for _ in range(MOST_ALIVE)]
    with pytest.raises(TooManyKeys):
        make(world, noon)
    end_api_key(key=keys[0], by=world.acting(world.lan), at=noon)
    assert make(world, noon)


def test_a_form_sent_twice_makes_one_key(world: World, noon: datetime) -> None:
    """ALL-3"""
    make(world, noon, request_id="r1")
    with pytest.raises(KeyMadeAlready):
        make(world, noon, request_id="r1")
    make(world, noon, maker="khoa", request_id="r1")
    make(world, noon, request_id="r2")
    assert ApiKey.objects.count() == 3


def test_comes_in_for_its_organization(world: World, noon: datetime) -> None:
    """ID-8"""
    made = make(world, noon)
    program = authenticate_api_key(secret=made.secret, address=FROM, at=noon)

    assert (program.organization, program.membership.person) == (world.sao_mai, world.lan)
    assert program.permissions == {P.MEMBERS_READ, P.ORGANIZATION_EDIT}
    actor = program.acting(address=FROM, device="curl", request_id="r1")
    assert (actor.kind, actor.id, actor.name) == ("API_KEY", str(made.key.id), "ERP")
    assert actor.organization_id == world.sao_mai.id


def test_can_do_less_from_the_moment_its_maker_may_do_less(world: World, noon: datetime) -> None:
    """ID-8"""
    tu = join(world.sao_mai, a_person("Tú", "tu@saomai.example"), Role.PARTNER_ADMIN, head=world.lan)
    made = make(world, noon)
    change_roles(
        membership=world.membership_of(world.lan),
        roles=[Role.PARTNER_VIEWER],
        by=world.acting(world.lan),
        at=noon,
    )

    assert authenticate_api_key(secret=made.secret, address=FROM, at=noon).permissions == {P.MEMBERS_READ}
    assert tu


def test_a_permission_that_left_the_table_opens_nothing(world: World, noon: datetime) -> None:
    """ID-8"""
    made = make(world, noon)
    ApiKey.objects.filter(id=made.key.id).update(scopes=["members.read", "was.once"])

    assert authenticate_api_key(secret=made.secret, address=FROM, at=noon).permissions == {P.MEMBERS_READ}


def test_every_wrong_key_gets_the_same_answer(world: World, noon: datetime) -> None:
    """ID-4"""
    made, ended = make(world, noon), make(world, noon)
    end_api_key(key=ended.key, by=world.acting(world.lan), at=noon)
    closed = make(world, noon, maker="khoa")
    Person.objects.filter(id=world.khoa.id).update(is_active=False)

    answers = set()
    for secret, at in [
        ("", noon),
        ("kan_" + "0" * 40, noon),
        (made.secret[:-1], noon),
        (made.secret.upper(), noon),
        (made.key.shown_prefix, noon),
        (made.secret, noon + 90 * DAY),
        (ended.secret, noon),
        (closed.secret, noon),
    ]:
        with pytest.raises(KeyNotAccepted) as refusal:
            authenticate_api_key(secret=secret, address=FROM, at=at)
        answers.add((refusal.value.code, str(refusal.value), str(refusal.value.facts())))
    assert len(answers) == 1
    assert authenticate_api_key(secret=made.secret, address=FROM, at=noon + 90 * DAY - timedelta(microseconds=1))


def test_its_last_use_is_noted_once_a_minute(world: World, noon: datetime, django_assert_num_queries: object) -> None:
    """ID-8"""
    made = make(world, noon)

    def use(seconds: int, address: str) -> tuple[object, str]:
        authenticate_api_key(secret=made.secret, address=address, at=noon + timedelta(seconds=seconds))
        key = ApiKey.objects.get(id=made.key.id)
        assert key.last_used_at is not None
        return (key.last_used_at - noon).total_seconds(), key.last_used_address

    assert use(0, FROM) == (0, FROM)
    assert use(59, "198.51.100.1") == (0, FROM)
    assert use(60, "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff") == (60, "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff")
    with django_assert_num_queries(2):  # type: ignore[operator]
        authenticate_api_key(secret=made.secret, address=FROM, at=noon + timedelta(seconds=61))


def test_ends_when_it_is_ended(world: World, noon: datetime) -> None:
    """ALL-2"""
    made = make(world, noon)
    assert made.key.standing(noon) == "ACTIVE"
    assert made.key.standing(noon + 83 * DAY) == "EXPIRES_SOON"
    ended = end_api_key(key=made.key, by=world.acting(world.lan), at=noon + DAY)

    assert (ended.standing(noon + DAY), ended.ended_by) == ("ENDED", world.lan)
    assert records_of(world.sao_mai, "api_key.ended")
    with pytest.raises(KeyEndedAlready):
        end_api_key(key=made.key, by=world.acting(world.lan), at=noon + DAY)
    late = make(world, noon).key
    assert late.standing(noon + 90 * DAY) == "EXPIRED"
    with pytest.raises(KeyEndedAlready):
        end_api_key(key=late, by=world.acting(world.lan), at=noon + 90 * DAY)


def test_its_end_is_said_seven_days_before_and_at_it_once(world: World, noon: datetime) -> None:
    """ID-8"""
    make(world, noon)
    assert next_key_to_warn_of(noon + 83 * DAY - timedelta(seconds=1)) is None
    assert next_key_to_warn_of(noon + 100 * DAY) == noon + 83 * DAY
    assert next_key_to_expire(noon + 90 * DAY - timedelta(seconds=1)) is None
    assert next_key_to_expire(noon + 100 * DAY) == noon + 90 * DAY

    for _ in range(2):
        warn_of_expiring_keys(at=noon + 83 * DAY)
        tell_of_expired_keys(at=noon + 90 * DAY)
    assert told_to(world.sao_mai, "api_key_expiring") == [world.lan.email]
    assert told_to(world.sao_mai, "api_key_expired") == [world.lan.email]
    [written] = records_of(world.sao_mai, "api_key.expired")
    assert written.actor_kind == "JOB"
    assert next_key_to_warn_of(noon + 1000 * DAY) is next_key_to_expire(noon + 1000 * DAY) is None


def test_a_short_lived_key_is_not_warned_of_as_it_is_made(world: World, noon: datetime) -> None:
    """ID-8"""
    make(world, noon, expires_at=noon + 7 * DAY)

    assert next_key_to_warn_of(noon + 30 * DAY) is None
    assert next_key_to_expire(noon + 30 * DAY) == noon + 7 * DAY


def test_an_ended_key_is_spoken_of_no_more(world: World, noon: datetime) -> None:
    """ID-8"""
    end_api_key(key=make(world, noon).key, by=world.acting(world.lan), at=noon)

    assert next_key_to_warn_of(noon + 100 * DAY) is next_key_to_expire(noon + 100 * DAY) is None
