"""Make a key for a program; its secret is shown once and kept only as a digest.

ID-8  A key can do at most what its maker may; what would let it make itself heirs stays with people.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from kanal.audit.record import record
from kanal.identity.acting import acting_person
from kanal.identity.links import link_in
from kanal.identity.members import NoLongerAMember
from kanal.identity.models import KEY_ENDS_SOON, ApiKey, Organization
from kanal.identity.permissions import Permission, scopes_open_to
from kanal.identity.queries import api_keys_of, member_of
from kanal.identity.readers import readers_who_may
from kanal.identity.secret import digest_of, new_secret
from kanal.identity.subjects import api_key_subject
from kanal.identity.tidy import tidy
from kanal.kit.actor import Actor
from kanal.kit.ids import derived_id, uuid7
from kanal.kit.locked import locked
from kanal.kit.refusal import Refusal
from kanal.notices.tell import tell

PREFIX = "kan_"
SHOWN = len(PREFIX) + 8
LONGEST_LIFE = timedelta(days=366)
MOST_ALIVE = 50
LONGEST_NAME = 100


@dataclass(frozen=True, slots=True)
class MadeKey:
    """`secret` exists here and nowhere else: whoever shows it shows it once."""

    key: ApiKey
    secret: str


@dataclass(eq=False)
class KeyNameMissing(Refusal):
    code = "key_name_missing"
    field = "name"
    longest: int

    def __str__(self) -> str:
        return _("Name the program that will use the key, in at most %(longest)d characters.") % self.words()


@dataclass(eq=False)
class NoScope(Refusal):
    code = "no_scope"
    field = "scopes"

    def __str__(self) -> str:
        return _("Choose at least one thing that the key may do.")


@dataclass(eq=False)
class ScopeNotYours(Refusal):
    code = "scope_not_yours"
    field = "scopes"
    scopes: list[str]

    def __str__(self) -> str:
        return _("A key can do only what you may yourself and what programs may do; leave out: %(scopes)s.") % {
            "scopes": ", ".join(self.scopes)
        }


@dataclass(eq=False)
class LifeTooLong(Refusal):
    code = "life_too_long"
    field = "expires_at"
    days: int

    def __str__(self) -> str:
        return _("A key ends later than now and within %(days)d days. Make a new one before the old one ends.") % (
            self.words()
        )


@dataclass(eq=False)
class TooManyKeys(Refusal):
    code = "too_many_keys"
    most: int

    def __str__(self) -> str:
        return _("There are %(most)d keys in use already. End those that no program needs any more.") % self.words()


@dataclass(eq=False)
class KeyMadeAlready(Refusal):
    """The same form sent twice: the secret was in the first answer and is nowhere any more."""

    code = "key_made_already"
    name: str

    def __str__(self) -> str:
        return _("The key “%(name)s” was made a moment ago. If its secret was not kept, end it and make another.") % (
            self.words()
        )


@transaction.atomic
def make_api_key(
    *,
    organization: Organization,
    name: str,
    scopes: Collection[str],
    expires_at: datetime,
    by: Actor,
    at: datetime,
    request_id: str = "",
) -> MadeKey:
    """One `request_id`, one key: a form that is sent twice makes no second one."""
    organization = locked(organization)
    maker = acting_person(by)
    membership = member_of(organization, maker)
    if membership is None:
        raise NoLongerAMember(name=str(maker))
    name = _checked_name(name)
    _check_scopes(scopes, open_to_maker=scopes_open_to(membership.roles))
    if not at < expires_at <= at + LONGEST_LIFE:
        raise LifeTooLong(days=LONGEST_LIFE.days)
    if api_keys_of(organization).filter(ended_at=None, expires_at__gt=at).count() >= MOST_ALIVE:
        raise TooManyKeys(most=MOST_ALIVE)
    id_ = derived_id("api_key", organization.id, maker.id, request_id) if request_id else uuid7(at)
    made_already = ApiKey.objects.filter(id=id_).first()
    if made_already:
        raise KeyMadeAlready(name=made_already.name)
    secret = new_secret(PREFIX)
    key = ApiKey.objects.create(
        id=id_,
        organization=organization,
        name=name,
        shown_prefix=secret[:SHOWN],
        digest=digest_of(secret),
        scopes=sorted(set(scopes)),
        made_by=maker,
        made_at=at,
        expires_at=expires_at,
        # A key that lives shorter than the warning would be warned of as it is made.
        warned_at=at if expires_at - at <= KEY_ENDS_SOON else None,
    )
    _record_and_tell(key, by=by, at=at)
    return MadeKey(key, secret)


def _checked_name(name: str) -> str:
    tidied = tidy(name)
    if not tidied or len(tidied) > LONGEST_NAME:
        raise KeyNameMissing(longest=LONGEST_NAME)
    return tidied


def _check_scopes(scopes: Collection[str], *, open_to_maker: Collection[Permission]) -> None:
    if not scopes:
        raise NoScope
    beyond = sorted(set(scopes) - set(open_to_maker))
    if beyond:
        raise ScopeNotYours(scopes=beyond)


def _record_and_tell(key: ApiKey, *, by: Actor, at: datetime) -> None:
    record(
        "api_key.made",
        api_key_subject(key),
        by=by,
        at=at,
        book_id=key.organization.book_id,
        organization_id=key.organization_id,
        new={"scopes": key.scopes, "expires_at": key.expires_at, "begins_with": key.shown_prefix},
    )
    tell(
        "api_key_made",
        to=readers_who_may(key.organization, Permission.API_KEYS_MANAGE),
        facts={
            "organization": key.organization.name,
            "key": key.name,
            "begins_with": key.shown_prefix,
            "by": by.name,
            "expires_at": key.expires_at,
        },
        cause=f"api_key_made:{key.id}",
        at=at,
        link=link_in(key.organization, "api-keys"),
        book_id=key.organization.book_id,
    )
