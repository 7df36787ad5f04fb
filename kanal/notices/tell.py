"""Tell people of what happened: one outbox row in the caller's transaction, delivered after it commits.

`cause` names what happened ("invitation:…:2"), so that a reader hears of it once, however often the telling is
carried out.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from kanal.kit.models import Outbox
from kanal.kit.plain import Plain, plain
from kanal.kit.queue import NO_BOOK, enqueued
from kanal.notices.facts import packed
from kanal.notices.kinds import kind_of
from kanal.notices.sealed import sealed_facts

LANGUAGES = ("vi", "en")


@dataclass(frozen=True, slots=True)
class Reader:
    """An address to write to; with `person_id` also somebody with an inbox and wishes of their own."""

    email: str
    name: str
    language: str
    person_id: UUID | None = None
    organization_id: UUID | None = None

    def to_json(self) -> dict[str, Plain]:
        return {
            "email": self.email,
            "name": self.name,
            "language": self.language,
            "person_id": plain(self.person_id),
            "organization_id": plain(self.organization_id),
        }

    @classmethod
    def from_json(cls, told: Mapping[str, str | None]) -> "Reader":
        person, organization = told["person_id"], told["organization_id"]
        return cls(
            email=str(told["email"]),
            name=str(told["name"]),
            language=str(told["language"]),
            person_id=UUID(person) if person else None,
            organization_id=UUID(organization) if organization else None,
        )


def tell(
    kind: str,
    *,
    to: Sequence[Reader],
    facts: Mapping[str, object],
    cause: str,
    at: datetime,
    link: str = "",
    book_id: int = NO_BOOK,
) -> None:
    """Where it leads is `link`, from the root of this site ("/partner/members/").

    `book_id` is the book that the caller's transaction writes, if it writes one.
    """
    if to:
        told(kind, to=to, facts=facts, cause=cause, at=at, link=link, book_id=book_id).save(force_insert=True)


def told(
    kind: str,
    /,
    *,
    to: Sequence[Reader],
    facts: Mapping[str, object],
    cause: str,
    at: datetime,
    link: str = "",
    book_id: int = NO_BOOK,
) -> Outbox:
    """The row unsaved, for a verb that tells many, each of something else."""
    described = kind_of(kind)  # an unknown kind is found out here, not in a job that nobody watches
    assert cause, "without a cause nothing would be told only once"
    assert all(reader.language in LANGUAGES for reader in to)
    carried = packed(facts)
    if described.secret:
        carried, link = sealed_facts(carried, link), ""
    return enqueued(
        "deliver_notice",
        at=at,
        book_id=book_id,
        kind=kind,
        to=[reader.to_json() for reader in to],
        facts=carried,
        cause=cause,
        link=link,
    )
