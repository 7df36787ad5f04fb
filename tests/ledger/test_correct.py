"""What was posted wrongly goes back the way it came, once, and says why."""

import pytest

from kanal.ledger.answers import NotReversible, Posting, ReversedAlready, WouldOverdraw
from kanal.ledger.correct import ReasonMissing, reverse_group, reverse_transfer
from kanal.ledger.models import Resolution, Transfer
from kanal.ledger.movement import Hold, Release, Reversal
from kanal.ledger.post import post, post_batch
from kanal.ledger.statement import transfers_of
from tests.ledger.world import LAN, NOON, ORDER, Cast, balance, group, key, move, vnd

pytestmark = pytest.mark.django_db


def test_a_transfer_is_reversed_once_with_a_reason() -> None:
    """LEDGER-3"""
    cast = Cast()
    wrong = cast.fund(cast.an, 100).legs[0].id
    with pytest.raises(ReasonMissing):
        reverse_transfer(wrong, key=key(), reason=" ", by=LAN, at=NOON)

    undone = reverse_transfer(wrong, key=key("undo"), reason="typed twice", by=LAN, at=NOON)

    row = Transfer.objects.get(book_id=7, id=undone.legs[0].id)
    assert (row.earlier_id, row.note, balance(cast.an)) == (wrong, "typed twice", 0)
    assert Resolution.objects.get(book_id=7, resolves_id=wrong).reason == "typed twice"
    assert reverse_transfer(wrong, key=key("undo"), reason="typed twice", by=LAN, at=NOON).replayed
    with pytest.raises(ReversedAlready):
        reverse_transfer(wrong, key=key(), reason="again", by=LAN, at=NOON)


def test_a_group_is_reversed_whole_the_last_first() -> None:
    """LEDGER-3: what came in through the group may have been spent inside it."""
    cast = Cast()
    sold = post(group(move(cast.cash, cast.an, 80), move(cast.an, cast.revenue, 80), matter=ORDER))

    undone = reverse_group(sold.group_id, key=key(), reason="ordered by mistake", by=LAN, at=NOON)

    assert [leg.source for leg in undone.legs] == [cast.revenue, cast.an]
    assert (balance(cast.an), balance(cast.revenue), balance(cast.cash)) == (0, 0, 0)
    assert len(transfers_of(7, ORDER)) == 4
    with pytest.raises(ReversedAlready):
        reverse_group(sold.group_id, key=key(), reason="again", by=LAN, at=NOON)


def test_money_that_was_spent_cannot_be_taken_back() -> None:
    cast = Cast()
    funded = cast.fund(cast.an, 100)
    post(group(move(cast.an, cast.revenue, 1)))

    with pytest.raises(WouldOverdraw):
        reverse_group(funded.group_id, key=key(), reason="bounced", by=LAN, at=NOON)


def test_a_group_with_an_open_hold_is_released_not_reversed() -> None:
    cast = Cast()
    cast.fund(cast.an, 100)
    mixed = post(group(move(cast.an, cast.revenue, 1), Hold(account=cast.an, money=vnd(5))))

    with pytest.raises(NotReversible):
        reverse_group(mixed.group_id, key=key(), reason="wrong", by=LAN, at=NOON)
    with pytest.raises(NotReversible):
        reverse_group(key("never").group_id, key=key(), reason="wrong", by=LAN, at=NOON)


def test_a_reversal_can_itself_be_reversed_once() -> None:
    """LEDGER-3: it is a transfer like any other."""
    cast = Cast()
    first = cast.fund(cast.an, 100).legs[0].id
    undone = reverse_transfer(first, key=key(), reason="wrong", by=LAN, at=NOON).legs[0].id

    reverse_transfer(undone, key=key(), reason="it was right", by=LAN, at=NOON)

    assert balance(cast.an) == 100


def test_within_one_batch_only_the_first_reversal_counts() -> None:
    """LEDGER-3"""
    cast = Cast()
    making = group(move(cast.cash, cast.an, 10), request_id="make")
    named = making.key.group_id

    answers = post_batch(
        [
            group(Reversal(of=named, note="too early")),
            making,
            group(Reversal(of=named, note="one"), move(cast.an, cast.revenue, 1)),
            group(Reversal(of=named, note="two")),
            group(Reversal(of=named, note="three")),
            group(Release(hold=named)),
        ]
    )

    assert [type(each).__name__ for each in answers] == [
        "NotReversible", "Posting", "WouldOverdraw", "Posting", "ReversedAlready", "HoldUnknown",
    ]  # fmt: skip
    assert isinstance(answers[3], Posting)
    assert balance(cast.an) == 0
