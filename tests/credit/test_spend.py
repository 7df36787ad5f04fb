"""Hold, capture, release and refund, on a real ledger."""

from datetime import datetime, timedelta

import pytest

from kanal.credit.capture_spending import SpendingHasEnded, TermHasChanged
from kanal.credit.hold_spending import (
    AskYourPartner,
    ExposureUsedUp,
    NotEnoughCredit,
    NotEnoughTrialCredit,
    PurchasesStopped,
    ShortfallNotCovered,
    hold_spending,
)
from kanal.credit.lapse_grants import lapse_grants
from kanal.credit.models import CustomerTerms, Spending, SpendingRefund
from kanal.credit.operator_queries import next_grant_to_end
from kanal.credit.pour import EXPOSURE, LINE, SHORTFALL, WALLET, Bearer, promo
from kanal.credit.refund_spending import MoreThanIsLeft, NotPaidYet
from kanal.credit.spend import capture_spending, refund_spending, release_spending
from kanal.kit.money import Money
from kanal.ledger.answers import AccountFrozen, KeyReused
from kanal.ledger.models import Transfer
from kanal.ledger.open_accounts import freeze_account, set_floors
from tests.credit.cast import MONTH, NOON, Cast, change, item
from tests.credit.sales import a_sale, in_words
from tests.credit.settle_cases import CASES, Case

WORKED = a_sale([900_000], [800_000])
LATER = NOON + timedelta(days=15)


def refund(
    cast: Cast, spending: Spending, unused: int, *, request_id: str = "r1", at: datetime = LATER
) -> SpendingRefund:
    return refund_spending(spending=spending, unused=unused, why="Deleted", by=cast.by, at=at, request_id=request_id)


@pytest.mark.parametrize("case", CASES, ids=[f"{case.bought[:40]}…" for case in CASES])
def test_settles_and_refunds_as_worked_by_hand(an_phat: Cast, case: Case) -> None:
    """SETTLE-2, SETTLE-3, SETTLE-4, SETTLE-5, PAY-1, PAY-2: all of it on accounts, limits too."""
    coupon, borne_by = case.coupon
    an_phat.pay(wallet=case.wallet, line=case.line, partner=sum(case.costs))
    an_phat.uncap()
    if case.promo:
        an_phat.grant(case.promo)
    before = an_phat.standing()
    spending = an_phat.buy(a_sale(case.prices, case.costs, coupon=coupon, borne_by=Bearer(borne_by)))
    assert without_exposure(change(before, an_phat.standing())) == in_words(case.bought)

    # The worked cases count a term of their own length in minutes.
    Spending.objects.filter(book_id=spending.book_id, id=spending.id).update(minutes=case.minutes)
    given_back = refund(an_phat, spending, case.unused)

    assert sum(line["customer"] for line in given_back.lines) == case.refunded
    assert without_exposure(change(before, an_phat.standing())) == in_words(case.then)


def without_exposure(changed: dict[str, int]) -> dict[str, int]:
    """It moves by what the partner owes at cost, between its own two accounts."""
    assert changed.get("EXPOSURE", 0) == -changed.get("EXPOSURE_USED", 0) == changed.get("OWED_COST", 0)
    return {name: amount for name, amount in changed.items() if not name.startswith("EXPOSURE")}


def test_a_wallet_pays_in_one_group(an_phat: Cast) -> None:
    """SETTLE-2, HOLD-3"""
    an_phat.pay(wallet=1_000_000)
    (spending,) = an_phat.hold(WORKED)
    assert an_phat.held(WALLET) == 900_000
    assert an_phat.available(WALLET) == 100_000

    spending = capture_spending(spending=spending, by=an_phat.by, at=NOON)

    rows = list(Transfer.objects.filter(book_id=spending.book_id, subject_id=spending.subject_id).order_by("id"))
    assert [row.phase for row in rows if row.act == "spending.captured"] == ["RELEASED", "POSTED", "POSTED", "POSTED"]
    assert len({row.id.int >> 16 for row in rows if row.act == "spending.captured"}) == 1
    assert an_phat.standing() == {
        "CASH": -1_000_000, "WALLET": 100_000, "REVENUE": 727_273, "TAX": 72_727, "MARGIN": 100_000,
    }  # fmt: skip


def test_a_line_pays_and_both_debts_arise(an_phat: Cast) -> None:
    """SETTLE-4, LINE-3"""
    an_phat.pay(line=1_000_000, exposure=1_000_000)
    (spending,) = an_phat.hold(WORKED)
    assert (an_phat.held(LINE), an_phat.held(EXPOSURE)) == (900_000, 800_000)

    capture_spending(spending=spending, by=an_phat.by, at=NOON)

    stands = an_phat.standing()
    assert (stands["OWED"], stands["DUE"], stands["OWED_COST"]) == (-900_000, 900_000, -800_000)
    assert (stands["LINE"], stands["LINE_USED"]) == (100_000, 900_000)
    assert (stands["EXPOSURE"], stands["EXPOSURE_USED"]) == (200_000, 800_000)


def test_half_and_half_comes_back_line_first(an_phat: Cast) -> None:
    """SETTLE-4, PAY-2"""
    an_phat.pay(wallet=450_000, line=1_000_000, exposure=1_000_000)
    before = an_phat.standing()
    spending = an_phat.buy(WORKED)
    assert spending.payment == {"promos": [], "wallet": 450_000, "line": 450_000}

    refund(an_phat, spending, MONTH // 2)
    assert an_phat.available(WALLET) == 0
    assert an_phat.available(LINE) == 1_000_000

    refund(an_phat, spending, MONTH // 2, request_id="r2")
    assert an_phat.standing() == before


def test_a_direct_customer_and_a_partner_for_itself_pay_the_provider(hong_ha: Cast, sao_mai: Cast) -> None:
    """SETTLE-6"""
    for cast in (hong_ha, sao_mai):
        cast.pay(wallet=2_000)
        spending = cast.buy(a_sale([1_100], [1_100], partner=False))
        assert spending.partner_id is None
        assert cast.standing() == {"CASH": -2_000, "WALLET": 900, "REVENUE": 1_000, "TAX": 100}
        refund(cast, spending, MONTH)
        assert cast.standing() == {"CASH": -2_000, "WALLET": 2_000}


def test_the_grant_that_ends_first_pays_first(an_phat: Cast) -> None:
    """PROMO-1, PAY-1"""
    late, soon = an_phat.grant(500, days=60), an_phat.grant(300, days=10)
    an_phat.pay(wallet=1_000)

    spending = an_phat.buy(a_sale([1_000], [800]))

    assert spending.payment == {"promos": [[soon.id.hex, 300], [late.id.hex, 500]], "wallet": 200, "line": 0}
    refund(an_phat, spending, MONTH // 2)
    assert an_phat.available(promo(late.id.hex)) == 300
    assert an_phat.available(promo(soon.id.hex)) == 0
    assert an_phat.available(WALLET) == 1_000


def test_what_is_left_of_a_grant_lapses_and_stays_lapsed(an_phat: Cast) -> None:
    """PROMO-1, PAY-2: what is held is still spent; what comes back after the end goes to the promotion account."""
    grant = an_phat.grant(1_000, days=10)
    spent = an_phat.buy(a_sale([300], [200]))
    (kept,), (given_up,) = an_phat.hold(a_sale([200], [200])), an_phat.hold(a_sale([100], [100]))
    assert next_grant_to_end(grant.ends_at - timedelta(seconds=1)) is None
    assert next_grant_to_end(grant.ends_at) == grant.ends_at

    lapse_grants(at=grant.ends_at)

    assert next_grant_to_end(LATER) is None
    assert an_phat.account(promo(grant.id.hex)).balance == Money(300)
    capture_spending(spending=kept, by=an_phat.by, at=LATER)
    release_spending(spending=given_up, why="Failed", by=an_phat.by, at=LATER)
    assert an_phat.account(promo(grant.id.hex)).balance == Money(0)
    refund(an_phat, spent, MONTH)
    assert an_phat.standing() == {"PROMOTION": -200, "REVENUE": 182, "TAX": 18}


def test_an_ended_grant_pays_nothing(an_phat: Cast) -> None:
    """PROMO-1"""
    grant = an_phat.grant(1_000, days=10)
    with pytest.raises(NotEnoughCredit) as refused:
        an_phat.hold(a_sale([300], [200]), at=grant.ends_at)
    assert refused.value.available == Money(0)


def test_trial_credit_pays_the_whole_or_nothing_and_comes_back_to_itself(an_phat: Cast) -> None:
    """PAY-1, PAY-2, INV-7: no revenue, and nothing of the wallet beside it."""
    an_phat.grant(600, kind="POC")
    an_phat.grant(500, kind="POC", days=60)
    an_phat.pay(wallet=10_000)
    before = an_phat.standing()
    trial = a_sale([1_000], [1_000], partner=False)
    (spending,) = an_phat.hold(trial, is_poc=True)
    capture_spending(spending=spending, by=an_phat.by, at=NOON)
    assert change(before, an_phat.standing()) == {"POC": -1_000, "PROMOTION": 1_000}

    with pytest.raises(NotEnoughTrialCredit):
        an_phat.hold(trial, is_poc=True)

    refund(an_phat, spending, MONTH // 2)
    assert change(before, an_phat.standing()) == {"POC": -500, "PROMOTION": 500}


def test_trial_credit_pays_nothing_else(an_phat: Cast) -> None:
    """INV-7"""
    an_phat.grant(5_000, kind="POC")
    with pytest.raises(NotEnoughCredit):
        an_phat.hold(a_sale([1_000], [800]))


def test_below_cost_the_partner_covers_or_the_order_waits(an_phat: Cast) -> None:
    """SETTLE-3: the customer reads nothing of cost; the partner reads why."""
    an_phat.pay(wallet=700)
    with pytest.raises(AskYourPartner) as refused:
        an_phat.hold(a_sale([700], [800]))
    assert refused.value.facts() == {}
    why = refused.value.__cause__
    assert isinstance(why, ShortfallNotCovered)
    assert (why.needed, why.available) == (Money(100), Money(0))
    assert an_phat.held(WALLET) == 0

    an_phat.pay(partner=100)
    an_phat.buy(a_sale([700], [800]))
    assert an_phat.available(SHORTFALL) == 0
    assert an_phat.standing() == {"CASH": -800, "REVENUE": 727, "TAX": 73}


@pytest.mark.parametrize("policy", ["WITHIN_LINE", "SUSPEND"])
def test_within_the_line_what_needs_more_waits(an_phat: Cast, policy: str) -> None:
    """LINE-4, LINE-8"""
    an_phat.pay(line=900_000, exposure=5_000_000)
    an_phat.over_line(policy)
    with pytest.raises(NotEnoughCredit) as refused:
        an_phat.hold(a_sale([900_001], [100]))
    assert refused.value.available == Money(900_000)

    an_phat.buy(WORKED)
    assert an_phat.available(LINE) == 0
    an_phat.buy(a_sale([0], [0]))  # what costs nothing now can still be made


def test_kept_open_purchases_go_on_within_the_partners_exposure(an_phat: Cast) -> None:
    """LINE-4, LINE-8"""
    an_phat.pay(line=100_000, exposure=1_000_000)
    an_phat.buy(WORKED)
    assert an_phat.available(LINE) == -800_000

    with pytest.raises(AskYourPartner) as refused:
        an_phat.buy(WORKED)
    why = refused.value.__cause__
    assert isinstance(why, ExposureUsedUp)
    assert (why.needed.amount, why.available.amount) == (800_000, 200_000)
    assert an_phat.held(LINE) == 0

    an_phat.uncap()
    an_phat.buy(WORKED)


def test_without_a_line_nothing_is_bought_on_it(an_phat: Cast) -> None:
    """LINE-12"""
    an_phat.pay(line=0, exposure=1_000_000)
    with pytest.raises(NotEnoughCredit):
        an_phat.hold(WORKED)


def test_a_partner_can_stop_new_purchases(an_phat: Cast) -> None:
    """LINE-11"""
    an_phat.pay(wallet=5_000_000)
    CustomerTerms.objects.create(
        book_id=an_phat.parties.book_id, customer_id=an_phat.buyer.id, partner_id=an_phat.world.sao_mai.id,
        purchases_stopped_at=NOON, purchases_stopped_why="Two bills are open.",
    )  # fmt: skip
    with pytest.raises(PurchasesStopped, match="Two bills are open"):
        an_phat.hold(WORKED)


def test_a_frozen_wallet_pays_nothing(an_phat: Cast) -> None:
    an_phat.pay(wallet=5_000_000)
    freeze_account(an_phat.parties.account(WALLET))
    with pytest.raises(AccountFrozen):
        an_phat.hold(WORKED)


def test_all_items_of_an_order_or_none(an_phat: Cast) -> None:
    """PAY-1: the second takes what the first left."""
    an_phat.pay(wallet=1_000, line=500, exposure=5_000)
    an_phat.over_line("WITHIN_LINE")
    with pytest.raises(NotEnoughCredit):
        an_phat.hold(a_sale([1_200], [900]), a_sale([301], [200]))
    assert (an_phat.held(WALLET), an_phat.held(LINE)) == (0, 0)

    one, two = an_phat.hold(a_sale([800], [700]), a_sale([700], [600]))

    assert (one.payment["wallet"], two.payment["wallet"], two.payment["line"]) == (800, 200, 500)
    capture_spending(spending=one, by=an_phat.by, at=NOON)
    release_spending(spending=two, why="The driver failed", by=an_phat.by, at=NOON)
    assert (an_phat.available(WALLET), an_phat.available(LINE)) == (200, 500)


def test_the_same_request_holds_once(an_phat: Cast) -> None:
    """CRED-6"""
    an_phat.pay(wallet=1_000_000)
    items = [item(WORKED)]
    first = hold_spending(customer=an_phat.buyer, items=items, by=an_phat.by, at=NOON, request_id="order-1")
    again = hold_spending(customer=an_phat.buyer, items=items, by=an_phat.by, at=LATER, request_id="order-1")
    assert [each.id for each in again] == [each.id for each in first]
    assert an_phat.held(WALLET) == 900_000

    with pytest.raises(KeyReused):
        an_phat.hold(a_sale([1], [1]), request_id="order-1")


def test_each_end_comes_once(an_phat: Cast) -> None:
    """HOLD-3: captured twice is captured once, and what is captured is not released."""
    an_phat.pay(wallet=2_000_000)
    (paid,), (given_up,) = an_phat.hold(WORKED), an_phat.hold(WORKED)
    with pytest.raises(NotPaidYet):
        refund(an_phat, paid, 1)
    for _ in range(2):
        capture_spending(spending=paid, by=an_phat.by, at=NOON)
        release_spending(spending=given_up, why="Failed", by=an_phat.by, at=NOON)
    assert an_phat.available(WALLET) == 1_100_000
    with pytest.raises(SpendingHasEnded):
        release_spending(spending=paid, why="Late", by=an_phat.by, at=NOON)
    with pytest.raises(SpendingHasEnded):
        capture_spending(spending=given_up, by=an_phat.by, at=NOON)


def test_a_refund_asked_twice_is_given_once_and_never_beyond_the_term(an_phat: Cast) -> None:
    """CRED-6, LIFE-10"""
    an_phat.pay(wallet=900_000)
    spending = an_phat.buy(WORKED)
    first = refund(an_phat, spending, MONTH // 2)
    assert refund(an_phat, spending, MONTH // 2) == first
    assert an_phat.available(WALLET) == 450_000
    with pytest.raises(KeyReused):
        refund(an_phat, spending, 7)
    with pytest.raises(MoreThanIsLeft) as refused:
        refund(an_phat, spending, MONTH // 2 + 1, request_id="r2")
    assert refused.value.left == MONTH // 2


def test_what_is_held_is_captured_though_measured_use_took_the_rest(an_phat: Cast) -> None:
    """HOLD-3, CRED-4: the debt limit was used up meanwhile; the order was paid all the same."""
    an_phat.pay(wallet=900_000)
    set_floors(an_phat.parties.account(WALLET), floor=0, deep_floor=-5_000)
    (spending,) = an_phat.hold(WORKED)
    an_phat.charge(5_000)
    assert an_phat.available(WALLET) == -5_000

    capture_spending(spending=spending, by=an_phat.by, at=NOON)
    assert an_phat.account(WALLET).balance == Money(-5_000)


# --- A new term in place of an old one ---------------------------------------------------------------------------


def replace(cast: Cast, old: Spending, unused: int, new_price: int, *, request_id: str = "resize") -> Spending:
    sale = a_sale([new_price], [new_price * 8 // 10])
    wish = item(sale, replaces=old, unused=unused)
    (spending,) = hold_spending(customer=cast.buyer, items=[wish], by=cast.by, at=NOON, request_id=request_id)
    return spending


def test_a_larger_term_needs_only_the_difference(an_phat: Cast) -> None:
    """LIFE-2: what paid the old term pays the new one first, in one group, the refund first."""
    an_phat.pay(wallet=1_000_000)
    old = an_phat.buy(a_sale([900_000], [720_000]))
    new = replace(an_phat, old, MONTH // 2, 540_000)
    assert an_phat.held(WALLET) == 90_000

    capture_spending(spending=new, by=an_phat.by, at=NOON)

    assert an_phat.available(WALLET) == 10_000
    assert an_phat.standing()["MARGIN"] == (450_000 + 540_000) // 5
    refund(an_phat, old, MONTH // 2, request_id="rest")
    refund(an_phat, new, MONTH, request_id="all")
    assert an_phat.standing() == {"CASH": -1_000_000, "WALLET": 1_000_000}


def test_a_smaller_term_holds_nothing_and_gives_the_rest_back(an_phat: Cast) -> None:
    """LIFE-2"""
    an_phat.pay(wallet=450_000, line=450_000, exposure=900_000)
    an_phat.over_line("WITHIN_LINE")
    old = an_phat.buy(a_sale([900_000], [720_000]))

    new = replace(an_phat, old, MONTH // 2, 100_000)
    assert new.holds == []
    assert new.payment == {"promos": [], "wallet": 0, "line": 100_000}
    capture_spending(spending=new, by=an_phat.by, at=NOON)

    assert an_phat.available(LINE) == 350_000
    assert an_phat.available(EXPOSURE) == 900_000 - 80_000


def test_a_term_that_was_refunded_meanwhile_is_not_replaced(an_phat: Cast) -> None:
    """LIFE-2"""
    an_phat.pay(wallet=1_000_000)
    old = an_phat.buy(a_sale([900_000], [720_000]))
    new = replace(an_phat, old, MONTH, 900_000)
    refund(an_phat, old, MONTH)
    with pytest.raises(TermHasChanged):
        capture_spending(spending=new, by=an_phat.by, at=NOON)
    release_spending(spending=new, why="Changed", by=an_phat.by, at=NOON)
    assert an_phat.available(WALLET) == 1_000_000
