"""Many rows: checked whole, confirmed once, each carried out once, whatever happens to one of them or in between."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import OperationalError, connections
from django.utils.translation import override

from kanal.audit.models import AuditRecord
from kanal.batches.carry_out_rows import carry_out_rows
from kanal.batches.confirm_batch import (
    AlreadyConfirmed,
    CheckedTooLongAgo,
    NothingToCarryOut,
    SomethingInTheWay,
    confirm_batch,
)
from kanal.batches.kinds import BatchKind
from kanal.batches.models import Batch, BatchRow
from kanal.batches.queries import batch_seen_by, batches_of, rows_of, same_file_before, tally_of
from kanal.batches.stop_batch import BatchHasEnded, stop_batch
from kanal.kit.file_kinds import FileKind
from kanal.kit.files import MEBIBYTE, take_in
from kanal.kit.models import Outbox, StoredFile
from kanal.kit.money import Money
from kanal.notices.facts import unpacked
from tests.batches.kinds import TRACED, a_batch, a_running_batch, of_size, traces
from tests.world import World, a_world, records_of, tellings, told_to

State, Standing = Batch.State, BatchRow.Standing


@pytest.fixture
def world(db: None) -> World:
    return a_world()


def named(count: int) -> list[tuple[str, str]]:
    return [(f"Khách {number}", "1.000") for number in range(count)]


def again(batch: Batch) -> Batch:
    return Batch.objects.get(book_id=batch.book_id, id=batch.id)


def carry_out(batch: Batch, at: datetime, kind: BatchKind = TRACED) -> Batch:
    for _ in range(1 + batch.rows_total):
        if not carry_out_rows(kind, book_id=batch.book_id, batch_id=batch.id, at=at):
            return again(batch)
    raise AssertionError("it does not end")


def standings(batch: Batch) -> list[tuple[str, str]]:
    return list(rows_of(batch).values_list("standing", "code"))


# --- Checking ----------------------------------------------------------------------------------------------------


def test_what_is_checked_is_kept_with_its_problems_and_sums_and_changes_nothing(world: World, noon: datetime) -> None:
    """CRED-9"""
    batch = a_batch(world, [("An", "1.000.000"), ("Bình", "nhiều"), ("Chi", "500")], at=noon)

    assert (batch.state, batch.rows_total, batch.rows_to_do, batch.rows_with_problems) == (State.CHECKED, 3, 2, 1)
    assert unpacked(batch.sums) == {"amount": Money(1_000_500)}
    assert standings(batch) == [("READY", ""), ("PROBLEM", "AMOUNT_UNREADABLE"), ("READY", "")]
    problem = rows_of(batch)[1]
    assert (problem.line, problem.cells["amount"]) == (3, "nhiều")  # ALL-3 what was typed is still there
    with override("vi"):
        assert "không phải" in problem.answer
    with override("en"):
        assert "is not an amount" in problem.answer
    assert not traces(batch)
    assert not carry_out_rows(TRACED, book_id=batch.book_id, batch_id=batch.id, at=noon)
    assert not traces(batch)


def test_the_file_is_kept_with_its_batch_and_known_again(world: World, noon: datetime) -> None:
    taken = take_in([b"Who,Amount\n"], name="ten.csv", largest=MEBIBYTE, kinds={FileKind.TEXT})
    first = a_batch(world, named(2), at=noon, file=taken)
    assert first.file_id
    assert StoredFile.objects.get(id=first.file_id).digest == first.digest
    assert same_file_before(a_batch(world, named(2), at=noon, file=taken)) is None  # it was only looked at
    confirm_batch(batch=first, by=world.acting(world.lan), at=noon)
    assert same_file_before(a_batch(world, named(2), at=noon, file=taken)) == first
    assert same_file_before(a_batch(world, named(2), at=noon)) is None


def test_nobody_else_sees_it(world: World, noon: datetime) -> None:
    """ALL-1"""
    batch = a_batch(world, named(2), at=noon)
    assert batch_seen_by(world.sao_mai, "traced", batch.book_id, batch.id) == batch
    assert batch_seen_by(world.sao_mai, "other", batch.book_id, batch.id) is None
    for other in (world.bien_dong, world.an_phat, world.sao_khue):
        assert batch_seen_by(other, "traced", batch.book_id, batch.id) is None
        assert not batches_of(other, "traced").exists()
    assert list(batches_of(world.sao_mai, "traced")) == [batch]


def test_it_stands_in_the_book_where_its_rows_do_their_work(world: World, noon: datetime) -> None:
    """R11: the rows of a customer's batch move money in its partner's book."""
    batch = a_batch(world, named(2), at=noon, organization=world.an_phat)
    assert batch.book_id == world.sao_mai.book_id != world.an_phat.book_id
    assert list(batches_of(world.an_phat, "traced")) == [batch]
    assert not batches_of(world.sao_mai, "traced").exists()


# --- Confirming --------------------------------------------------------------------------------------------------


def test_it_is_confirmed_once(world: World, noon: datetime) -> None:
    """CRED-9"""
    batch = a_running_batch(world, named(3), at=noon)
    with pytest.raises(AlreadyConfirmed):
        confirm_batch(batch=batch, by=world.acting(world.lan), at=noon)

    work = Outbox.objects.filter(book_id=batch.book_id, name="carry_out_batch")
    assert [row.facts for row in work] == [{"batch_id": str(batch.id)}]
    (record,) = records_of(world.sao_mai, "batch.confirmed")
    assert (record.new["rows"], record.actor_name) == (3, str(world.lan))


def test_what_was_checked_too_long_ago_is_checked_anew(world: World, noon: datetime) -> None:
    batch = a_batch(world, named(1), at=noon)
    with pytest.raises(CheckedTooLongAgo):
        confirm_batch(batch=batch, by=world.acting(world.lan), at=noon + timedelta(days=1, seconds=1))
    assert confirm_batch(batch=batch, by=world.acting(world.lan), at=noon + timedelta(days=1)).state == State.RUNNING


def test_without_a_row_to_carry_out_there_is_nothing_to_confirm(world: World, noon: datetime) -> None:
    with pytest.raises(NothingToCarryOut):
        confirm_batch(batch=a_batch(world, [("An", "?")], at=noon), by=world.acting(world.lan), at=noon)


def test_an_obstacle_stands_in_the_way_of_all_of_it(world: World, noon: datetime) -> None:
    batch = a_batch(world, [("An", "1.000.000.000.000"), ("Bình", "1")], at=noon)
    with pytest.raises(SomethingInTheWay, match="more than there is"):
        confirm_batch(batch=batch, by=world.acting(world.lan), at=noon)


# --- Carrying out ------------------------------------------------------------------------------------------------


def test_each_row_is_carried_out_once_in_portions_and_the_end_is_told(world: World, noon: datetime) -> None:
    """CRED-9"""
    batch = a_running_batch(world, [*named(16), ("Ai", "không")], at=noon)
    soon = noon + timedelta(seconds=10)

    assert carry_out_rows(TRACED, book_id=batch.book_id, batch_id=batch.id, at=soon)
    halfway = again(batch)
    assert (halfway.rows_behind, halfway.state) == (7, State.RUNNING)
    assert halfway.left(soon + timedelta(seconds=7)) == timedelta(seconds=9)  # a row a second, nine to go
    ended = carry_out(batch, soon + timedelta(seconds=20))

    assert (ended.state, ended.rows_done, ended.rows_refused) == (State.DONE, 16, 0)
    assert ended.ended_at == soon + timedelta(seconds=20)
    assert traces(batch) == dict.fromkeys(range(2, 18), 1)
    assert told_to(world.sao_mai, "password_changed") == ["lan@saomai.example"]
    (told,) = tellings(world.sao_mai, "password_changed")
    assert told["link"] == f"/partner/traced/{batch.public_id}/"
    assert told["facts"] == {"file": "ten.csv", "rows": 16, "done": 16, "refused": 0}
    (record,) = records_of(world.sao_mai, "batch.carried_out")
    assert record.actor_kind == "JOB"
    assert not carry_out_rows(TRACED, book_id=batch.book_id, batch_id=batch.id, at=soon)
    assert len(tellings(world.sao_mai, "password_changed")) == 1


def test_it_is_done_in_the_name_of_who_confirmed_it(world: World, noon: datetime) -> None:
    batch = a_running_batch(world, named(1), at=noon)
    carry_out(batch, noon)
    (record,) = AuditRecord.objects.filter(book_id=batch.book_id, action="batch.traced")
    assert (record.actor_kind, record.actor_id, record.address) == ("PERSON", str(world.lan.id), "192.0.2.7")


@pytest.mark.parametrize(
    ("word", "standing", "code"),
    [
        ("No", "REFUSED", "NO"),
        ("Refused", "REFUSED", "NOT_TODAY"),
        ("Broken", "FAILED", "FAILED"),
        ("Wrong", "FAILED", "FAILED"),
    ],
)
def test_a_row_that_cannot_be_done_does_not_hold_up_the_others(
    world: World, noon: datetime, word: str, standing: str, code: str
) -> None:
    """LINK-1"""
    batch = a_running_batch(world, [("An", "1"), (word, "1"), ("Bình", "1"), ("Chi", "1")], at=noon)
    ended = carry_out(batch, noon)

    assert standings(batch) == [("DONE", "TRACED"), (standing, code), ("DONE", "TRACED"), ("DONE", "TRACED")]
    assert (ended.rows_done, ended.rows_refused) == (3, 1)
    undone = 0 if word != "No" else 1  # an answer is a deed; what raised left nothing behind
    assert traces(batch) == {2: 1, 4: 1, 5: 1} | ({3: 1} if undone else {})
    assert rows_of(batch)[1].answer


def test_when_the_database_is_away_nothing_of_the_portion_is_kept(world: World, noon: datetime) -> None:
    batch = a_running_batch(world, [*named(8), ("Away", "1"), *named(2)], at=noon)
    assert carry_out_rows(TRACED, book_id=batch.book_id, batch_id=batch.id, at=noon)
    with pytest.raises(OperationalError):
        carry_out_rows(TRACED, book_id=batch.book_id, batch_id=batch.id, at=noon)
    assert (again(batch).rows_behind, again(batch).state) == (7, State.RUNNING)
    assert sorted(traces(batch)) == list(range(2, 9))


def test_answers_are_counted(world: World, noon: datetime) -> None:
    batch = a_running_batch(world, [*named(3), ("No", "1"), ("Ai", "?"), ("Ai", "!")], at=noon)
    carry_out(batch, noon)
    counted = [(each.standing, each.code, each.rows) for each in tally_of(batch)]
    assert counted == [("DONE", "TRACED", 3), ("PROBLEM", "AMOUNT_UNREADABLE", 2), ("REFUSED", "NO", 1)]
    assert [each.answer for each in tally_of(batch)] == ["Traced", "", "No."]  # two unreadable amounts differ


# --- Stopping ----------------------------------------------------------------------------------------------------


def test_stopped_it_keeps_what_is_done_and_does_no_more(world: World, noon: datetime) -> None:
    """CRED-9"""
    batch = a_running_batch(world, named(16), at=noon)
    carry_out_rows(TRACED, book_id=batch.book_id, batch_id=batch.id, at=noon)

    stopped = stop_batch(batch=batch, by=world.acting(world.lan), at=noon)

    assert (stopped.state, stopped.rows_behind, stopped.ended_at) == (State.STOPPED, 7, noon)
    assert not carry_out_rows(TRACED, book_id=batch.book_id, batch_id=batch.id, at=noon)
    assert len(traces(batch)) == 7
    assert [standing for standing, _ in standings(batch)] == ["DONE"] * 7 + ["LEFT"] * 9
    (record,) = records_of(world.sao_mai, "batch.stopped")
    assert record.new["rows"] == 7
    with pytest.raises(BatchHasEnded):
        stop_batch(batch=batch, by=world.acting(world.lan), at=noon)


def test_what_was_never_confirmed_can_be_given_up(world: World, noon: datetime) -> None:
    batch = a_batch(world, named(2), at=noon)
    assert stop_batch(batch=batch, by=world.acting(world.lan), at=noon).state == State.STOPPED
    with pytest.raises(BatchHasEnded):
        confirm_batch(batch=batch, by=world.acting(world.lan), at=noon)


# --- Several at once ---------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("own_database")
def test_several_carry_it_out_at_once_and_each_row_is_done_once(noon: datetime) -> None:
    """CRED-9"""
    world, few = a_world(), of_size(5)
    batch = a_running_batch(world, named(200), at=noon)
    troubles: list[BaseException] = []

    def work() -> None:
        try:
            while carry_out_rows(few, book_id=batch.book_id, batch_id=batch.id, at=noon):
                pass
        except BaseException as trouble:  # noqa: BLE001 - it is looked at below
            troubles.append(trouble)
        finally:
            connections.close_all()

    together(work, count=4)

    assert troubles == []
    assert again(batch).state == State.DONE
    assert traces(batch) == dict.fromkeys(range(2, 202), 1)
    assert len(tellings(world.sao_mai, "password_changed")) == 1


@pytest.mark.usefixtures("own_database")
def test_confirmed_by_many_at_once_it_is_asked_for_once(noon: datetime) -> None:
    """CRED-9"""
    world = a_world()
    batch = a_batch(world, named(3), at=noon)
    answers: list[str] = []

    def confirm() -> None:
        try:
            answers.append(confirm_batch(batch=batch, by=world.acting(world.lan), at=noon).state)
        except AlreadyConfirmed as refusal:
            answers.append(refusal.code)
        finally:
            connections.close_all()

    together(confirm, count=6)

    assert sorted(answers) == ["RUNNING", *["batch_already_confirmed"] * 5]
    assert Outbox.objects.filter(book_id=batch.book_id, name="carry_out_batch").count() == 1


def together(act: Any, *, count: int) -> None:
    threads = [threading.Thread(target=act) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
