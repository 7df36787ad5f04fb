"""What an account must be to become a partner's customer: one list, to which every room's own conditions are added.

LINK-2 A wallet, promotional and held balance of exactly zero; no debt; no proof-of-concept; no advanced credit; prepaid
       payment; no other partner; is not itself a partner (nor one of a partner's own organizations) and is not the
       asker; the e-mail belongs to an existing, verified account.
LINK-3 The conditions are checked when adding, when the customer accepts and when the desk approves: all, always.

To add one: an entry in CONDITIONS whose question answers for all accounts that are asked about with one statement.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kanal.credit.queries import funding_under_way
from kanal.customers.queries import taken_among
from kanal.identity.models import Organization
from kanal.identity.queries import owned_from
from kanal.ledger.flows import Kind
from kanal.onboarding.asked import Asked
from kanal.partners.queries import owned_among


@dataclass(frozen=True, slots=True)
class Condition:
    """`label` states it as it must be; `failing` says of which of those asked about it is not so."""

    code: str
    label: Promise
    failing: Callable[[Asked], Collection[UUID]]


@dataclass(frozen=True, slots=True)
class Checked:
    """One condition for one account, in the reader's language."""

    code: str
    label: str
    met: bool


def check_all(asked: Asked) -> dict[UUID, list[Checked]]:
    """Every condition is asked, also after one has failed: how long it takes says nothing (LINK-3)."""
    answers = [(condition, condition.failing(asked)) for condition in CONDITIONS]
    return {
        organization.id: [
            Checked(condition.code, str(condition.label), organization.id not in failing)
            for condition, failing in answers
        ]
        for organization in asked.organizations
    }


def check_one(asked: Asked) -> list[Checked]:
    [organization] = asked.organizations
    return check_all(asked)[organization.id]


def failing_in(checked: Iterable[Checked]) -> list[Checked]:
    return [each for each in checked if not each.met]


def _those(asked: Asked, is_so: Callable[[Organization], bool]) -> set[UUID]:
    return {organization.id for organization in asked.organizations if is_so(organization)}


def _with(asked: Asked, *kinds: Kind) -> set[UUID]:
    return {account.owner_id for account in asked.standing if account.kind in kinds}


def _is_not_direct(organization: Organization) -> bool:
    return organization.seller is None or not organization.seller.is_the_provider


CONDITIONS: list[Condition] = [
    Condition(
        "VERIFIED",
        _("One of its owners has confirmed the invited e-mail address"),
        lambda asked: set(asked.ids) - owned_from(asked.emails, asked.ids),
    ),
    Condition(
        "NOT_THE_ASKER",
        _("It is not the partner itself"),
        lambda asked: {asked.partner.id},
    ),
    Condition(
        "NOT_A_PARTNER",
        _("It is not a partner"),
        lambda asked: _those(asked, lambda each: each.kind != Organization.Kind.CUSTOMER),
    ),
    Condition(
        "NOT_OWN",
        _("It is not an organization of a partner's own"),
        lambda asked: owned_among(asked.ids),
    ),
    Condition(
        "NO_OTHER_PARTNER",
        _("It is no partner's customer, and has accepted no other partner"),
        lambda asked: _those(asked, _is_not_direct) | taken_among(asked.ids, but=asked.link),
    ),
    Condition(
        "PREPAID",
        _("It pays in advance by default"),
        lambda asked: _those(asked, lambda each: each.billing_default != Organization.BillingDefault.PREPAID),
    ),
    Condition(
        "EMPTY_WALLET",
        _("Its wallet and its promotional credit are at zero, and nothing is held"),
        lambda asked: _with(asked, Kind.WALLET, Kind.PROMO) | {each.owner_id for each in asked.standing if each.held},
    ),
    Condition(
        "NO_FUNDING",
        _("No money is on its way into its wallet"),
        lambda asked: funding_under_way(asked.ids, asked.books),
    ),
    Condition(
        "NO_POC",
        _("It has no credit of a proof of concept"),
        lambda asked: _with(asked, Kind.POC),
    ),
    Condition(
        "NO_ADVANCE",
        _("No credit was advanced to it"),
        lambda asked: _with(asked, Kind.ADVANCE),
    ),
    Condition(
        "NOTHING_OWED",
        _("Nothing is owed, neither by it nor to it"),
        lambda asked: _with(asked, Kind.OWED, Kind.RECEIPTS),
    ),
]
