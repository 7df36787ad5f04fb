import itertools
import os
import signal
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta, timezone
from enum import StrEnum
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kanal.kit import ids
from kanal.kit.ids import UnknownId, derived_id, parse_public_id, public_id, uuid7

NOON = datetime(2026, 3, 2, 5, 0, 0, 123_999, tzinfo=UTC)
uuids = st.uuids(version=None)
books = st.none() | st.integers(0, 2**63 - 1)


def _milliseconds(made: UUID) -> int:
    return made.int >> 80


def test_is_a_version_7_of_its_moment() -> None:
    made = uuid7(NOON)
    assert made.version == 7
    assert made.variant == "specified in RFC 4122"
    assert _milliseconds(made) == int(NOON.timestamp() * 1000) == 1_772_427_600_123


def test_reads_the_clock_when_no_moment_is_given() -> None:
    before = datetime.now(UTC).timestamp() * 1000 - 1
    assert before <= _milliseconds(uuid7()) <= datetime.now(UTC).timestamp() * 1000 + 1


def test_a_moment_has_a_zone_and_lies_after_1970() -> None:
    with pytest.raises(ValueError, match="zone"):
        uuid7(datetime(2026, 3, 2))  # noqa: DTZ001
    with pytest.raises(ValueError):
        uuid7(datetime(1969, 12, 31, tzinfo=UTC))


def test_ascends_within_a_millisecond_and_across_steps_of_the_clock() -> None:
    made = [uuid7() for _ in range(5_000)]
    assert made == sorted(set(made))


def test_ascends_within_each_given_moment_however_they_alternate() -> None:
    later = NOON + timedelta(days=40)
    made = [uuid7(moment) for _ in range(200) for moment in (later, NOON)]
    for moments in (made[0::2], made[1::2]):
        assert moments == sorted(set(moments))
    assert max(made[1::2]) < min(made[0::2])


def test_the_clock_stepping_back_does_not_turn_the_order(monkeypatch: pytest.MonkeyPatch) -> None:
    ticks = iter([2_000_000_000, 2_001_000_000, 1_000_000_000, 1_500_000_000, 2_002_000_000])
    counters = ids._Counters()
    monkeypatch.setattr("time.time_ns", lambda: next(ticks))
    made = [counters.by_the_clock() for _ in range(5)]
    assert made == sorted(set(made))


def test_a_full_counter_borrows_the_next_millisecond(monkeypatch: pytest.MonkeyPatch) -> None:
    counters = ids._Counters()
    monkeypatch.setattr("time.time_ns", lambda: 5_000_000)
    counters._clock = (5, (1 << 42) - 1)
    assert counters.by_the_clock()[0] == 6


def test_the_moments_remembered_are_few() -> None:
    counters = ids._Counters()
    for millisecond in range(3_000):
        counters.at(millisecond)
    assert len(counters._moments) == 1024


def test_threads_never_share_an_id_and_each_sees_its_own_ascend() -> None:
    made: list[list[UUID]] = [[] for _ in range(8)]

    def work(mine: list[UUID]) -> None:
        mine.extend(uuid7(NOON) for _ in range(1_000))

    threads = [threading.Thread(target=work, args=(mine,)) for mine in made]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({each for mine in made for each in mine}) == 8_000
    assert all(mine == sorted(mine) for mine in made)


class SlowMoments(OrderedDict[int, int]):
    """Lets the other threads in between looking and writing, where the lock must keep them out."""

    def pop(self, *moment: Any) -> Any:
        found = super().pop(*moment)
        time.sleep(0.0001)
        return found

    def __setitem__(self, moment: int, counter: int) -> None:
        super().__setitem__(moment, counter)
        time.sleep(0.0001)


def _made_by_four_threads(make: Callable[[], tuple[int, int]]) -> list[list[tuple[int, int]]]:
    with ThreadPoolExecutor(4) as pool:
        return list(pool.map(lambda _: [make() for _ in range(50)], range(4)))


def test_threads_wait_for_each_other_within_a_moment() -> None:
    counters = ids._Counters()
    counters._moments = SlowMoments()
    made = _made_by_four_threads(lambda: counters.at(5))
    assert len({each for mine in made for each in mine}) == 200
    assert all(mine == sorted(mine) for mine in made)


def test_threads_wait_for_each_other_when_a_millisecond_begins(monkeypatch: pytest.MonkeyPatch) -> None:
    start, ticks = ids._random_start, itertools.count()

    def slow_start() -> int:
        time.sleep(0.0001)
        return start()

    def slow_clock() -> int:
        time.sleep(0.0001)
        return next(ticks) // 50 * 1_000_000

    monkeypatch.setattr(ids, "_random_start", slow_start)
    monkeypatch.setattr("time.time_ns", slow_clock)
    counters = ids._Counters()
    made = _made_by_four_threads(counters.by_the_clock)
    assert len({each for mine in made for each in mine}) == 200
    assert all(mine == sorted(mine) for mine in made)


def test_a_forked_child_counts_on_its_own_even_if_a_lock_was_held() -> None:
    uuid7(NOON)
    seen = ids._counters._moments[_milliseconds(uuid7(NOON))]
    reading, writing = os.pipe()
    with ids._counters._lock:
        child = os.fork()
        if child == 0:  # pragma: no cover - the child's lines are not traced
            signal.alarm(5)  # a child that waits for its parent's lock waits for ever
            try:
                os.write(writing, uuid7(NOON).bytes)
            finally:
                os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as answer:
        made = UUID(bytes=answer.read())
    assert os.waitpid(child, 0)[1] == 0
    counter = (made.int >> 64 & 0xFFF) << 30 | made.int >> 32 & (1 << 30) - 1
    assert abs(counter - seen) > 100  # one chance in ten thousand million to be red for nothing


moments_of_history = st.integers(0, 250_000_000_000_000).map(lambda each: datetime.fromtimestamp(each / 1000, UTC))


@given(st.lists(moments_of_history, max_size=20))
def test_sorts_like_the_moments(moments: list[datetime]) -> None:
    made = [uuid7(moment) for moment in moments]
    assert len(set(made)) == len(made)
    assert [_milliseconds(each) for each in sorted(made)] == sorted(_milliseconds(each) for each in made)


class Kind(StrEnum):
    WALLET = "WALLET"


def test_derived_ids_stay_what_they_are() -> None:
    """Ids of closed months rest on these; a change here would bill them twice."""
    assert derived_id("a", 1) == UUID("919759da-f83a-85e8-b1de-5b14203413be")
    assert derived_id("close", 7, UUID(int=1), date(2026, 3, 1), NOON, None) == derived_id(
        "close", 7, UUID(int=1), date(2026, 3, 1), NOON.astimezone(timezone(timedelta(hours=7))), None
    )
    assert derived_id("a").version == 8
    assert derived_id("a").variant == "specified in RFC 4122"
    assert derived_id(Kind.WALLET) == derived_id("WALLET")


def test_derived_ids_keep_different_keys_apart() -> None:
    keys: list[tuple[str | int | None, ...]] = [
        ("ab", "c"),
        ("a", "bc"),
        ("abc",),
        ("1",),
        (1,),
        (None,),
        ("",),
        ("", ""),
        ("2026-03-01",),
    ]
    assert len({derived_id(*key) for key in [*keys, (date(2026, 3, 1),)]}) == len(keys) + 1


@given(
    *[st.lists(st.none() | st.text(max_size=4) | st.integers() | st.uuids() | st.dates(), min_size=1, max_size=4)] * 2
)
def test_derived_ids_are_equal_exactly_when_their_keys_are(one: list, other: list) -> None:
    def typed(key: list) -> list:
        return [(type(part), part) for part in key]

    assert (derived_id(*one) == derived_id(*other)) == (typed(one) == typed(other))


@pytest.mark.parametrize("wrong", [True, 1.5, b"a", datetime(2026, 1, 1)])  # noqa: DTZ001
def test_derived_ids_take_no_part_that_could_be_read_in_two_ways(wrong: object) -> None:
    with pytest.raises((TypeError, ValueError)):
        derived_id(wrong)  # type: ignore[arg-type]


def test_derived_ids_come_from_something() -> None:
    with pytest.raises(ValueError):
        derived_id()


def test_a_public_id_is_short_and_says_its_kind() -> None:
    id_ = UUID("01890a5d-ac96-774b-bcce-b302099a8057")
    assert public_id("org", id_) == "org_01h455vb4pex5vsknk084sn02q"
    assert public_id("inv", id_, 0) == "inv_001h455vb4pex5vsknk084sn02q"
    assert public_id("inv", id_, 33) == "inv_1101h455vb4pex5vsknk084sn02q"


@given(uuids, books)
def test_public_ids_come_back_in_any_case(id_: UUID, book_id: int | None) -> None:
    text = public_id("inv", id_, book_id)
    assert text == text.lower()
    assert parse_public_id(text, "inv") == (book_id, id_)
    assert parse_public_id(text.upper(), "inv") == (book_id, id_)


@given(st.from_regex(r"inv_[0-9a-zA-Z]{24,42}", fullmatch=True))
def test_one_row_has_one_spelling(text: str) -> None:
    try:
        book_id, id_ = parse_public_id(text, "inv")
    except UnknownId:
        return
    assert public_id("inv", id_, book_id) == text.lower()


VALID = "01h455vb4pex5vsknk084sn02q"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "inv_",
        "inv",
        VALID,
        f"org_{VALID}",
        f"inv_{VALID[1:]}",
        f"inv-{VALID}",
        f"inv_0{VALID}0",
        f"inv_01{VALID}",  # a book with a zero in front
        f"inv_8{VALID[1:]}",  # beyond 128 bits
        f"inv_8000000000000{VALID}",  # beyond a bigint
        f"inv_{'1' * 14}{VALID}",
        f"inv_{'1' * 100_000}{VALID}",
        f"inv_{VALID[:-1]}o",
        f"inv_{VALID[:-1]}l",
        f"inv_{VALID[:-1]}i",
        f"inv_{VALID[:-1]}u",
        f"inv_{VALID[:-1]}\N{KELVIN SIGN}",
        f"inv_{VALID[:-1]}é",
        f"inv_{VALID[:-1]}\u0661",
        f" inv_{VALID}",
        f"inv_{VALID}\n",
        f"inv_inv_{VALID}",
        str(UUID(int=5)),
    ],
)
def test_anything_else_is_unknown(text: str) -> None:
    with pytest.raises(UnknownId):
        parse_public_id(text, "inv")


def test_unknown_ids_are_value_errors() -> None:
    assert issubclass(UnknownId, ValueError)


@pytest.mark.parametrize("book_id", [-1, 2**63])
def test_no_book_lies_outside_a_bigint(book_id: int) -> None:
    with pytest.raises(ValueError, match="no book"):
        public_id("inv", UUID(int=1), book_id)
