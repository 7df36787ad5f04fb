"""Which amounts and words can be asked with at all.

CRED-2 A whole amount above zero.
CRED-5 An optional private reference and an optional note.
"""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from kanal.kit.money import Money
from kanal.kit.refusal import Refusal

MOST = 10**15  # minor units: beyond every budget, far within what the ledger's sums can hold
LONGEST_NOTE = 500
LONGEST_REFERENCE = 120


@dataclass(eq=False)
class AmountNotPositive(Refusal):
    code = "amount_not_positive"
    field = "amount"

    def __str__(self) -> str:
        return _("Give an amount above zero.")


@dataclass(eq=False)
class AmountTooHigh(Refusal):
    code = "amount_too_high"
    field = "amount"
    most: Money

    def __str__(self) -> str:
        return _("One amount can be at most %(most)s. Split it, or check the zeros.") % self.words()


@dataclass(eq=False)
class WordsTooLong(Refusal):
    code = "words_too_long"
    field = "note"
    most: int

    def __str__(self) -> str:
        return _("Write at most %(most)s characters.") % self.words()


@dataclass(eq=False)
class WhyMissing(Refusal):
    code = "why_missing"
    field = "why"

    def __str__(self) -> str:
        return _("Give the reason; it stays with the record.")


def check_amount(money: Money) -> None:
    if money.amount <= 0:
        raise AmountNotPositive
    if money.amount > MOST:
        raise AmountTooHigh(most=Money(MOST, money.currency))


def check_words(note: str = "", reference: str = "") -> None:
    for words, most in ((note, LONGEST_NOTE), (reference, LONGEST_REFERENCE)):
        if len(words) > most:
            raise WordsTooLong(most=most)


def checked_why(why: str) -> str:
    if not why.strip():
        raise WhyMissing
    check_words(why)
    return why.strip()
