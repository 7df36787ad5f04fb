"""Every money verb beside every other: nobody waits for ever, nothing is lost, and only refusals say no."""

import random

from kanal.credit.models import Spending
from kanal.credit.return_credit import return_credit
from kanal.credit.spend import capture_spending, hold_spending, refund_spending, release_spending
from kanal.credit.top_up import top_up_wallet
from kanal.kit.money import Money
from kanal.kit.refusal import Refusal
from kanal.ledger.models import Account
from tests.credit.cast import MONTH, NOON, Cast, item
from tests.credit.racing import at_once
from tests.credit.sales import a_sale
from tests.credit.test_desk_orders import fund
from tests.credit.test_lines import allocate, pool
from tests.world import World, a_world

ROUNDS = 12


def test_eight_orders_at_once_spend_the_last_credit_once(own_database: str) -> None:
    """PAY-1, LINE-8"""
    cast = Cast(world := a_world(), world.an_phat)
    cast.pay(wallet=1_000, line=500, exposure=5_000)
    cast.over_line("WITHIN_LINE")
    answers = at_once(8, lambda number: held(cast, 1_500, f"o{number}"))

    assert [type(each) for each in answers].count(Spending) == 1
    assert all(isinstance(each, Refusal) for each in answers if not isinstance(each, Spending))


def held(cast: Cast, price: int, request_id: str) -> Spending:
    wish = item(a_sale([price], [price * 8 // 10]))
    (spending,) = hold_spending(customer=cast.buyer, items=[wish], by=cast.by, at=NOON, request_id=request_id)
    return spending


def test_eight_ends_at_once_are_one(own_database: str) -> None:
    """HOLD-3: some capture and some release; whoever is second hears it."""
    cast = Cast(world := a_world(), world.an_phat)
    cast.pay(wallet=1_000)
    spending = held(cast, 1_000, "o")

    def end(number: int) -> Spending:
        if number % 2:
            return capture_spending(spending=spending, by=cast.by, at=NOON)
        return release_spending(spending=spending, why="Failed", by=cast.by, at=NOON)

    states = {each.state for each in at_once(8, end) if isinstance(each, Spending)}
    assert len(states) == 1


def test_eight_refunds_at_once_give_back_what_was_paid(own_database: str) -> None:
    """LIFE-10, PAY-2"""
    cast = Cast(world := a_world(), world.an_phat)
    cast.pay(wallet=1_000)
    spending = capture_spending(spending=held(cast, 1_000, "o"), by=cast.by, at=NOON)
    at_once(
        8,
        lambda number: refund_spending(
            spending=spending, unused=MONTH // 2, why="Deleted", by=cast.by, at=NOON, request_id=f"r{number}"
        ),
    )
    assert cast.standing() == {"CASH": -1_000, "WALLET": 1_000}


def test_every_verb_beside_every_other(own_database: str) -> None:
    """CRED-1, LEDGER-6: accounts are locked in one order, so nobody waits for whoever waits for them."""
    cast = Cast(world := a_world(), world.an_phat)
    cast.pay(wallet=50_000, partner=500_000)
    pool(world, 1_000_000)
    allocate(world, 50_000)
    answers = at_once(8, lambda number: rounds(cast, number))

    assert [each for each in answers if isinstance(each, Exception)] == []
    customer = Account.objects.get(book_id=cast.parties.book_id, id=cast.wallet().id)
    assert customer.held.amount == held_for(cast)


def held_for(cast: Cast) -> int:
    """What the orders that are still open hold of the wallet."""
    rows = Spending.objects.filter(book_id=cast.parties.book_id, state=Spending.State.HELD)
    return sum(row.payment["wallet"] for row in rows)


def rounds(cast: Cast, number: int) -> int:
    """So many acts of this thread's own choice; a refusal is an answer."""
    chosen = random.Random(number)
    refused = 0
    for turn in range(ROUNDS):
        try:
            act(cast, chosen, f"{number}-{turn}")
        except Refusal:
            refused += 1
    return refused


def act(cast: Cast, chosen: random.Random, name: str) -> None:
    world = cast.world
    match chosen.randrange(6):
        case 0:
            top_up(world, chosen.randint(1, 9_000), name)
        case 1:
            take_back(world, chosen.randint(1, 9_000), name)
        case 2:
            fund(world, world.sao_mai, chosen.randint(1, 9_000), request_id=name)
        case 3:
            allocate(world, chosen.choice([-1, 1]) * chosen.randint(1, 9_000), request_id=name)
        case 4:
            buy(cast, chosen, name)
        case _:
            spending = Spending.objects.filter(book_id=cast.parties.book_id).order_by("id").last()
            if spending is not None:
                refund_spending(
                    spending=spending, unused=chosen.randint(1, MONTH), why="Deleted", by=cast.by, at=NOON,
                    request_id=name,
                )  # fmt: skip


def buy(cast: Cast, chosen: random.Random, name: str) -> None:
    price = chosen.randint(1, 30_000)
    wish = item(a_sale([price], [price * chosen.randint(7, 11) // 10]))
    (spending,) = hold_spending(customer=cast.buyer, items=[wish], by=cast.by, at=NOON, request_id=name)
    if chosen.random() < 0.6:
        capture_spending(spending=spending, by=cast.by, at=NOON)
    elif chosen.random() < 0.5:
        release_spending(spending=spending, why="Failed", by=cast.by, at=NOON)


def top_up(world: World, amount: int, name: str) -> None:
    top_up_wallet(
        partner=world.sao_mai, customer=world.an_phat, money=Money(amount), by=world.acting(world.mai), at=NOON,
        request_id=name,
    )  # fmt: skip


def take_back(world: World, amount: int, name: str) -> None:
    return_credit(
        partner=world.sao_mai, customer=world.an_phat, money=Money(amount), by=world.acting(world.mai), at=NOON,
        request_id=name,
    )  # fmt: skip
