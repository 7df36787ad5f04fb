"""Where one sale's money goes and how it comes back, as pure arithmetic."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kanal.credit.pour import (
    MARGIN,
    PROMOTION,
    REVENUE,
    WALLET,
    Bearer,
    Part,
    Payment,
    Sale,
    SaleLine,
    Split,
    pours_of_refund,
    pours_of_sale,
    promo,
    split_sale,
    tax,
)
from kanal.credit.take_back import Refunded, Term, refund_of
from tests.credit.sales import a_sale, in_order, in_words, payments, sales, standing
from tests.credit.settle_cases import CASES, Case

MONTH = 43_200


def bought(sale: Sale, payment: Payment, minutes: int = MONTH) -> Term:
    return Term(sale, split_sale(sale, payment), minutes)


def after(term: Term) -> dict[str, int]:
    pours = pours_of_sale(term.split)
    for refund in term.refunded:
        pours += pours_of_refund(refund.split)
    return standing(pours)


def without_limits(text: str) -> dict[str, int]:
    """The limits move beside the money; `tests/credit/test_spend.py` sees to them."""
    return {name: amount for name, amount in in_words(text).items() if not name.startswith("LINE")}


@pytest.mark.parametrize("case", CASES, ids=[f"{case.bought[:40]}…" for case in CASES])
def test_pours_and_takes_back_as_worked_by_hand(case: Case) -> None:
    """SETTLE-2, SETTLE-3, SETTLE-4, SETTLE-5, PAY-2"""
    coupon, borne_by = case.coupon
    sale = a_sale(case.prices, case.costs, coupon=coupon, borne_by=Bearer(borne_by))
    term = bought(sale, in_order(sale.due, promo=case.promo, wallet=case.wallet), case.minutes)
    assert after(term) == without_limits(case.bought)

    refund = refund_of(term, case.unused)

    assert refund.customer == case.refunded
    assert after(term.after(refund)) == without_limits(case.then)


def test_the_worked_example_from_a_wallet() -> None:
    """SETTLE-2, SETTLE-5: list 1,000,000, customer −10 %, partner −20 %; deleted half way."""
    term = bought(a_sale([900_000], [800_000]), Payment(wallet=900_000))
    assert after(term) == {"WALLET": -900_000, "REVENUE": 727_273, "TAX": 72_727, "MARGIN": 100_000}

    refund = refund_of(term, MONTH // 2)

    assert refund.customer == 450_000
    assert standing(pours_of_refund(refund.split)) == {
        "WALLET": 450_000,
        "MARGIN": -50_000,
        "REVENUE": -363_636,
        "TAX": -36_364,
    }


def test_the_worked_example_on_a_line() -> None:
    """SETTLE-4"""
    term = bought(a_sale([900_000], [800_000]), Payment(line=900_000))

    assert after(term) == {
        "OWED": -900_000,
        "DUE": 900_000,
        "OWED_COST": -800_000,
        "REVENUE": 727_273,
        "TAX": 72_727,
    }


def test_the_worked_example_half_and_half_pays_the_line_back_first() -> None:
    """SETTLE-4, PAY-2: half of it was paid by the line, so half of the time gives exactly that back."""
    term = bought(a_sale([900_000], [800_000]), Payment(wallet=450_000, line=450_000))
    assert after(term)["MARGIN"] == 50_000
    assert after(term)["OWED_COST"] == -400_000

    back = refund_of(term, MONTH // 2).split

    assert (back.line, back.by_wallet.wallet) == (450_000, 0)
    assert standing(pours_of_refund(back))["OWED_COST"] == 400_000


def test_each_source_fills_the_sinks_in_their_order() -> None:
    """SETTLE-2, PAY-1: what was granted pays the cost first, and the margin is what was purchased."""
    term = bought(a_sale([900], [800], coupon=100), Payment({"soon": 300}, 500))

    poured = [(pour.source, pour.target, pour.amount) for pour in pours_of_sale(term.split)]

    assert poured == [
        (PROMOTION, REVENUE, 100),
        (promo("soon"), REVENUE, 300),
        (WALLET, REVENUE, 327),
        (WALLET, tax("VAT10"), 73),
        (WALLET, MARGIN, 100),
    ]


def test_promotional_money_comes_back_last_and_the_grant_that_ends_last_first() -> None:
    """PAY-2"""
    term = bought(a_sale([300], [200]), Payment({"soon": 100, "late": 100}, 100))

    back = refund_of(term, MONTH // 2).split.by_wallet

    assert (back.wallet, back.promos) == (100, {"late": 50, "soon": 0})


def test_what_the_provider_gets_does_not_depend_on_the_customers_price() -> None:
    """SETTLE-1"""
    for price in (0, 1, 700, 800, 801, 5_000):
        term = bought(a_sale([price], [800]), Payment(wallet=price))
        stands = after(term)
        assert stands["REVENUE"] + stands["TAX"] == 800
        assert stands.get("MARGIN", 0) - max(0, 800 - price) == price - 800


def test_a_direct_customer_has_no_partner_to_pay() -> None:
    """SETTLE-6"""
    sale = a_sale([1_000, 333], [1_000, 333], coupon=100, partner=False)
    term = bought(sale, Payment({"grant": 33}, 1_200))

    assert set(after(term)) == {"PROMOTION", "PROMO", "WALLET", "REVENUE", "TAX"}
    with pytest.raises(ValueError, match="line"):
        split_sale(sale, Payment(line=1_233))


def test_refuses_to_pour_what_does_not_pay() -> None:
    with pytest.raises(ValueError, match="does not pay"):
        split_sale(a_sale([900], [800]), Payment(wallet=899))
    with pytest.raises(ValueError, match="at cost"):
        Sale((SaleLine(900, 800, 80, "VAT10"),), partner=False)
    with pytest.raises(ValueError, match="balance"):
        Part(wallet=1)


def test_a_shortfall_comes_back_once_however_the_minutes_round() -> None:
    """PAY-2: at most what the partner's wallet gave; the unit that rounding leaves over is margin's."""
    term = bought(a_sale([2, 3], [0, 6]), Payment(wallet=5), 7)
    assert term.split.by_wallet.missing == 1

    for unused in (1, 1, 5):
        term = term.after(refund_of(term, unused))
        nobody_gives_less_than_nothing(term.left)

    assert after(term) == {}


def test_refuses_to_give_back_more_than_the_term_has() -> None:
    """LIFE-10"""
    term = bought(a_sale([900], [800]), Payment(wallet=900))
    half = term.after(refund_of(term, MONTH // 2))

    with pytest.raises(ValueError, match="cannot come back"):
        refund_of(half, MONTH // 2 + 1)


@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_nothing_is_lost_whoever_pays_and_however_often_it_comes_back(data: st.DataObject) -> None:
    """PAY-1, PAY-2, SETTLE-4, SETTLE-5: `bin/drill credit` asks it of 100,000."""
    nothing_is_lost(data)


def nothing_is_lost(data: st.DataObject) -> None:
    """PAY-1, PAY-2, SETTLE-2…6, LIFE-10: every random sale balances, and its last refund brings all of it back."""
    sale = data.draw(sales())
    payment = data.draw(payments(sale))
    term = bought(sale, payment, data.draw(st.sampled_from([7, MONTH, 86_400])))
    bought_stands = after(term)
    assert sum(bought_stands.values()) == 0
    nobody_gives_less_than_nothing(term.split)

    for _ in range(6):
        if not term.minutes_left:
            break
        refund = refund_of(term, data.draw(st.one_of(st.integers(1, term.minutes_left), st.just(term.minutes_left))))
        term = term.after(refund)
        gives_back_to_the_last_payer_first(term, refund)
        nobody_gives_less_than_nothing(refund.split)
        nobody_gives_less_than_nothing(term.left)
        assert sum(after(term).values()) == 0
    if term.minutes_left:
        term = term.after(refund_of(term, term.minutes_left))
    assert after(term) == {}


def nobody_gives_less_than_nothing(split: Split) -> None:
    """PAY-2 Margin alone may give and take what rounding leaves, and a unit of revenue stand in the other part."""
    for part in (split.by_wallet, split.by_line):
        amounts = [part.coupon, *part.promos.values(), part.wallet, part.missing, part.cost, *part.taxes.values()]
        assert min(amounts) >= 0, split
    assert split.line >= 0
    assert split.by_wallet.revenue + split.by_line.revenue >= 0


def gives_back_to_the_last_payer_first(term: Term, refund: Refunded) -> None:
    assert refund.split.paid == refund.customer
    left = term.left
    if refund.split.by_wallet.wallet or any(refund.split.by_wallet.promos.values()):
        assert left.line == 0
    if any(refund.split.by_wallet.promos.values()):
        assert left.by_wallet.wallet == 0
