"""LINK-1 to LINK-5, LINK-7, CRED-3 Whatever partners, customers, the desk and time do in any order, this stays so."""

from collections.abc import Callable
from contextlib import ExitStack, suppress
from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from kanal.customers.models import TAKEN, CustomerLink, Unlinking
from kanal.identity.acting import acting
from kanal.identity.models import Organization, Person
from kanal.kit.actor import Actor
from kanal.kit.refusal import Refusal
from kanal.ledger.flows import Kind
from kanal.ledger.models import Account
from kanal.ledger.post import post
from kanal.onboarding.accept_partner import accept_partner
from kanal.onboarding.decide_customer_link import approve_customer_link, reject_customer_link
from kanal.onboarding.decline_partner import decline_partner
from kanal.onboarding.expire_customer_links import expire_customer_links
from kanal.onboarding.invite_registered import invite_registered
from kanal.onboarding.resend_customer_invitation import resend_customer_invitation
from kanal.onboarding.unlink_customer import (
    agree_to_unlink,
    ask_to_unlink,
    refuse_unlinking,
    take_back_unlinking,
    unlink_by_the_desk,
)
from kanal.onboarding.withdraw_customer_link import withdraw_customer_link
from tests.ledger.world import group, move, named
from tests.onboarding.links import DUNG, UNKNOWN, ask, put
from tests.world import a_world, an_owner

State = CustomerLink.State
NEXT: dict[str, set[str]] = {
    "": {"AWAITING_CUSTOMER"},
    "AWAITING_CUSTOMER": {"DECLINED", "NO_RESPONSE", "AWAITING_PROVIDER", "WITHDRAWN"},
    "NO_RESPONSE": {"DECLINED", "AWAITING_PROVIDER"},  # who registered late answers late
    "AWAITING_PROVIDER": {"CONFIRMED", "REJECTED", "WITHDRAWN"},
    "CONFIRMED": {"UNLINKED"},
    "DECLINED": set(),
    "REJECTED": set(),
    "UNLINKED": set(),
    "WITHDRAWN": set(),
}
SEEN = ("state", "sent_at", "times_sent", "expires_at", "confirmed_at", "unlinked_at", "why")
LINKS, PARTNERS, SIDES = st.integers(0, 30), st.sampled_from([0, 1]), st.sampled_from([0, 1])


class LinkMachine(RuleBasedStateMachine):
    """Two partners, two addresses, of which one has no account at first."""

    def __init__(self) -> None:
        super().__init__()
        self.undone = ExitStack()
        self.undone.enter_context(transaction.atomic())
        self.world = a_world()
        self.at = datetime(2026, 3, 18, 5, 0, tzinfo=UTC)
        self.others = set(CustomerLink.objects.values_list("id", flat=True))
        self.was: dict[object, str] = {}
        self.accounts: dict[str, tuple[Person, Organization]] = {DUNG: (self.world.dung, self.world.hong_ha)}

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.undone.close()

    def attempt(self, act: Callable[[], object]) -> None:
        self.at += timedelta(minutes=2)
        with suppress(Refusal):
            act()

    def links(self) -> list[CustomerLink]:
        return list(CustomerLink.objects.exclude(id__in=self.others).order_by("id"))

    def link(self, number: int) -> CustomerLink:
        links = self.links()
        return links[number % len(links)]

    def of_partner(self, link: CustomerLink) -> Actor:
        return self.world.acting(self.world.lan if link.partner_id == self.world.sao_mai.id else self.world.khoa)

    def of_customer(self, link: CustomerLink) -> Actor:
        person, organization = self.accounts.get(link.email, self.accounts[DUNG])
        return acting(person, organization)

    @property
    def desk(self) -> Actor:
        return self.world.acting(self.world.thu)

    @rule(partner=PARTNERS, email=st.sampled_from([DUNG, UNKNOWN]))
    def invite(self, partner: int, email: str) -> None:
        self.attempt(
            lambda: ask(self.world, self.at, email, partner=[self.world.sao_mai, self.world.bien_dong][partner])
        )

    @precondition(lambda self: self.links())
    @rule(number=LINKS)
    def go_on(self, number: int) -> None:
        """What usually comes next, so that many come far."""
        link = self.link(number)
        if link.state == State.AWAITING_CUSTOMER:
            self.answer(number=number, yes=True)
        elif link.state == State.AWAITING_PROVIDER:
            self.decide(number=number, yes=True)
        elif link.state == State.CONFIRMED:
            self.attempt(lambda: ask_to_unlink(link=link, by=self.of_partner(link), at=self.at))
            self.attempt(lambda: agree_to_unlink(link=link, by=self.of_customer(link), at=self.at))

    @precondition(lambda self: self.links())
    @rule(number=LINKS)
    def go_on_again(self, number: int) -> None:
        self.go_on(number=number)

    @precondition(lambda self: self.links())
    @rule(number=LINKS)
    def send_again(self, number: int) -> None:
        link = self.link(number)
        self.attempt(lambda: resend_customer_invitation(link=link, by=self.of_partner(link), at=self.at))

    @precondition(lambda self: self.links())
    @rule(number=LINKS)
    def withdraw(self, number: int) -> None:
        link = self.link(number)
        self.attempt(lambda: withdraw_customer_link(link=link, by=self.of_partner(link), at=self.at))

    @precondition(lambda self: self.links())
    @rule(number=LINKS, yes=st.sampled_from([True, True, True, False]))
    def answer(self, number: int, yes: bool) -> None:
        link, by = self.link(number), self.of_customer(self.link(number))
        _, customer = self.accounts.get(link.email, self.accounts[DUNG])
        if yes:
            self.attempt(lambda: accept_partner(link=link, customer=customer, by=by, at=self.at))
        else:
            self.attempt(lambda: decline_partner(link=link, by=by, at=self.at))

    @precondition(lambda self: self.links())
    @rule(number=LINKS, yes=st.sampled_from([True, True, False]))
    def decide(self, number: int, yes: bool) -> None:
        link = self.link(number)
        if yes:
            self.attempt(lambda: approve_customer_link(link=link, by=self.desk, at=self.at))
        else:
            self.attempt(lambda: reject_customer_link(link=link, why="x", by=self.desk, at=self.at))

    @precondition(lambda self: self.links())
    @rule(number=LINKS, side=SIDES, how=st.sampled_from(["ask", "agree", "agree", "refuse", "take back", "desk"]))
    def unlink(self, number: int, side: int, how: str) -> None:
        link = self.link(number)
        if link.customer is None:
            return
        by = [self.of_partner(link), self.of_customer(link)][side]
        acts: dict[str, Callable[[], object]] = {
            "ask": lambda: ask_to_unlink(link=link, by=by, at=self.at),
            "agree": lambda: agree_to_unlink(link=link, by=by, at=self.at),
            "refuse": lambda: refuse_unlinking(link=link, by=by, at=self.at),
            "take back": lambda: take_back_unlinking(link=link, by=by, at=self.at),
            "desk": lambda: unlink_by_the_desk(link=link, why="x", by=self.desk, at=self.at),
        }
        self.attempt(acts[how])

    @precondition(lambda self: UNKNOWN not in self.accounts)
    @rule()
    def register(self) -> None:
        """Nothing that a partner sees changes by it (LINK-3)."""
        before = self.seen()
        owner, organization = an_owner("Ai Đó", UNKNOWN, "Nơi Ấy", "0100100022", at=self.at)
        self.accounts[UNKNOWN] = owner, organization
        invite_registered(organization_id=str(organization.id), asked_at=self.at, at=self.at)
        assert self.seen() == before

    @rule(days=st.sampled_from([1, 1, 2, 31]))
    def wait(self, days: int) -> None:
        self.at += timedelta(days=days)
        expire_customer_links(at=self.at)

    @rule(in_partners_book=st.booleans())
    def earn_and_spend(self, in_partners_book: bool) -> None:
        """Money comes into a wallet, in the way of whatever is tried next, or goes again."""
        for _person, customer in self.accounts.values():
            link = CustomerLink.objects.filter(customer=customer, state=State.CONFIRMED).first()
            if in_partners_book and link is None:
                continue
            book = link.partner.book_id if in_partners_book and link else customer.book_id
            wallet = named(Kind.WALLET, customer.id, book=book)
            found = Account.objects.filter(book_id=book, id=wallet.id).first()
            if found is not None and found.balance.amount:
                post(group(move(wallet, named(Kind.CASH, book=book), found.balance.amount), book=book))
            else:
                put(customer, Kind.WALLET, book=book)

    def seen(self) -> list[tuple[object, ...]]:
        return list(CustomerLink.objects.order_by("id").values_list("id", *SEEN))

    @invariant()
    def states_follow_the_rule(self) -> None:
        for link in self.links():
            before = self.was.get(link.id, "")
            assert link.state == before or link.state in NEXT[before], f"{before} → {link.state}"
            self.was[link.id] = link.state

    @invariant()
    def a_customer_has_one_partner_and_buys_from_it(self) -> None:
        for _person, customer in self.accounts.values():
            taken = [link for link in self.links() if link.customer_id == customer.id and link.state in TAKEN]
            assert len(taken) <= 1
            confirmed = [link.partner for link in taken if link.state == State.CONFIRMED]
            seller = Organization.objects.select_related("seller").get(id=customer.id).seller
            assert seller == (confirmed[0] if confirmed else self.world.sao_khue)
            for partner in (self.world.sao_mai, self.world.bien_dong):
                wallet = named(Kind.WALLET, customer.id, book=partner.book_id)
                found = Account.objects.filter(book_id=partner.book_id, id=wallet.id).first()
                assert (found is not None and found.state == Account.State.OPEN) == (partner in confirmed)

    @invariant()
    def only_what_is_confirmed_is_asked_to_end(self) -> None:
        open_ones = Unlinking.objects.filter(outcome=Unlinking.Outcome.OPEN).select_related("link")
        assert all(unlinking.link.state == State.CONFIRMED for unlinking in open_ones)

    @invariant()
    def nothing_waits_beyond_its_end(self) -> None:
        assert all(
            link.standing(self.at) != State.AWAITING_CUSTOMER or link.expires_at > self.at for link in self.links()
        )


@pytest.mark.django_db
def test_whatever_is_done_in_any_order() -> None:
    """LINK-3, LINK-4, LINK-5, LINK-7, CRED-3"""
    run_state_machine_as_test(
        LinkMachine,
        settings=settings(
            max_examples=10,
            stateful_step_count=40,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
