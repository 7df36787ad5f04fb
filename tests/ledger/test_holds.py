"""Two steps: what is reserved is released, captured or expires, once; after TigerBeetle's two-phase table."""

from datetime import timedelta
from uuid import UUID

import pytest

from kanal.ledger.answers import (
    AccountFrozen,
    CaptureExceedsHold,
    HoldExpired,
    HoldNotExpired,
    HoldResolved,
    HoldUnknown,
    KeyReused,
    Posting,
    WouldOverdraw,
)  # fmt: skip
from kanal.ledger.holds import captured, expire_hold, expire_holds, hold_numbered
from kanal.ledger.models import ExpiringHold, Resolution, Transfer
from kanal.ledger.movement import Earlier, Hold, Release, Reversal
from kanal.ledger.open_accounts import freeze_account, set_floors
from kanal.ledger.operator_queries import holds_due, next_hold_to_expire
from kanal.ledger.post import post, post_batch
from tests.ledger.world import NOON, Cast, account, balance, group, held, move, vnd

pytestmark = pytest.mark.django_db


def hold_on(cast: Cast, amount: int, request_id: str = "", *, seconds: int | None = None) -> Earlier:
    expires_at = NOON + timedelta(seconds=seconds) if seconds is not None else None
    posting = post(group(Hold(account=cast.an, money=vnd(amount), expires_at=expires_at), request_id=request_id))
    return hold_numbered(7, posting.legs[0].id)


def test_the_outcomes_of_two_phase_transfers() -> None:
    """LEDGER-2, HOLD-3: A1 posted 15; holds of 15, 15, 15, 7, 1, 1 beside it."""
    cast = Cast()
    cast.fund(cast.an, 100)
    first = post(group(move(cast.an, cast.revenue, 15), request_id="T1")).legs[0].id
    t2, t3 = hold_on(cast, 15, "T2"), hold_on(cast, 15, "T3")
    t4, t5 = hold_on(cast, 15, "T4", seconds=1), hold_on(cast, 7, "T5")
    t6, t7 = hold_on(cast, 1, "T6"), hold_on(cast, 1, "T7")
    assert (balance(cast.an), held(cast.an)) == (85, 54)

    # 1, 2: captured for 13, and 2 are free again; the same request answers the same
    capture_2 = group(*captured(t2, into=[move(cast.an, cast.revenue, 13)]), request_id="C2")
    assert post(capture_2).after(cast.an).available == 85 - 13 - 39
    assert post(capture_2).replayed
    # 3: the same id for another amount, another hold, another way
    for other in (
        captured(t2, into=[move(cast.an, cast.revenue, 12)]),
        captured(t3, into=[move(cast.an, cast.revenue, 13)]),
        [Release(hold=t2)],
    ):
        with pytest.raises(KeyReused):
            post(group(*other, request_id="C2"))
    # 4: posted directly, never a hold
    with pytest.raises(HoldUnknown):
        post(group(Release(hold=first)))
    # 5: an unknown hold; its request changed nothing, so the id is not burnt here
    with pytest.raises(HoldUnknown):
        post(group(Release(hold=UUID(int=1)), request_id="C5"))
    # 6, 7: a hold is released whole; another amount is another hold
    for stated in (16, 14):
        with pytest.raises(HoldUnknown):
            post(group(Release(hold=Earlier(id=t3.id, source=t3.source, target=t3.target, money=vnd(stated)))))
    # 8, 9: released, then captured
    post(group(Release(hold=t3)))
    with pytest.raises(HoldResolved):
        post(group(*captured(t3, into=[move(cast.an, cast.revenue, 15)])))
    # 10: captured again under a new id
    with pytest.raises(HoldResolved):
        post(group(*captured(t2, into=[move(cast.an, cast.revenue, 13)])))
    # 11: its time is over, whether or not anybody has said so yet
    with pytest.raises(HoldNotExpired):
        post(group(Release(hold=t4, expired=True), at=NOON))
    for _ in range(2):
        with pytest.raises(HoldExpired):
            post(group(Release(hold=t4), at=NOON + timedelta(seconds=1)))
        for row in holds_due(NOON + timedelta(seconds=1)):
            expire_hold(row, at=NOON + timedelta(seconds=1))
    # 12: more than is held
    with pytest.raises(CaptureExceedsHold):
        captured(t5, into=[move(cast.an, cast.revenue, 8)])
    # 13: all of it, all of it, nothing of it
    capture_5 = group(*captured(t5, into=[move(cast.an, cast.revenue, 7)]), request_id="C13")
    post(capture_5)
    post(group(*captured(t6, into=[move(cast.an, cast.revenue, 1)])))
    post(group(*captured(t7, into=[])))
    assert post(capture_5).replayed
    for amount in (6, 5):
        with pytest.raises(KeyReused):
            post(group(*captured(t5, into=[move(cast.an, cast.revenue, amount)]), request_id="C13"))

    assert (100 - balance(cast.an), held(cast.an)) == (36, 0)


def test_what_is_held_cannot_be_spent_otherwise() -> None:
    """LEDGER-2"""
    cast = Cast()
    cast.fund(cast.an, 100)
    hold_on(cast, 60)

    with pytest.raises(WouldOverdraw) as refusal:
        post(group(move(cast.an, cast.revenue, 41)))
    with pytest.raises(WouldOverdraw):
        post(group(Hold(account=cast.an, money=vnd(41))))

    assert refusal.value.available == vnd(40)


def test_a_capture_goes_to_several_accounts() -> None:
    """HOLD-3"""
    cast = Cast()
    cast.fund(cast.an, 900)
    taken = hold_on(cast, 900)

    post(group(*captured(taken, into=[move(cast.an, cast.revenue, 727), move(cast.an, cast.tax, 73)])))

    assert (balance(cast.an), held(cast.an), balance(cast.revenue), balance(cast.tax)) == (100, 0, 727, 73)


def test_a_hold_that_grows_is_released_and_made_anew_in_one_group() -> None:
    """HOLD-3: only the difference has to be available."""
    cast = Cast()
    cast.fund(cast.an, 100)
    small = hold_on(cast, 60)

    post(group(Release(hold=small), Hold(account=cast.an, money=vnd(100))))
    assert held(cast.an) == 100
    large = Transfer.objects.filter(book_id=7, phase="HELD").exclude(id=small.id).get()
    with pytest.raises(WouldOverdraw):
        post(group(Release(hold=large.id), Hold(account=cast.an, money=vnd(101))))

    assert held(cast.an) == 100


def test_measured_use_is_held_down_to_the_debt_limit() -> None:
    """CHART-3"""
    cast = Cast()
    cast.fund(cast.an, 10)
    set_floors(cast.an, floor=0, deep_floor=-50)

    with pytest.raises(WouldOverdraw):
        post(group(Hold(account=cast.an, money=vnd(11))))
    post(group(Hold(account=cast.an, money=vnd(60), deep=True)))

    assert account(cast.an).available == vnd(-50)


def test_the_end_of_a_hold_is_never_refused_for_the_accounts_state() -> None:
    """A frozen account gives nothing, and still lets go of what is reserved."""
    cast = Cast()
    cast.fund(cast.an, 10)
    taken = hold_on(cast, 10)
    freeze_account(cast.an)

    with pytest.raises(AccountFrozen):
        post(group(*captured(taken, into=[move(cast.an, cast.revenue, 10)])))
    post(group(Release(hold=taken)))

    assert held(cast.an) == 0


def test_a_hold_expires_by_itself_once() -> None:
    """LEDGER-2"""
    cast = Cast()
    cast.fund(cast.an, 10)
    hold_on(cast, 4, seconds=60)
    hold_on(cast, 5, seconds=30)
    assert next_hold_to_expire(NOON + timedelta(days=1)) == NOON + timedelta(seconds=30)
    assert next_hold_to_expire(NOON) is None

    (due,) = holds_due(NOON + timedelta(seconds=59))
    expire_holds(at=NOON + timedelta(seconds=59))
    again = expire_hold(due, at=NOON + timedelta(seconds=61))

    assert again is not None
    assert again.replayed
    assert held(cast.an) == 4
    assert Resolution.objects.get(book_id=7, resolves_id=due.id).way == "EXPIRED"


def test_a_hold_that_was_captured_does_not_expire() -> None:
    """LEDGER-2"""
    cast = Cast()
    cast.fund(cast.an, 10)
    taken = hold_on(cast, 4, seconds=60)
    row = ExpiringHold.objects.get(book_id=7, id=taken.id)
    post(group(*captured(taken, into=[move(cast.an, cast.revenue, 4)])))

    assert next_hold_to_expire(NOON + timedelta(days=1)) is None
    assert expire_hold(row, at=NOON + timedelta(seconds=61)) is None


def test_within_one_batch_a_hold_is_made_captured_and_gone() -> None:
    cast = Cast()
    cast.fund(cast.an, 10)
    making = group(Hold(account=cast.an, money=vnd(10)), request_id="make")
    id_ = making.key.group_id

    answers = post_batch([
        group(Release(hold=id_)),
        making,
        group(move(cast.an, cast.revenue, 1)),
        group(Release(hold=id_), move(cast.an, cast.revenue, 11)),
        group(Release(hold=id_), move(cast.an, cast.revenue, 9)),
        group(Release(hold=id_)),
        making,
    ])  # fmt: skip

    kinds = [type(answer) for answer in answers]
    assert kinds == [HoldUnknown, Posting, WouldOverdraw, WouldOverdraw, Posting, HoldResolved, Posting]
    assert (balance(cast.an), held(cast.an)) == (1, 0)


def test_a_hold_is_not_reversed_but_released() -> None:
    """LEDGER-3"""
    from kanal.ledger.answers import IllegalFlow, NotReversible

    cast = Cast()
    cast.fund(cast.an, 10)
    taken = hold_on(cast, 10)

    with pytest.raises((NotReversible, IllegalFlow)):
        post(group(Reversal(of=taken.id, note="wrong")))
