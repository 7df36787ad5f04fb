"""End the link between a customer and its partner: asked by one side and agreed by the other, or by the desk.

LINK-7 Unlinking needs both sides to agree, or the desk with a reason; first everything between them is settled. The
       past stays with the partner, and both keep reading their part of it.
LINK-4 CONFIRMED → UNLINKED.
CRED-3 From then on the customer buys from the provider, and funds itself again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.db import transaction
from django.utils.translation import gettext as _

from kanal.audit.record import record
from kanal.credit.open_customer_accounts import close_customer_accounts
from kanal.customers.links import MY_PARTNER_PAGE, desk_link_page, partner_account_page
from kanal.customers.models import CustomerLink, Unlinking
from kanal.customers.queries import book_of, open_unlinking_of
from kanal.customers.readers import caretaker_and_heads, desk_of, owners_of
from kanal.customers.subjects import customer_link_subject
from kanal.identity.acting import acting_person
from kanal.identity.change_billing_default import ReasonMissing
from kanal.identity.desk_only import check_is_the_desk
from kanal.identity.models import Organization
from kanal.identity.place_under import place_under
from kanal.identity.queries import the_provider
from kanal.kit.actor import Actor
from kanal.kit.locked import locked
from kanal.kit.refusal import Refusal
from kanal.ledger.open_accounts import AccountNotEmpty
from kanal.notices.tell import Reader, tell
from kanal.onboarding.open_link import locked_link
from kanal.onboarding.open_matters import matters_of

Side, Outcome = Unlinking.Side, Unlinking.Outcome


@dataclass(eq=False)
class UnlinkingAsked(Refusal):
    code = "unlinking_asked"

    def __str__(self) -> str:
        return _("One side has asked to unlink already. Answer that, or wait for the answer.")


@dataclass(eq=False)
class UnlinkingNotAsked(Refusal):
    code = "unlinking_not_asked"

    def __str__(self) -> str:
        return _("Nobody asks to unlink any more; look at where it stands now.")


@dataclass(eq=False)
class NotYoursToAnswer(Refusal):
    code = "unlinking_not_yours"

    def __str__(self) -> str:
        return _("The other side has to answer this; who asked can take it back.")


@dataclass(eq=False)
class StillOpen(Refusal):
    code = "unlinking_still_open"
    matters: Sequence[str]
    missing: str

    def __str__(self) -> str:
        return _("First this has to be so: %(missing)s. Then unlink.") % self.words()


@transaction.atomic
def ask_to_unlink(*, link: CustomerLink, by: Actor, at: datetime, why: str = "") -> Unlinking:
    """Whoever's hat is worn asks for that side; what is still open does not keep anybody from asking."""
    link = locked_link(link, CustomerLink.State.CONFIRMED, at=at)
    side = _side_of(link, by)
    if open_unlinking_of(link) is not None:
        raise UnlinkingAsked
    unlinking = Unlinking.objects.create(link=link, side=side, asked_by=acting_person(by), asked_at=at, why=why.strip())
    _write("unlink_asked", unlinking, by=by, at=at, why=unlinking.why)
    _tell_other_side("unlink_asked", unlinking, at=at)
    return unlinking


@transaction.atomic
def take_back_unlinking(*, link: CustomerLink, by: Actor, at: datetime) -> Unlinking:
    unlinking = _locked_open(link, at=at)
    if _side_of(unlinking.link, by) != unlinking.side:
        raise NotYoursToAnswer
    _end(unlinking, Outcome.TAKEN_BACK, by=by, at=at)
    _write("unlink_taken_back", unlinking, by=by, at=at)
    _tell_other_side("unlink_taken_back", unlinking, at=at)
    return unlinking


@transaction.atomic
def refuse_unlinking(*, link: CustomerLink, by: Actor, at: datetime, why: str = "") -> Unlinking:
    unlinking = _locked_open(link, at=at)
    if _side_of(unlinking.link, by) == unlinking.side:
        raise NotYoursToAnswer
    _end(unlinking, Outcome.REFUSED, by=by, at=at)
    _write("unlink_refused", unlinking, by=by, at=at, why=why.strip())
    _tell_other_side("unlink_refused", unlinking, at=at, why=why.strip())
    return unlinking


@transaction.atomic
def agree_to_unlink(*, link: CustomerLink, by: Actor, at: datetime) -> CustomerLink:
    """StillOpen as long as something is: agreed again once it is settled."""
    _lock_the_tree(link)
    unlinking = _locked_open(link, at=at)
    if _side_of(unlinking.link, by) == unlinking.side:
        raise NotYoursToAnswer
    _end(unlinking, Outcome.DONE, by=by, at=at)
    return _part(unlinking.link, by=by, at=at, why=unlinking.why)


@transaction.atomic
def unlink_by_the_desk(*, link: CustomerLink, why: str, by: Actor, at: datetime) -> CustomerLink:
    """Whether or not a side has asked; an asking that was open is done with it."""
    check_is_the_desk(by)
    if not why.strip():
        raise ReasonMissing
    _lock_the_tree(link)
    link = locked_link(link, CustomerLink.State.CONFIRMED, at=at)
    asked = open_unlinking_of(link)
    if asked is not None:
        _end(asked, Outcome.DONE, by=by, at=at)
    Unlinking.objects.create(
        link=link,
        side=Side.DESK,
        asked_by=acting_person(by),
        asked_at=at,
        why=why.strip(),
        outcome=Outcome.DONE,
        ended_by=acting_person(by),
        ended_at=at,
    )
    return _part(link, by=by, at=at, why=why.strip())


def _lock_the_tree(link: CustomerLink) -> None:
    provider = the_provider()
    assert provider is not None, "there is no partner without a provider"
    locked(provider)
    if link.customer is not None:
        locked(link.customer)
    locked(link.partner)


def _locked_open(link: CustomerLink, *, at: datetime) -> Unlinking:
    link = locked_link(link, CustomerLink.State.CONFIRMED, at=at)
    unlinking = open_unlinking_of(link)
    if unlinking is None:
        raise UnlinkingNotAsked
    unlinking.link = link
    return unlinking


def _side_of(link: CustomerLink, by: Actor) -> Unlinking.Side:
    """Pages look a link up by who asks, so it is one of both."""
    assert by.organization_id in {link.partner_id, link.customer_id}, "a link has two sides"
    return Side.PARTNER if by.organization_id == link.partner_id else Side.CUSTOMER


def _end(unlinking: Unlinking, outcome: Unlinking.Outcome, /, *, by: Actor, at: datetime) -> None:
    unlinking.outcome, unlinking.ended_by, unlinking.ended_at = outcome, acting_person(by), at
    unlinking.save(update_fields=["outcome", "ended_by", "ended_at"])


def _part(link: CustomerLink, *, by: Actor, at: datetime, why: str) -> CustomerLink:
    customer, provider, book_id = link.customer, the_provider(), book_of(link)
    assert customer is not None, "a confirmed link has its customer"
    assert provider is not None, "there is no partner without a provider"
    _close_accounts(link, customer, book_id, by=by, at=at)
    link.customer = place_under(organization=customer, seller=provider, by=by, at=at, why=why, book_id=book_id)
    link.state, link.unlinked_at = CustomerLink.State.UNLINKED, at
    link.save(update_fields=["state", "unlinked_at"])
    record(
        "customer_link.unlinked",
        customer_link_subject(link),
        by=by,
        at=at,
        book_id=book_id,
        organization_id=link.partner_id,
        old={"state": CustomerLink.State.CONFIRMED},
        new={"state": link.state},
        why=why,
    )
    _tell_all_sides(link, customer, why=why, at=at)
    return link


def _close_accounts(link: CustomerLink, customer: Organization, book_id: int, /, *, by: Actor, at: datetime) -> None:
    """Looked at once more when the wallet is closed: until then something may have come between them."""
    _check_is_settled(link)
    try:
        close_customer_accounts(customer=customer, book_id=book_id, by=by, at=at)
    except AccountNotEmpty:
        _check_is_settled(link)
        raise
    _check_is_settled(link)


def _check_is_settled(link: CustomerLink) -> None:
    still_open = [matter for matter in matters_of(link) if not matter.met]
    if still_open:
        raise StillOpen(
            matters=[matter.code for matter in still_open], missing="; ".join(matter.label for matter in still_open)
        )


def _write(
    what: Literal["unlink_asked", "unlink_taken_back", "unlink_refused"],
    unlinking: Unlinking,
    /,
    *,
    by: Actor,
    at: datetime,
    why: str = "",
) -> None:
    link = unlinking.link
    record(
        f"customer_link.{what}",
        customer_link_subject(link),
        by=by,
        at=at,
        book_id=book_of(link),
        organization_id=link.partner_id,
        why=why,
    )


def _tell_other_side(kind: str, unlinking: Unlinking, /, *, at: datetime, why: str = "") -> None:
    """Who asked is told of a refusal; the other one of an asking and of its taking back."""
    link = unlinking.link
    to_partner = (unlinking.side == Side.PARTNER) == (kind == "unlink_refused")
    readers, other, page = _as_read_by_partner(link) if to_partner else _as_read_by_customer(link)
    tell(
        kind,
        to=readers,
        facts={"other": other, "why": why or unlinking.why},
        cause=f"{kind}:{unlinking.id}",
        at=at,
        link=page,
        book_id=book_of(link),
    )


def _as_read_by_partner(link: CustomerLink) -> tuple[list[Reader], str, str]:
    return caretaker_and_heads(link), link.shown_name, partner_account_page(link)


def _as_read_by_customer(link: CustomerLink) -> tuple[list[Reader], str, str]:
    assert link.customer is not None, "a confirmed link has its customer"
    return owners_of(link.customer), link.partner.name, MY_PARTNER_PAGE


def _tell_all_sides(link: CustomerLink, customer: Organization, *, why: str, at: datetime) -> None:
    for side, readers, named, page in (
        ("customer", owners_of(customer), customer.name, MY_PARTNER_PAGE),
        ("partner", caretaker_and_heads(link), link.shown_name, partner_account_page(link)),
        ("desk", desk_of(link), customer.name, desk_link_page(link)),
    ):
        tell(
            "customer_unlinked",
            to=readers,
            facts={"customer": named, "partner": link.partner.name, "why": why},
            cause=f"customer_unlinked:{link.id}:{side}",
            at=at,
            link=page,
            book_id=book_of(link),
        )
