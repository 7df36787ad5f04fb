"""How what stands in the catalogue is called: by a code for files and programs, by a name in each language.

ID-7  Vietnamese and English everywhere.
ALL-3 Bad input gets a clear refusal and loses nothing typed.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from kanal.audit.record import record
from kanal.catalog.models import LONGEST_CODE, LONGEST_NAME, Named
from kanal.catalog.subjects import KINDS, subject_of
from kanal.identity.desk_only import check_is_the_desk
from kanal.identity.tidy import tidy
from kanal.kit.actor import Actor
from kanal.kit.refusal import Refusal

_CODE = re.compile(r"[a-z0-9]+([._-][a-z0-9]+)*")
Row = TypeVar("Row", bound=Named)


@dataclass(frozen=True, slots=True)
class Naming:
    code: str
    vi: str
    en: str


@dataclass(eq=False)
class CodeUnusable(Refusal):
    code = "code_unusable"
    field = "code"
    typed: str
    most: int = LONGEST_CODE

    def __str__(self) -> str:
        return (
            _(
                "“%(typed)s” cannot be a code. Use lower-case letters and digits, with dots, hyphens or underscores in "
                "between, at most %(most)d in all."
            )
            % self.words()
        )


@dataclass(eq=False)
class CodeTaken(Refusal):
    code = "code_taken"
    field = "code"
    typed: str

    def __str__(self) -> str:
        return _("The code “%(typed)s” is taken. Choose another one.") % self.words()


@dataclass(eq=False)
class NameMissingInOneLanguage(Refusal):
    code = "name_missing_in_one_language"
    field = "name"
    most: int = LONGEST_NAME

    def __str__(self) -> str:
        return _("Give a name in Vietnamese and in English, each of at most %(most)d characters.") % self.words()


def checked_names(naming: Naming) -> dict[str, str]:
    names = {"name_vi": tidy(naming.vi), "name_en": tidy(naming.en)}
    if not all(0 < len(name) <= LONGEST_NAME for name in names.values()):
        raise NameMissingInOneLanguage
    return names


def add_named(kind: type[Row], /, naming: Naming, *, by: Actor, at: datetime, **facts: Any) -> Row:
    """Inside the transaction of whoever calls. Two who choose one code at once: the second is told."""
    check_is_the_desk(by)
    if not (_CODE.fullmatch(naming.code) and len(naming.code) <= LONGEST_CODE):
        raise CodeUnusable(typed=naming.code)
    names = checked_names(naming)
    if kind._default_manager.filter(code=naming.code).exists():  # noqa: SLF001 - Django's own word
        raise CodeTaken(typed=naming.code)
    try:
        with transaction.atomic():
            row = kind._default_manager.create(code=naming.code, added_at=at, **names, **facts)  # noqa: SLF001
    except IntegrityError as taken:
        if "code" not in str(taken):
            raise
        raise CodeTaken(typed=naming.code) from taken
    said = {"code": naming.code, **names, **{name: _said(fact) for name, fact in facts.items()}}
    record(f"{KINDS[kind]}.added", subject_of(row), by=by, at=at, new=said)
    return row


def _said(fact: object) -> object:
    return fact.code if isinstance(fact, Named) else fact
