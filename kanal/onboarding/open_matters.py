"""What has to be settled between a customer and its partner before they part: one list, to which rooms add theirs.

LINK-7 First settled: no hold, a negative wallet covered, wallet returned, line withdrawn, bills paid or confirmed,
       credit balances and unallocated receipts paid out; the page lists what is still open. Promotional and POC
       credit lapses, so it stops nothing.

To add one: an entry in MATTERS, with a question about the customer in the partner's book.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kanal.credit.queries import asks_its_partner, funding_under_way, has_temporary_line
from kanal.customers.models import CustomerLink
from kanal.customers.queries import book_of
from kanal.identity.models import Organization
from kanal.ledger.flows import Kind
from kanal.ledger.models import Account
from kanal.ledger.queries import accounts_with_something
from kanal.onboarding.conditions import Checked


@dataclass(frozen=True)
class Parting:
    """A customer about to leave, and what stands of it in the book it leaves."""

    customer: Organization
    book_id: int

    @cached_property
    def standing(self) -> list[Account]:
        return accounts_with_something([self.customer.id], [self.book_id])

    def has(self, *kinds: Kind) -> bool:
        return any(account.kind in kinds and account.balance.amount for account in self.standing)


@dataclass(frozen=True, slots=True)
class Matter:
    """`label` states it as it must be; `is_open` says that it is not so yet."""

    code: str
    label: Promise
    is_open: Callable[[Parting], bool]


def matters_of(link: CustomerLink) -> list[Checked]:
    """Each of them, settled or not, for both sides and the desk to read."""
    assert link.customer is not None, "only who was confirmed can part"
    parting = Parting(link.customer, book_of(link))
    return [Checked(matter.code, str(matter.label), not matter.is_open(parting)) for matter in MATTERS]


MATTERS: Sequence[Matter] = [
    Matter("WALLET_RETURNED", _("The wallet is at zero"), lambda parting: parting.has(Kind.WALLET)),
    Matter("NOTHING_HELD", _("Nothing is held"), lambda parting: any(each.held for each in parting.standing)),
    Matter("NO_ADVANCE", _("No advanced credit is left to repay"), lambda parting: parting.has(Kind.ADVANCE)),
    Matter(
        "BILLS_SETTLED", _("All bills are paid, and credit balances paid out"), lambda parting: parting.has(Kind.OWED)
    ),
    Matter(
        "RECEIPTS_ALLOCATED",
        _("No payment received is left without its invoice"),
        lambda parting: parting.has(Kind.RECEIPTS),
    ),
    Matter(
        "LINE_WITHDRAWN",
        _("The credit line is withdrawn"),
        lambda parting: parting.has(Kind.LINE, Kind.LINE_USED),
    ),
    Matter(
        "NO_TEMPORARY_LINE",
        _("No temporary part of a line is left to end"),
        lambda parting: has_temporary_line(parting.customer, parting.book_id),
    ),
    Matter(
        "REQUESTS_ANSWERED",
        _("No request for credit waits for an answer"),
        lambda parting: asks_its_partner(parting.customer, parting.book_id),
    ),
    Matter(
        "NOTHING_TO_SIGN",
        _("Nothing that the desk ordered for it waits to be signed"),
        lambda parting: bool(funding_under_way([parting.customer.id], [parting.book_id])),
    ),
]
