"""Public ids in addresses, one converter per kind of row, under the kind's own name.

An address with an id that nothing can have is a 404 before any query. A view gets the row's UUID, or, for rows of
a book, a `BookId`, so that the look-up asks one book.
"""

from __future__ import annotations

from typing import ClassVar, NamedTuple
from uuid import UUID

from django.urls import register_converter

from kanal.kit.ids import parse_public_id, public_id


class BookId(NamedTuple):
    book_id: int
    id: UUID


class LocalIdConverter:
    """A row known by its id alone."""

    prefix: ClassVar[str]
    regex: ClassVar[str]

    def to_python(self, text: str) -> UUID:
        book_id, id_ = parse_public_id(text, self.prefix)
        if book_id is not None:
            raise ValueError(text)
        return id_

    def to_url(self, value: UUID | str) -> str:
        return value if isinstance(value, str) else public_id(self.prefix, value)


class BookIdConverter:
    """A row of a book: the address carries the book."""

    prefix: ClassVar[str]
    regex: ClassVar[str]

    def to_python(self, text: str) -> BookId:
        book_id, id_ = parse_public_id(text, self.prefix)
        if book_id is None:
            raise ValueError(text)
        return BookId(book_id, id_)

    def to_url(self, value: BookId | tuple[int, UUID] | str) -> str:
        if isinstance(value, str):
            return value
        book_id, id_ = value
        return public_id(self.prefix, id_, book_id)


KINDS: dict[str, type[LocalIdConverter | BookIdConverter]] = {}


def local_kind(name: str, prefix: str) -> None:
    """Make `<name:…>` available in addresses, such as `<organization_id:…>` for ids that begin with org_."""
    _register(name, prefix, LocalIdConverter)


def book_kind(name: str, prefix: str) -> None:
    _register(name, prefix, BookIdConverter)


def _register(name: str, prefix: str, converter: type[LocalIdConverter | BookIdConverter]) -> None:
    assert name not in KINDS, f"{name} is registered twice"
    regex = rf"(?i:{prefix}_[0-9a-z]{{26,39}})"
    KINDS[name] = type(f"Converter_{name}", (converter,), {"prefix": prefix, "regex": regex})
    register_converter(KINDS[name], name)  # type: ignore[arg-type]  # an id of two parts


local_kind("organization_id", "org")
local_kind("membership_id", "mem")
local_kind("invitation_id", "ivt")
local_kind("api_key_id", "key")
local_kind("person_id", "per")
local_kind("mail_id", "mai")
local_kind("notice_id", "ntc")
local_kind("partner_application_id", "pap")
local_kind("partner_id", "prt")
local_kind("contract_id", "con")
local_kind("contract_file_id", "cfl")
local_kind("own_organization_id", "own")
local_kind("customer_id", "cus")
book_kind("audit_id", "aud")
book_kind("account_id", "acc")
