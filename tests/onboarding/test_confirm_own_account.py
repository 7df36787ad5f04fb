"""PROG-5 A partner's further organization brings nothing along when the desk confirms it, and gets its wallet."""

from datetime import datetime

import pytest

from kanal.identity.desk_only import OnlyTheDesk
from kanal.identity.roles import Role
from kanal.ledger.flows import Kind
from kanal.ledger.names import AccountName
from kanal.ledger.queries import account_named
from kanal.onboarding.confirm_own_account import CannotBeOwn, conditions_of_own, confirm_own_account, open_own_wallet
from kanal.partners.add_own_organization import add_own_organization
from kanal.partners.decide_own_organization import OwnOrganizationDecided
from kanal.partners.models import OwnOrganization
from tests.onboarding.links import accepted, put
from tests.partners.test_own_organizations import add
from tests.world import World, a_world, join


@pytest.fixture
def world() -> World:
    return a_world()


@pytest.mark.django_db
def test_an_empty_one_is_confirmed_and_gets_its_wallet_in_the_partners_book(world: World, noon: datetime) -> None:
    """PROG-5"""
    own = add(world, noon)
    assert all(condition.met for condition in conditions_of_own(own))

    confirm_own_account(own=own, by=world.acting(world.thu), at=noon)

    own.refresh_from_db()
    assert own.state == OwnOrganization.State.CONFIRMED
    wallet = AccountName(world.sao_mai.book_id, Kind.WALLET, "VND", own.organization_id)
    assert account_named(wallet) is None
    open_own_wallet(organization_id=str(own.organization_id), at=noon)
    open_own_wallet(organization_id=str(own.organization_id), at=noon)
    assert account_named(wallet) is not None


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("kind", "code"),
    [
        (Kind.WALLET, "EMPTY_WALLET"),
        (Kind.PROMO, "EMPTY_WALLET"),
        (Kind.POC, "NO_POC"),
        (Kind.ADVANCE, "NO_ADVANCE"),
        (Kind.OWED, "NOTHING_OWED"),
    ],
)
def test_one_that_brings_something_along_is_not_confirmed(world: World, noon: datetime, kind: Kind, code: str) -> None:
    """PROG-5"""
    own = add(world, noon)
    put(own.organization, kind)

    with pytest.raises(CannotBeOwn) as refused:
        confirm_own_account(own=own, by=world.acting(world.thu), at=noon)
    assert refused.value.conditions == [code]
    assert str(refused.value)
    own.refresh_from_db()
    assert own.is_open


@pytest.mark.django_db
def test_only_the_desk_confirms_and_once(world: World, noon: datetime) -> None:
    """PROG-5"""
    own = add(world, noon)
    with pytest.raises(OnlyTheDesk):
        confirm_own_account(own=own, by=world.acting(world.lan), at=noon)
    confirm_own_account(own=own, by=world.acting(world.thu), at=noon)
    with pytest.raises(OwnOrganizationDecided):
        confirm_own_account(own=own, by=world.acting(world.minh), at=noon)


@pytest.mark.django_db
def test_a_wallet_is_opened_only_for_one_that_is_its_own(world: World, noon: datetime) -> None:
    """PROG-5"""
    open_own_wallet(organization_id=str(world.hong_ha.id), at=noon)
    assert account_named(AccountName(world.sao_mai.book_id, Kind.WALLET, "VND", world.hong_ha.id)) is None


@pytest.mark.django_db
def test_one_that_has_accepted_another_partner_is_not_confirmed(world: World, noon: datetime) -> None:
    """PROG-5, LINK-2"""
    join(world.hong_ha, world.lan, Role.CUSTOMER_OWNER, head=world.dung, at=noon)
    by = world.acting(world.lan)
    accepted(world, noon, partner=world.bien_dong)
    own = add_own_organization(partner=world.sao_mai, organization=world.hong_ha, by=by, at=noon)

    with pytest.raises(CannotBeOwn) as refused:
        confirm_own_account(own=own, by=world.acting(world.thu), at=noon)
    assert refused.value.conditions == ["NO_OTHER_PARTNER"]
