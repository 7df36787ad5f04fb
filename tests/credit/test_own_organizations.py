"""A partner's further organizations: topped up by it, and buying at its cost."""

import pytest

from kanal.credit.fund_wallet import FundedByItsPartner
from kanal.credit.pin_terms import LineNotForThem
from kanal.credit.return_credit import return_credit
from kanal.credit.top_up import CustomerNotConfirmed, top_up_wallet
from kanal.identity.models import Organization
from kanal.kit.money import Money
from kanal.onboarding.confirm_own_account import confirm_own_account, open_own_wallet
from tests.credit.cast import NOON, Cast
from tests.credit.sales import a_sale
from tests.credit.test_desk_orders import fund
from tests.credit.test_lines import allocate
from tests.partners.test_own_organizations import add
from tests.world import World


@pytest.fixture
def own(world: World) -> Organization:
    asked = add(world, NOON)
    confirm_own_account(own=asked, by=world.acting(world.thu), at=NOON)
    open_own_wallet(organization_id=str(asked.organization_id), at=NOON)
    return Organization.objects.select_related("seller").get(id=asked.organization_id)


def test_its_partner_tops_it_up_and_takes_back(world: World, own: Organization) -> None:
    """PROG-5, CRED-1, CRED-8"""
    cast = Cast(world, own)
    fund(world, world.sao_mai, 1_000)
    asked = {"partner": world.sao_mai, "customer": own, "by": world.acting(world.mai), "at": NOON}
    top_up_wallet(money=Money(600), request_id="t", **asked)  # type: ignore[arg-type]
    return_credit(money=Money(200), request_id="b", **asked)  # type: ignore[arg-type]

    assert cast.standing() == {"CASH": -1_000, "WALLET": 400, "SHORTFALL": 600}


def test_a_customer_passes_nothing_on_to_another_of_the_same_book(world: World, own: Organization) -> None:
    """CRED-2, ALL-1: both have wallets there, and neither sells to the other."""
    cast = Cast(world, world.an_phat).pay(wallet=1_000)
    with pytest.raises(CustomerNotConfirmed):
        top_up_wallet(
            partner=world.an_phat, customer=own, money=Money(1), by=world.acting(world.an), at=NOON, request_id="x"
        )
    assert cast.standing() == {"CASH": -1_000, "WALLET": 1_000}


def test_it_buys_at_its_partners_cost_from_its_own_wallet(world: World, own: Organization) -> None:
    """SETTLE-6, PROG-5: no margin, and no partner beside it."""
    cast = Cast(world, own).pay(wallet=2_000)
    spending = cast.buy(a_sale([1_100], [1_100], partner=False))

    assert spending.partner_id is None
    assert cast.standing() == {"CASH": -2_000, "WALLET": 900, "REVENUE": 1_000, "TAX": 100}


def test_neither_the_desk_funds_it_nor_has_it_a_line(world: World, own: Organization) -> None:
    """CRED-3, CRED-7, LINE-1: a pool is for customers."""
    with pytest.raises(FundedByItsPartner):
        fund(world, own, 1)
    with pytest.raises(LineNotForThem):
        allocate(world, 1, customer=own)
