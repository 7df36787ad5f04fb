"""The books prove themselves, and name the first row that was touched behind their back."""

import json
import shutil
import subprocess
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import psycopg
import pytest
from django.db import IntegrityError, connection, connections, transaction

from kanal.cli.ledger import arguments, carry_out
from kanal.kit.actor import Actor
from kanal.ledger.chain import extend_chain
from kanal.ledger.checkpoint import faults_of_checkpoints, make_checkpoint
from kanal.ledger.correct import reverse_group
from kanal.ledger.daily_proof import sign_ledger
from kanal.ledger.export import beancount_journal
from kanal.ledger.fault import Fault
from kanal.ledger.flows import Kind
from kanal.ledger.models import Account, Checkpoint, Link, Proof, Resolution, Transfer
from kanal.ledger.movement import Hold, Release
from kanal.ledger.open_accounts import open_accounts
from kanal.ledger.post import post
from kanal.ledger.prove import books_are_true, first_fault
from kanal.ledger.run_proof import ask_for_proof, carry_out_proof
from tests.ledger.world import AN, LAN, NOON, ORDER, Cast, group, key, move, named, vnd


def some_history(book: int = 7, lines: int = 12) -> Cast:
    cast = Cast(book)
    cast.fund(cast.partner, 10_000)
    taken = post(group(Hold(account=cast.partner, money=vnd(50)), book=book)).legs[0].id
    for number in range(lines):
        at = NOON + timedelta(seconds=number)
        post(group(move(cast.partner, cast.an, 10 + number, note=f"number {number}"), book=book, matter=ORDER, at=at))
    post(group(Release(hold=taken), move(cast.partner, cast.revenue, 50), book=book))
    wrong = post(group(move(cast.an, cast.revenue, 5), book=book))
    reverse_group(wrong.group_id, key=key(book=book), reason="wrong", by=LAN, at=NOON)
    return cast


BREAKS = pytest.mark.breaks_the_books


@pytest.fixture
def as_owner(own_database: str) -> Iterator[None]:
    """A database in which the owner can be asked to do what the application may not."""
    yield
    connections["owner"].close()


def by_hand(statement: str, *values: UUID | str) -> int:
    with connections["owner"].cursor() as cursor:
        cursor.execute(statement, values)
        return int(cursor.rowcount)


@pytest.mark.django_db
def test_honest_books_are_true() -> None:
    """LEDGER-10"""
    some_history(7)
    some_history(8)

    assert books_are_true() == []
    for book in (7, 8):
        extend_chain(book, at=NOON)
        assert first_fault(book) is None


@pytest.mark.django_db
@pytest.mark.parametrize(
    "table", ["ledger_transfer", "ledger_resolution", "ledger_link", "ledger_checkpoint", "ledger_closing"]
)
@pytest.mark.parametrize(
    "act", ["UPDATE {} SET id = id WHERE book_id = 7", "DELETE FROM {} WHERE book_id = 7", "TRUNCATE {}"]
)
def test_the_application_cannot_rewrite_history(table: str, act: str) -> None:
    """LEDGER-1: the database refuses its role, whatever the program asks for."""
    statement = act.format(table)
    if table == "ledger_checkpoint":
        statement = statement.split(" WHERE")[0]
    connection.ensure_connection()
    # Past the guard of statements, which would catch it first.
    with pytest.raises(psycopg.errors.InsufficientPrivilege), connection.connection.transaction():
        connection.connection.execute(statement)


@pytest.mark.django_db
def test_the_database_refuses_a_floor_broken_by_hand() -> None:
    """CHART-3"""
    cast = some_history()

    with pytest.raises(IntegrityError, match="account_never_below_its_floor"):
        Account.objects.filter(book_id=7, id=cast.an.id).update(posted_out=10**9)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("column", "value", "promise"),
    [
        ("amount", 0, "a_transfer_moves_something"),
        ("target_id", None, "a_transfer_joins_two_accounts"),
        ("effective_at", NOON + timedelta(days=900), "nothing_counts_later_than_it_was_recorded"),
        ("source_sequence", 2, "one_line_per_source_sequence"),
    ],
)
def test_the_database_refuses_a_transfer_that_is_none(column: str, value: object, promise: str) -> None:
    """LEDGER-1, ALL-4"""
    cast = some_history()
    row = Transfer.objects.filter(book_id=7, source_id=cast.partner.id, source_sequence__gt=3).first()
    assert row is not None
    row.id = ORDER.id
    row.source_sequence += 1000
    row.target_sequence += 1000
    setattr(row, column, value if value is not None else row.source_id)

    with pytest.raises(IntegrityError, match=promise):
        Transfer.objects.bulk_create([row])


@pytest.mark.django_db
def test_a_hold_has_one_end_in_the_database_too() -> None:
    """LEDGER-2, LEDGER-3"""
    some_history()
    done = Resolution.objects.filter(book_id=7, way="RELEASED").get()

    with pytest.raises(IntegrityError, match="a_transfer_is_resolved_once"), transaction.atomic():
        Resolution.objects.create(book_id=7, resolves_id=done.resolves_id, way="EXPIRED")
    with pytest.raises(IntegrityError, match="a_reversal_gives_its_reason"), transaction.atomic():
        Resolution.objects.create(book_id=7, resolves_id=ORDER.id, way="REVERSED")


def the_transfer(cast: Cast, sequence: int = 5) -> Transfer:
    return Transfer.objects.get(book_id=7, source_id=cast.partner.id, source_sequence=sequence)


CHANGES = {
    "an amount": ("UPDATE ledger_transfer SET amount = amount + 1 WHERE book_id = 7 AND id = %s", "step"),
    "a sum": ("UPDATE ledger_transfer SET target_in = target_in + 1 WHERE book_id = 7 AND id = %s", "step"),
    "a held sum": ("UPDATE ledger_transfer SET source_held = source_held - 1 WHERE book_id = 7 AND id = %s", "step"),
    "a phase": ("UPDATE ledger_transfer SET phase = 'HELD' WHERE book_id = 7 AND id = %s", "step"),
    "a side": ("UPDATE ledger_transfer SET target_id = '{binh}' WHERE book_id = 7 AND id = %s", "step"),
    "a note": ("UPDATE ledger_transfer SET note = 'nothing' WHERE book_id = 7 AND id = %s", "chain"),
    "an actor": ("UPDATE ledger_transfer SET actor = 'PERSON:x' WHERE book_id = 7 AND id = %s", "chain"),
    "a day": (
        "UPDATE ledger_transfer SET effective_at = effective_at - interval '1 day' WHERE book_id = 7 AND id = %s",
        "chain",
    ),
    "an order": ("UPDATE ledger_transfer SET subject_id = NULL WHERE book_id = 7 AND id = %s", "chain"),
    "all of it": ("DELETE FROM ledger_transfer WHERE book_id = 7 AND id = %s", "step"),
}


@BREAKS
@pytest.mark.parametrize("change", CHANGES)
def test_a_row_changed_by_the_owner_is_named(as_owner: None, change: str) -> None:
    """LEDGER-10, LEDGER-9, L16"""
    cast = some_history()
    extend_chain(7, at=NOON)
    row = the_transfer(cast)
    statement, what = CHANGES[change]
    assert by_hand(statement.format(binh=cast.binh.id), row.id) == 1

    fault = first_fault(7)

    assert fault is not None
    assert fault.what == what
    if change == "all of it":  # the row after the gap is the first that does not follow
        assert fault.sequence is not None
    else:
        assert fault.transfer_id == row.id


@BREAKS
@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("at_once", [3, 11])
def test_a_book_too_large_for_the_memory_is_proved_in_parts(
    as_owner: None, monkeypatch: pytest.MonkeyPatch, change: str, at_once: int
) -> None:
    """LEDGER-10: short accounts by shares, long ones in stretches; what is true is true, and the same row is named."""
    monkeypatch.setattr("kanal.ledger.prove.AT_ONCE", at_once)
    monkeypatch.setattr("kanal.ledger.chain.STRETCH", 4)
    cast = some_history()
    extend_chain(7, at=NOON)
    assert first_fault(7) is None
    row = the_transfer(cast)
    statement, what = CHANGES[change]
    by_hand(statement.format(binh=cast.binh.id), row.id)

    fault = first_fault(7)

    assert fault is not None
    assert fault.what == what
    assert fault.transfer_id == row.id or change == "all of it"


@BREAKS
def test_an_account_changed_by_the_owner_is_named(as_owner: None) -> None:
    """LEDGER-10"""
    cast = some_history()
    by_hand("UPDATE ledger_account SET posted_in = posted_in + 7 WHERE book_id = 7 AND id = %s", cast.an.id)

    faults = books_are_true()

    assert [fault.what for fault in faults] == ["balance", "zero"]
    assert faults[0].account_id == cast.an.id


@BREAKS
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger_account SET kind = 'POOL' WHERE book_id = 7 AND id = %s",
        "UPDATE ledger_account SET currency = 'USD' WHERE book_id = 7 AND id = %s",
        "UPDATE ledger_account SET owner_id = '00000000-0000-0000-0000-00000000ffff' WHERE book_id = 7 AND id = %s",
    ],
)
def test_an_account_that_became_another_is_named(as_owner: None, statement: str) -> None:
    """LEDGER-10"""
    cast = some_history()
    by_hand(statement, cast.binh.id)

    assert first_fault(7) == Fault(
        "name", 7, cast.binh.id, words="its id does not derive from its kind, owner and currency"
    )


@BREAKS
def test_a_flow_that_the_chart_does_not_have_is_named(as_owner: None) -> None:
    """CHART-1: even where every sum fits."""
    open_accounts([named(Kind.MARGIN), named(Kind.DUE)], at=NOON)
    a, b = named(Kind.MARGIN), named(Kind.DUE)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT ledger_post_one(7, %s, %s, %s, %s, 5, false, %s, NULL, 'x', NULL, NULL, '', 'x', 'x')",
            [ORDER.id, ORDER.id, a.id, b.id, NOON],
        )

    fault = first_fault(7)

    assert fault is not None
    assert (fault.what, fault.transfer_id, fault.words) == ("flow", ORDER.id, "MARGIN → DUE")


@BREAKS
def test_a_resolution_removed_by_the_owner_is_named(as_owner: None) -> None:
    """LEDGER-2, LEDGER-3"""
    some_history()
    assert by_hand("DELETE FROM ledger_resolution WHERE book_id = 7 AND way = 'REVERSED'") == 1

    fault = first_fault(7)

    assert fault is not None
    assert fault.what == "resolution"


@BREAKS
def test_a_link_changed_by_the_owner_is_named(as_owner: None) -> None:
    """LEDGER-9"""
    cast = some_history()
    extend_chain(7, at=NOON)
    by_hand("UPDATE ledger_link SET digest = '\\x00' WHERE book_id = 7 AND account_id = %s", cast.an.id)

    fault = first_fault(7)

    assert fault is not None
    assert (fault.what, fault.account_id, fault.words) == ("chain", cast.an.id, "the link itself was changed")


@pytest.mark.django_db
def test_the_chain_goes_on_from_where_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    """LEDGER-9: in stretches, and nothing twice."""
    monkeypatch.setattr("kanal.ledger.chain.STRETCH", 5)
    cast = some_history()
    assert extend_chain(7, at=NOON) > 0
    assert extend_chain(7, at=NOON) == 0
    cast.fund(cast.an, 1)

    assert extend_chain(7, at=NOON) == 2
    assert first_fault(7) is None
    throughs = list(
        Link.objects.filter(book_id=7, account_id=cast.partner.id).order_by("through").values_list("after", "through")
    )
    assert [after for after, _ in throughs[1:]] == [through for _, through in throughs[:-1]]
    assert len(throughs) > 2


@BREAKS
def test_a_past_made_anew_does_not_fit_the_signed_checkpoint(as_owner: None) -> None:
    """LEDGER-11: the owner rewrites a row and the whole chain after it, and still cannot sign."""
    cast = some_history()
    make_checkpoint(day=NOON.date(), at=NOON)
    cast.fund(cast.an, 1)
    make_checkpoint(day=(NOON + timedelta(days=1)).date(), at=NOON + timedelta(days=1))
    assert list(faults_of_checkpoints()) == []
    by_hand("UPDATE ledger_transfer SET note = 'nothing' WHERE book_id = 7 AND id = %s", the_transfer(cast).id)
    by_hand("DELETE FROM ledger_link WHERE book_id = 7")
    extend_chain(7, at=NOON)
    assert first_fault(7) is None

    assert next(fault.what for fault in faults_of_checkpoints()) == "checkpoint"


@BREAKS
def test_a_forged_checkpoint_is_named(as_owner: None) -> None:
    """LEDGER-11"""
    some_history()
    made = make_checkpoint(day=NOON.date(), at=NOON)
    assert make_checkpoint(day=NOON.date(), at=NOON + timedelta(hours=1)) == made
    forged = json.loads(made.statement) | {"made_at": "2020-01-01T00:00:00Z"}
    by_hand("UPDATE ledger_checkpoint SET statement = %s", json.dumps(forged))

    assert "signature" in next(faults_of_checkpoints()).words
    assert Checkpoint.objects.count() == 1


@BREAKS
def test_a_proof_shows_how_far_it_is_and_what_it_found(own_database: str) -> None:
    """LEDGER-10"""
    cast = some_history(7)
    some_history(8)
    seen = []
    asked = ask_for_proof(by=Actor.job("Thu"), at=NOON)
    assert ask_for_proof(by=Actor.job("Thu"), at=NOON) == asked

    proof = carry_out_proof(asked.id, at=NOON, tell=lambda each: seen.append((each.books_done, each.books)))

    assert (proof.outcome, seen) == (Proof.Outcome.TRUE, [(1, 2), (2, 2)])
    assert proof.transfers == Transfer.objects.filter(book_id__in=[7, 8]).count()
    assert carry_out_proof(asked.id, at=NOON) == proof
    by_hand("UPDATE ledger_transfer SET amount = 1 WHERE book_id = 7 AND id = %s", the_transfer(cast).id)
    connections["owner"].close()

    broken = carry_out_proof(ask_for_proof(by=Actor.job("Thu"), at=NOON).id, at=NOON)

    assert broken.outcome == Proof.Outcome.BROKEN
    assert broken.first_fault is not None
    assert broken.first_fault["transfer_id"] == str(the_transfer(cast).id)


BEAN_CHECK = shutil.which("bean-check", path=str(Path(sys.executable).parent)) or "bean-check"


def bean_check(journal: str, folder: Path) -> subprocess.CompletedProcess[str]:
    path = folder / "book.beancount"
    path.write_text(journal, encoding="utf-8")
    return subprocess.run([BEAN_CHECK, str(path)], capture_output=True, text=True, check=False)


@pytest.mark.django_db
def test_somebody_elses_program_finds_the_books_true(tmp_path: Path) -> None:
    """LEDGER-10: every account has a balance line for every day on which it moved."""
    cast = some_history()
    dollars = named(Kind.WALLET, AN, currency="USD")
    line, pool = named(Kind.LINE), named(Kind.POOL, ORDER.id)
    open_accounts([dollars, line, pool], at=NOON)
    post(group(move(named(Kind.CASH, currency="USD"), dollars, 12_345), at=NOON + timedelta(days=1)))
    post(group(move(named(Kind.LIMIT_SOURCE), pool, 100), move(pool, line, 60), at=NOON + timedelta(days=1)))
    post(group(move(cast.an, cast.revenue, 3, note='a "quoted" \\ note'), at=NOON + timedelta(days=2)))
    whole = "".join(
        beancount_journal(7, first=NOON.date(), last=(NOON + timedelta(days=3)).date(), zone="Asia/Ho_Chi_Minh")
    )
    later = "".join(
        beancount_journal(
            7, first=(NOON + timedelta(days=2)).date(), last=(NOON + timedelta(days=2)).date(), zone="Asia/Ho_Chi_Minh"
        )
    )

    for journal in (whole, later):
        checked = bean_check(journal, tmp_path)
        assert (checked.returncode, checked.stderr) == (0, "")
    assert "123.45 USD" in whole
    assert "Brought forward" in later
    assert sum(line.split()[1] == "balance" for line in whole.splitlines() if line[:4].isdigit()) > 8


@pytest.mark.django_db
def test_somebody_elses_program_would_see_one_unit_too_much(tmp_path: Path) -> None:
    """The check above can fail."""
    some_history()
    journal = "".join(beancount_journal(7, first=NOON.date(), last=NOON.date(), zone="Asia/Ho_Chi_Minh"))
    at = journal.index(" balance ")
    end = journal.index(" VND", at)

    checked = bean_check(journal[:end] + "1" + journal[end:], tmp_path)

    assert checked.returncode != 0
    assert "Balance failed" in checked.stderr


def test_each_day_is_proved_and_signed_once(own_database: str) -> None:
    """LEDGER-11: and what is broken is not signed."""
    some_history()
    for day in ("2026-03-18", "2026-03-19", "2026-03-18"):
        sign_ledger(day=day, at=NOON)

    assert [str(each) for each in Checkpoint.objects.order_by("day").values_list("day", flat=True)] == [
        "2026-03-18", "2026-03-19",
    ]  # fmt: skip
    assert Proof.objects.filter(outcome=Proof.Outcome.TRUE).count() == 2


@BREAKS
def test_nothing_is_signed_that_does_not_add_up(as_owner: None) -> None:
    """LEDGER-11"""
    cast = some_history()
    by_hand("UPDATE ledger_transfer SET amount = 1 WHERE book_id = 7 AND id = %s", the_transfer(cast).id)

    sign_ledger(day="2026-03-18", at=NOON)

    assert Checkpoint.objects.count() == 0
    assert Proof.objects.get().outcome == Proof.Outcome.BROKEN
    assert Link.objects.filter(book_id=7).count() == 0


def test_the_command_proves_and_exports(own_database: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """LEDGER-10"""
    some_history()
    parser = ArgumentParser()
    arguments(parser)
    file = tmp_path / "book.beancount"

    assert carry_out(parser.parse_args(["verify"])) == 0
    days = ["--from", "2026-03-18", "--to", "2026-03-19"]
    assert carry_out(parser.parse_args(["export", "--book", "7", *days, "--out", str(file)])) == 0

    assert "everything adds up" in capsys.readouterr().out
    assert bean_check(file.read_text(encoding="utf-8"), tmp_path).returncode == 0


@BREAKS
def test_the_command_names_what_is_broken(as_owner: None, capsys: pytest.CaptureFixture[str]) -> None:
    """LEDGER-10"""
    cast = some_history()
    by_hand("UPDATE ledger_transfer SET amount = 1 WHERE book_id = 7 AND id = %s", the_transfer(cast).id)
    parser = ArgumentParser()
    arguments(parser)

    assert carry_out(parser.parse_args(["verify"])) == 1
    assert str(the_transfer(cast).id) in capsys.readouterr().err
