"""What a password needs.

ID-1  At least 8 characters of four classes, and not a known common one.
"""

import unicodedata
from collections.abc import Callable
from functools import cache

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

LEAST = 8
MOST = 256  # hashing is slow on purpose; an endless password would be a way to keep the server busy

CLASSES: list[tuple[Promise, Callable[[str], bool]]] = [
    (gettext_lazy("a small letter"), str.islower),
    (gettext_lazy("a capital letter"), str.isupper),
    (gettext_lazy("a digit"), str.isdigit),
    (gettext_lazy("a sign such as #"), lambda letter: not letter.isalnum()),
]


def as_typed(password: str) -> str:
    """The same letters give the same password on every keyboard: some send "ế" whole, others in pieces."""
    return unicodedata.normalize("NFKC", password)


def missing_from(password: str) -> list[str]:
    """What it still needs, in the reader's words; empty when it has all."""
    missing = []
    if len(password) < LEAST:
        missing.append(_("at least %(count)d characters") % {"count": LEAST})
    missing += [str(words) for words, belongs in CLASSES if not any(belongs(letter) for letter in password)]
    return missing


def is_common(password: str) -> bool:
    """Listed among those that were leaked most, as typed or with digits and signs tacked on: "Password1!"."""
    typed = password.lower()
    core = typed.strip("".join({letter for letter in typed if not letter.isalpha()}))
    return bool({typed, core} & _leaked())


@cache
def _leaked() -> set[str]:
    return CommonPasswordValidator().passwords


class StrongPassword:
    """ID-1, as Django asks for it (AUTH_PASSWORD_VALIDATORS)."""

    def validate(self, password: str, _user: AbstractBaseUser | None = None) -> None:
        password = as_typed(password)
        missing = missing_from(password)
        if missing:
            raise ValidationError(
                _("The password still needs %(missing)s.") % {"missing": get_text_list(missing, _("and"))},
                code="password_too_weak",
            )
        if is_common(password):
            raise ValidationError(
                _("This password is one of those that attackers try first. Choose another one."),
                code="password_too_common",
            )

    def get_help_text(self) -> str:
        return _("At least 8 characters, with small and capital letters, a digit and a sign such as #")
