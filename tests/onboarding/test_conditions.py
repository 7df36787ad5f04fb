"""LINK-2 Each condition stops an account when it is added, when it accepts and when the desk decides."""

from collections.abc import Callable
from datetime import datetime

import pytest
from allauth.account.models import EmailAddress
from django.conf import settings as django_settings

from kanal.credit.fund_wallet import fund_wallet
from kanal.credit.request_funding import request_funding
from kanal.customers.models import CustomerLink
from kanal.identity.change_billing_default import change_billing_default
from kanal.identity.change_roles import change_roles
from kanal.identity.models import Organization
from kanal.identity.queries import member_of
from kanal.identity.roles import Role
from kanal.ledger.flows import Kind
from kanal.ledger.post import post
from kanal.onboarding.accept_partner import ConditionsNotMet
from kanal.onboarding.asked import Asked
from kanal.onboarding.conditions import CONDITIONS, check_one, failing_in
from kanal.onboarding.decide_customer_link import approve_customer_link
from kanal.onboarding.models import InvitedRow
from kanal.onboarding.queries import choices_for_desk, choices_of
from kanal.partners.add_own_organization import add_own_organization
from kanal.partners.apply_to_be_partner import apply_to_be_partner
from kanal.partners.approve_partner import approve_partner
from kanal.partners.terms import EDITION
from tests.ledger.world import group, move, named, vnd
from tests.onboarding.links import DUNG, accepted, ask, in_state, invited, put
from tests.world import World, a_person, a_world, join

State = CustomerLink.State
Spoil = Callable[[World, datetime], object]


@pytest.fixture
def world() -> World:
    return a_world()


def postpaid(world: World, at: datetime) -> None:
    to = Organization.BillingDefault.POSTPAID
    change_billing_default(organization=world.hong_ha, to=to, why="x", by=world.acting(world.thu), at=at)


def a_partner_itself(world: World, at: datetime) -> None:
    application = apply_to_be_partner(
        organization=world.hong_ha, terms_edition=EDITION, by=world.acting(world.dung), at=at
    )
    approve_partner(application=application, by=world.acting(world.thu), at=at)


def owned_by_a_partner(world: World, at: datetime) -> None:
    join(world.hong_ha, world.khoa, Role.CUSTOMER_OWNER, head=world.dung, at=at)
    by = world.acting(world.khoa)
    add_own_organization(partner=world.bien_dong, organization=world.hong_ha, by=by, at=at)


def somebody_elses(world: World, at: datetime) -> None:
    """Only where it has accepted nobody yet: who has is under way to that partner alone."""
    accepted(world, at, partner=world.bien_dong)


def no_longer_verified(world: World, _at: datetime) -> None:
    EmailAddress.objects.filter(email=DUNG).update(verified=False)


def no_longer_its_owner(world: World, at: datetime) -> None:
    join(world.hong_ha, a_person("Mới", "moi@hongha.example"), Role.CUSTOMER_OWNER, head=world.dung, at=at)
    membership = member_of(world.hong_ha, world.dung)
    assert membership is not None
    change_roles(
        membership=membership,
        roles=[Role.CUSTOMER_VIEWER],
        own_customers_only=False,
        by=world.acting(world.dung),
        at=at,
    )


MONEY: dict[str, tuple[Spoil, str]] = {
    "money in the wallet": (lambda world, _at: put(world.hong_ha, Kind.WALLET), "EMPTY_WALLET"),
    "one dong of promotional credit": (lambda world, _at: put(world.hong_ha, Kind.PROMO, 1), "EMPTY_WALLET"),
    "a proof of concept": (lambda world, _at: put(world.hong_ha, Kind.POC), "NO_POC"),
    "an advance": (lambda world, _at: put(world.hong_ha, Kind.ADVANCE), "NO_ADVANCE"),
    "a debt": (lambda world, _at: put(world.hong_ha, Kind.OWED), "NOTHING_OWED"),
    "a payment without its invoice": (lambda world, _at: put(world.hong_ha, Kind.RECEIPTS), "NOTHING_OWED"),
}


def announced(world: World, at: datetime) -> None:
    by = world.acting(world.dung)
    request_funding(organization=world.hong_ha, money=vnd(50_000), by=by, at=at, request_id="announced")


def to_be_signed(world: World, at: datetime) -> None:
    much = vnd(django_settings.KANAL_SECOND_PERSON_ABOVE + 1)
    by = world.acting(world.hanh)
    fund_wallet(organization=world.hong_ha, money=much, bank_reference="FT1", by=by, at=at, request_id="ordered")


SPOILED: dict[str, tuple[Spoil, str]] = {
    **MONEY,
    "a transfer that was announced": (announced, "NO_FUNDING"),
    "a funding that waits to be signed": (to_be_signed, "NO_FUNDING"),
    "postpaid": (postpaid, "PREPAID"),
    "a partner": (a_partner_itself, "NOT_A_PARTNER"),
    "an own organization": (owned_by_a_partner, "NOT_OWN"),
}


def test_every_condition_has_a_code_of_its_own_and_says_how_it_must_be() -> None:
    """LINK-2"""
    codes = [condition.code for condition in CONDITIONS]
    assert len(set(codes)) == len(codes)
    assert all(str(condition.label) for condition in CONDITIONS)


@pytest.mark.django_db
def test_an_empty_account_meets_all(world: World, noon: datetime) -> None:
    """LINK-2"""
    asked = Asked(partner=world.sao_mai, emails=[DUNG], organizations=[world.hong_ha])
    checked = check_one(asked)
    assert [condition.code for condition in checked] == [condition.code for condition in CONDITIONS]
    assert failing_in(checked) == []


@pytest.mark.django_db
def test_the_asker_itself_fails(world: World, noon: datetime) -> None:
    """LINK-2"""
    asked = Asked(partner=world.sao_mai, emails=["lan@saomai.example"], organizations=[world.sao_mai])
    assert {"NOT_THE_ASKER", "NOT_A_PARTNER"} <= {each.code for each in failing_in(check_one(asked))}


@pytest.mark.django_db
@pytest.mark.parametrize("what", [*SPOILED, "another partner's"])
def test_when_adding_the_partner_reads_only_that_it_cannot_be_now(world: World, noon: datetime, what: str) -> None:
    """LINK-2, LINK-3"""
    spoil = somebody_elses if what == "another partner's" else SPOILED[what][0]
    spoil(world, noon)

    row = ask(world, noon)

    assert (row.answer, row.link) == (InvitedRow.Answer.CANNOT, None)
    assert not CustomerLink.objects.filter(partner=world.sao_mai, email=DUNG).exists()


@pytest.mark.django_db
@pytest.mark.parametrize("what", SPOILED)
def test_when_accepting_the_owner_reads_which_one_fails(world: World, noon: datetime, what: str) -> None:
    """LINK-2, LINK-3"""
    spoil, code = SPOILED[what]
    link = invited(world, noon)
    spoil(world, noon)

    if what == "a partner":
        assert choices_of(link, world.dung) == []  # who has become a partner has no account that could be a customer
        return
    [choice] = choices_of(link, world.dung)
    assert [each.code for each in failing_in(choice.conditions)] == [code]
    assert not choice.may_accept
    with pytest.raises(ConditionsNotMet) as refused:
        accepted(world, noon, link=link)
    assert refused.value.conditions == [code]
    assert "Hồng Hà" in str(refused.value)
    link.refresh_from_db()
    assert (link.state, link.customer) == (State.AWAITING_CUSTOMER, None)


@pytest.mark.django_db
@pytest.mark.parametrize("what", SPOILED)
def test_when_approving_the_desk_reads_which_one_fails(world: World, noon: datetime, what: str) -> None:
    """LINK-2, LINK-3"""
    spoil, code = SPOILED[what]
    link = accepted(world, noon)
    spoil(world, noon)

    [choice] = choices_for_desk(CustomerLink.objects.get(id=link.id))
    assert code in [each.code for each in failing_in(choice.conditions)]
    with pytest.raises(ConditionsNotMet) as refused:
        approve_customer_link(link=link, by=world.acting(world.thu), at=noon)
    assert code in refused.value.conditions
    link.refresh_from_db()
    assert (link.state, link.confirmed_at) == (State.AWAITING_PROVIDER, None)
    world.hong_ha.refresh_from_db()
    assert world.hong_ha.seller == world.sao_khue


@pytest.mark.django_db
@pytest.mark.parametrize("spoil", [no_longer_verified, no_longer_its_owner])
def test_whoever_was_invited_must_still_be_a_verified_owner_when_the_desk_decides(
    world: World, noon: datetime, spoil: Spoil
) -> None:
    """LINK-2"""
    link = accepted(world, noon)
    spoil(world, noon)

    with pytest.raises(ConditionsNotMet) as refused:
        approve_customer_link(link=link, by=world.acting(world.thu), at=noon)
    assert refused.value.conditions == ["VERIFIED"]


@pytest.mark.django_db
def test_money_in_any_book_it_ever_had_counts(world: World, noon: datetime) -> None:
    """LINK-2"""
    link = in_state(world, State.UNLINKED, noon)
    put(world.hong_ha, Kind.OWED, book=link.partner.book_id)  # a late bill in the old partner's book

    asked = Asked(partner=world.bien_dong, emails=[DUNG], organizations=[world.hong_ha])
    assert [each.code for each in failing_in(check_one(asked))] == ["NOTHING_OWED"]


@pytest.mark.django_db
def test_what_stood_there_and_is_gone_does_not_count(world: World, noon: datetime) -> None:
    """LINK-2"""
    wallet = put(world.hong_ha, Kind.WALLET)
    book = world.hong_ha.book_id
    post(group(move(wallet, named(Kind.CASH, book=book), 5), book=book))

    assert ask(world, noon).answer == InvitedRow.Answer.SENT
