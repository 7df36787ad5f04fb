"""Agree to become a partner's customer, by an owner of the account, signed in.

LINK-2 The conditions are checked again; which one fails is told to the owner, who asked for it.
LINK-4 AWAITING_CUSTOMER → AWAITING_PROVIDER: the desk decides next, always.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from kanal.audit.record import record
from kanal.customers.links import MY_PARTNER_PAGE, desk_link_page, partner_account_page
from kanal.customers.models import CustomerLink
from kanal.customers.queries import book_of
from kanal.customers.readers import caretaker_of, desk_of, owners_of
from kanal.customers.subjects import customer_link_subject
from kanal.identity.acting import acting_person
from kanal.identity.models import Organization
from kanal.identity.secret import digest_of
from kanal.kit.actor import Actor
from kanal.kit.locked import locked
from kanal.kit.refusal import Refusal
from kanal.notices.tell import tell
from kanal.onboarding.conditions import Checked, failing_in
from kanal.onboarding.open_link import LinkHasMovedOn
from kanal.onboarding.queries import choice_of, choices_of


@dataclass(eq=False)
class CustomerInvitationUnknown(Refusal):
    code = "customer_invitation_unknown"

    def __str__(self) -> str:
        return _(
            "This link does not work: it is incomplete, or a newer one has replaced it. "
            "Open the link in the newest mail, or ask the partner to send it again."
        )


@dataclass(eq=False)
class InvitedSomebodyElse(Refusal):
    code = "invited_somebody_else"

    def __str__(self) -> str:
        return _(
            "This invitation is for another address. Sign in with the one that received it, as an owner of the "
            "account that shall answer."
        )


@dataclass(eq=False)
class ConditionsNotMet(Refusal):
    """Only ever raised to an owner of the account and to the desk (LINK-3)."""

    code = "customer_conditions_not_met"
    name: str
    conditions: Sequence[str]
    missing: str

    def __str__(self) -> str:
        return _("%(name)s cannot become this partner's customer as long as this is not so: %(missing)s.") % (
            self.words()
        )


@transaction.atomic
def accept_partner(
    *, link: CustomerLink, customer: Organization, by: Actor, at: datetime, secret: str = ""
) -> CustomerLink:
    """`secret` is that of the mailed link; in the console an owner answers without one.

    The account is locked first: of two partners that are accepted at once, the second finds the first.
    """
    customer = locked(customer)
    link = locked_answerable(link, secret, at=at)
    person = acting_person(by)
    if customer.id not in {choice.customer.id for choice in choices_of(link, person)}:
        raise InvitedSomebodyElse
    check_conditions(customer, choice_of(link, customer).conditions)
    was = link.state
    link.customer, link.state = customer, CustomerLink.State.AWAITING_PROVIDER
    link.answered_by, link.answered_at = person, at
    link.save(update_fields=["customer", "state", "answered_by", "answered_at"])
    record(
        "customer_link.accepted",
        customer_link_subject(link),
        by=by,
        at=at,
        book_id=book_of(link),
        organization_id=link.partner_id,
        old={"state": was},
        new={"state": link.state},
    )
    _tell_all_sides(link, customer, at=at)
    return link


def locked_answerable(link: CustomerLink, secret: str, *, at: datetime) -> CustomerLink:
    """The secret is looked at again under the lock: a newer link may have replaced it meanwhile."""
    link = locked(link)
    if secret and bytes(link.secret_digest) != digest_of(secret):
        raise CustomerInvitationUnknown
    if not link.is_answerable(at):
        raise LinkHasMovedOn(state=link.standing(at))
    return link


def check_conditions(customer: Organization, checked: Sequence[Checked]) -> None:
    missing = failing_in(checked)
    if missing:
        raise ConditionsNotMet(
            name=customer.name,
            conditions=[each.code for each in missing],
            missing="; ".join(each.label for each in missing),
        )


def _tell_all_sides(link: CustomerLink, customer: Organization, *, at: datetime) -> None:
    book_id = book_of(link)
    known, private = {"partner": link.partner.name, "customer": customer.name}, {"customer": link.shown_name}
    for kind, readers, facts, page in (
        ("partner_accepted", owners_of(customer), known, MY_PARTNER_PAGE),
        ("customer_link_accepted", caretaker_of(link), private, partner_account_page(link)),
        ("customer_link_waiting", desk_of(link), known, desk_link_page(link)),
    ):
        tell(kind, to=readers, facts=facts, cause=f"{kind}:{link.id}", at=at, link=page, book_id=book_id)
