"""Put money that came in from a bank into a wallet: the desk alone, and never a partner's customer's.

CRED-3 A partner's customer can never be funded but by its partner.
CRED-7 With the reference of the bank transfer; it repays what is advanced first, unless said otherwise.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from kanal.credit.amounts import check_amount, check_words
from kanal.credit.desk_orders import place
from kanal.credit.models import DeskOrder
from kanal.customers.queries import may_fund_itself
from kanal.identity.models import Organization
from kanal.identity.queries import trading_book_of
from kanal.kit.actor import Actor
from kanal.kit.models import StoredFile
from kanal.kit.money import Money
from kanal.kit.refusal import Refusal


@dataclass(eq=False)
class FundedByItsPartner(Refusal):
    code = "funded_by_its_partner"
    name: str

    def __str__(self) -> str:
        return _("%(name)s belongs to a partner, which alone can top it up. Fund the partner instead.") % self.words()


@dataclass(eq=False)
class BankReferenceMissing(Refusal):
    code = "bank_reference_missing"
    field = "bank_reference"

    def __str__(self) -> str:
        return _("Give the reference of the bank transfer.")


@transaction.atomic
def fund_wallet(  # noqa: PLR0913 - each is part of what is asked
    *,
    organization: Organization,
    money: Money,
    bank_reference: str,
    note: str = "",
    receipt: StoredFile | None = None,
    repays_advance: bool = True,
    by: Actor,
    at: datetime,
    request_id: str,
) -> DeskOrder:
    check_amount(money)
    check_words(note, bank_reference)
    if not bank_reference.strip():
        raise BankReferenceMissing
    organization = funded_directly(organization)
    order = DeskOrder(
        book_id=trading_book_of(organization), kind=DeskOrder.Kind.FUNDING, organization_id=organization.id,
        amount=money.amount, currency=money.currency, bank_reference=bank_reference.strip(), note=note,
        receipt_id=receipt.id if receipt else None, repays_advance=repays_advance,
    )  # fmt: skip
    return place(order, organization=organization, by=by, at=at, request_id=request_id)


def funded_directly(organization: Organization) -> Organization:
    """Under lock: it cannot become a partner's customer before this has committed (CRED-3)."""
    rows = Organization.objects.select_for_update(no_key=True, of=("self",)).select_related("seller")
    found = rows.get(id=organization.id)
    if not may_fund_itself(found):
        raise FundedByItsPartner(name=found.name)
    return found
