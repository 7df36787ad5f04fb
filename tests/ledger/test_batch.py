"""Many groups in one call answer as if they had been posted one after another."""

import random

import pytest
from django.db import connection

from kanal.ledger.answers import KeyReused, LedgerRefusal, Posting, WouldOverdraw
from kanal.ledger.models import Transfer
from kanal.ledger.movement import LEGS_MOST, Group
from kanal.ledger.post import post, post_batch
from tests.ledger.world import Cast, balance, group, move

pytestmark = pytest.mark.django_db


def shape(answer: Posting | LedgerRefusal) -> object:
    """An answer without what differs between two books."""
    if isinstance(answer, LedgerRefusal):
        return (answer.code, answer.leg, getattr(answer, "available", None))
    return (answer.replayed, [(leg.money, leg.source_after, leg.target_after) for leg in answer.legs])


def alone(asked: Group) -> Posting | LedgerRefusal:
    try:
        return post(asked)
    except LedgerRefusal as refusal:
        return refusal


@pytest.mark.parametrize("seed", range(8))
def test_a_batch_answers_as_one_after_another(seed: int) -> None:
    """LEDGER-5, also through the shorter way that single posts take."""
    chance = random.Random(seed)
    together, separate = Cast(7), Cast(8)
    asked: list[tuple[Group, Group]] = []
    for number in range(60):
        legs = [
            (chance.randrange(5), chance.randrange(5), chance.randrange(1, 90), chance.random() < 0.2)
            for _ in range(chance.choice([1, 1, 1, 2, 4]))
        ]
        request_id = f"r{chance.randrange(40)}" if chance.random() < 0.5 else f"n{number}"
        pair = []
        for cast in (together, separate):
            names = [cast.cash, cast.partner, cast.an, cast.binh, cast.revenue]
            moves = [move(names[a], names[b], amount, deep=deep) for a, b, amount, deep in legs]
            pair.append(group(*moves, request_id=request_id, book=cast.book))
        asked.append((pair[0], pair[1]))

    in_one = post_batch([one for one, _ in asked])
    one_by_one = [alone(other) for _, other in asked]

    assert [shape(each) for each in in_one] == [shape(each) for each in one_by_one]


def test_the_same_key_twice_in_one_batch_moves_once() -> None:
    """LEDGER-4"""
    cast = Cast()
    cast.fund(cast.an, 100)
    asked = group(move(cast.an, cast.binh, 60), request_id="twin")
    other = group(move(cast.an, cast.binh, 10), request_id="twin")

    first, second, third = post_batch([asked, asked, other])

    assert isinstance(first, Posting)
    assert isinstance(second, Posting)
    assert (first.replayed, second.replayed, second.legs) == (False, True, first.legs)
    assert isinstance(third, KeyReused)
    assert balance(cast.binh) == 60


def test_a_refused_twin_leaves_the_key_to_the_next() -> None:
    """LEDGER-5: exactly as if they had come one after another."""
    cast = Cast()
    asked = group(move(cast.an, cast.binh, 60), request_id="twin")
    other = group(move(cast.an, cast.binh, 50), request_id="twin")

    answers = post_batch([asked, group(move(cast.cash, cast.an, 50)), asked, other, other, asked])

    assert [type(each).__name__ for each in answers] == [
        "WouldOverdraw", "Posting", "WouldOverdraw", "Posting", "Posting", "KeyReused",
    ]  # fmt: skip
    assert balance(cast.binh) == 50


def test_a_replayed_key_that_would_be_refused_today_still_answers_in_a_batch() -> None:
    """LEDGER-4"""
    cast = Cast()
    cast.fund(cast.an, 100)
    asked = group(move(cast.an, cast.binh, 100), request_id="old")
    first = post(asked)

    replayed, refused = post_batch([asked, group(move(cast.an, cast.binh, 1))])

    assert isinstance(replayed, Posting)
    assert (replayed.replayed, replayed.legs) == (True, first.legs)
    assert isinstance(refused, WouldOverdraw)


def test_a_batch_holds_ten_thousand_and_no_more() -> None:
    cast = Cast()
    moves = [move(cast.cash, cast.an, 1)] * (LEGS_MOST // 4)

    answers = post_batch([group(*moves) for _ in range(4)])
    with pytest.raises(ValueError, match="at most"):
        post_batch([group(*moves) for _ in range(4)] + [group(move(cast.cash, cast.an, 1))])

    assert all(isinstance(each, Posting) for each in answers)
    assert balance(cast.an) == LEGS_MOST
    assert post_batch([]) == []


def test_a_group_is_a_range_of_the_primary_key() -> None:
    cast = Cast()
    posting = post(group(*[move(cast.cash, cast.an, 1)] * 300))

    ids = [leg.id for leg in posting.legs]
    assert ids == sorted(ids)
    assert Transfer.objects.filter(book_id=7, id__in=ids, key__isnull=False).get().id == posting.group_id
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM ledger_transfer WHERE book_id = 7")
        assert cursor.fetchone()[0] == 300
