"""Customer links in the making: Sao Mai asks, Dung of Hồng Hà answers, the desk decides."""

from collections.abc import Callable
from datetime import datetime
from itertools import count

from kanal.customers.models import CustomerLink
from kanal.identity.acting import acting
from kanal.identity.models import Organization, Person
from kanal.kit.actor import Actor
from kanal.ledger.flows import Kind
from kanal.ledger.names import AccountName
from kanal.ledger.open_accounts import open_accounts
from kanal.ledger.post import post
from kanal.onboarding.accept_partner import accept_partner
from kanal.onboarding.decide_customer_link import approve_customer_link, reject_customer_link
from kanal.onboarding.decline_partner import decline_partner
from kanal.onboarding.expire_customer_links import expire_customer_links
from kanal.onboarding.invite_customer import Wish, invite_customer
from kanal.onboarding.models import InvitedRow
from kanal.onboarding.unlink_customer import unlink_by_the_desk
from kanal.onboarding.withdraw_customer_link import withdraw_customer_link
from tests.ledger.world import group, move, named
from tests.world import World, mailed_link

DUNG, UNKNOWN = "dung@hongha.example", "nobody@nowhere.example"
State = CustomerLink.State
_batches = count()


def ask(
    world: World,
    at: datetime,
    email: str = DUNG,
    *,
    partner: Organization | None = None,
    by: Actor | None = None,
    name: str = "",
    batch: str = "",
    row: int = 1,
) -> InvitedRow:
    return invite_customer(
        partner=partner or world.sao_mai,
        wish=Wish(email=email, friendly_name=name),
        batch=batch or f"form {next(_batches)}",
        row=row,
        by=by or world.acting(world.khoa if partner == world.bien_dong else world.lan),
        at=at,
    )


def invited(world: World, at: datetime, email: str = DUNG, *, partner: Organization | None = None) -> CustomerLink:
    row = ask(world, at, email, partner=partner)
    assert row.link is not None, row.answer
    return row.link


def accepted(
    world: World, at: datetime, *, partner: Organization | None = None, link: CustomerLink | None = None
) -> CustomerLink:
    link = link or invited(world, at, partner=partner)
    return accept_partner(link=link, customer=world.hong_ha, by=world.acting(world.dung), at=at)


def confirmed(world: World, at: datetime, *, partner: Organization | None = None) -> CustomerLink:
    link = accepted(world, at, partner=partner)
    return approve_customer_link(link=link, by=world.acting(world.thu), at=at)


def secret_of(link: CustomerLink) -> str:
    """What stands in the newest mail to the address."""
    return mailed_link(link.partner, link.email).removeprefix("/customer-invitations/").strip("/")


def _declined(world: World, at: datetime) -> CustomerLink:
    return decline_partner(link=invited(world, at), by=world.acting(world.dung), at=at)


def _unanswered(world: World, at: datetime) -> CustomerLink:
    link = invited(world, at)
    expire_customer_links(at=link.expires_at)
    return link


def _rejected(world: World, at: datetime) -> CustomerLink:
    return reject_customer_link(link=accepted(world, at), why="Thiếu giấy tờ", by=world.acting(world.thu), at=at)


def _unlinked(world: World, at: datetime) -> CustomerLink:
    return unlink_by_the_desk(link=confirmed(world, at), why="Chuyển đi", by=world.acting(world.thu), at=at)


def _withdrawn(world: World, at: datetime) -> CustomerLink:
    return withdraw_customer_link(link=invited(world, at), by=world.acting(world.lan), at=at)


WAYS: dict[CustomerLink.State, Callable[[World, datetime], CustomerLink]] = {
    State.AWAITING_CUSTOMER: invited,
    State.DECLINED: _declined,
    State.NO_RESPONSE: _unanswered,
    State.AWAITING_PROVIDER: accepted,
    State.CONFIRMED: confirmed,
    State.REJECTED: _rejected,
    State.UNLINKED: _unlinked,
    State.WITHDRAWN: _withdrawn,
}


def in_state(world: World, state: CustomerLink.State, at: datetime) -> CustomerLink:
    """Sao Mai's link to Hồng Hà, brought there by the verbs."""
    link = CustomerLink.objects.get(id=WAYS[state](world, at).id)
    assert link.state == state
    return link


# --- Money that stands in the way ------------------------------------------------------------------------------------

SOURCES = {
    Kind.WALLET: Kind.CASH,
    Kind.PROMO: Kind.PROMOTION,
    Kind.POC: Kind.PROMOTION,
    Kind.ADVANCE: Kind.CASH,
    Kind.RECEIPTS: Kind.CASH,
}


def put(organization: Organization, kind: Kind, amount: int = 5, *, book: int | None = None) -> AccountName:
    """So much on one account of it, along a flow of the chart; of OWED, so much is owed."""
    book = organization.book_id if book is None else book
    account = named(kind, organization.id, book=book)
    open_accounts([account], at=organization.created_at)
    if kind is Kind.OWED:
        post(group(move(account, named(Kind.REVENUE, book=book), amount), book=book))
    else:
        post(group(move(named(SOURCES[kind], book=book), account, amount), book=book))
    return account


def owner_of(organization: Organization, person: Person) -> Actor:
    return acting(person, organization)
