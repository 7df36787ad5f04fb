"""What a contract says, and what of it can be checked.

CONTR-1 Frame or deal appendix, number, signed, from and to, payment terms in days, capped or uncapped pool, overdue
        policy; a partner has at most one frame contract on any day, so that there is one answer to what applies.
ALL-3   Bad input gets a clear refusal and loses nothing typed.
"""

from dataclasses import asdict, dataclass, fields, replace
from datetime import date
from uuid import UUID

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from kanal.identity.models import Organization
from kanal.identity.tidy import tidy
from kanal.kit.refusal import Refusal
from kanal.partners.models import DEFAULT_PAYMENT_TERMS_DAYS, LONGEST_PAYMENT_TERMS_DAYS, Contract
from kanal.partners.queries import contracts_of

LONGEST_NUMBER = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractFacts:
    """The days are those on the paper: `to_on` is the last on which it holds."""

    number: str
    signed_on: date
    from_on: date
    to_on: date
    payment_terms_days: int = DEFAULT_PAYMENT_TERMS_DAYS
    is_capped: bool = True
    overdue_policy: str = Contract.OverduePolicy.RESTRICT.value
    internal_note: str = ""

    @classmethod
    def of(cls, contract: Contract) -> "ContractFacts":
        return cls(**{field.name: getattr(contract, field.name) for field in fields(cls)})

    def facts(self) -> dict[str, object]:
        return asdict(self)


@dataclass(eq=False)
class ContractNumberMissing(Refusal):
    code = "contract_number_missing"
    field = "number"
    longest: int = LONGEST_NUMBER

    def __str__(self) -> str:
        return _("Give the number as it stands on the contract, in at most %(longest)d characters.") % self.words()


@dataclass(eq=False)
class ContractEndsBeforeItBegins(Refusal):
    code = "contract_ends_before_it_begins"
    field = "to_on"

    def __str__(self) -> str:
        return _("The last day lies before the first; correct one of them.")


@dataclass(eq=False)
class PaymentTermsOutOfRange(Refusal):
    code = "payment_terms_out_of_range"
    field = "payment_terms_days"
    most: int = LONGEST_PAYMENT_TERMS_DAYS

    def __str__(self) -> str:
        return _("Payment terms are between 0 and %(most)d days.") % self.words()


@dataclass(eq=False)
class ContractNumberTaken(Refusal):
    code = "contract_number_taken"
    field = "number"
    number: str

    def __str__(self) -> str:
        return _("Contract %(number)s is recorded already; change that one instead.") % self.words()


@dataclass(eq=False)
class FrameContractsOverlap(Refusal):
    code = "frame_contracts_overlap"
    field = "from_on"
    number: str
    from_on: date
    to_on: date

    def __str__(self) -> str:
        words = {
            "number": self.number,
            "from_on": date_format(self.from_on, "SHORT_DATE_FORMAT"),
            "to_on": date_format(self.to_on, "SHORT_DATE_FORMAT"),
        }
        return (
            _(
                "Frame contract %(number)s holds from %(from_on)s to %(to_on)s. "
                "Let this one begin after it, or shorten that one first."
            )
            % words
        )


def checked_facts(facts: ContractFacts, *, kind: str, partner: Organization, line: UUID | None) -> ContractFacts:
    """Called under the partner's lock. `line` is the contract that these facts are to change."""
    assert kind in Contract.Kind.values, f"{kind} is no kind of contract"
    assert facts.overdue_policy in Contract.OverduePolicy.values, f"{facts.overdue_policy} is no overdue policy"
    facts = replace(facts, number=tidy(facts.number), internal_note=facts.internal_note.strip())
    if not 0 < len(facts.number) <= LONGEST_NUMBER:
        raise ContractNumberMissing
    if facts.to_on < facts.from_on:
        raise ContractEndsBeforeItBegins
    if not 0 <= facts.payment_terms_days <= LONGEST_PAYMENT_TERMS_DAYS:
        raise PaymentTermsOutOfRange
    for other in contracts_of(partner):
        if other.line != line:
            _check_beside(facts, kind, other)
    return facts


def _check_beside(facts: ContractFacts, kind: str, other: Contract) -> None:
    if other.number.casefold() == facts.number.casefold():
        raise ContractNumberTaken(number=other.number)
    both_frames = kind == other.kind == Contract.Kind.FRAME
    if both_frames and facts.from_on <= other.to_on and other.from_on <= facts.to_on:
        raise FrameContractsOverlap(number=other.number, from_on=other.from_on, to_on=other.to_on)
