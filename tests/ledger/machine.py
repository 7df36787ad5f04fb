"""The ledger beside a small model of it: whatever is asked, both answer the same, and the books stay true.

Every machine works in a book of its own, so nothing has to be cleaned up between them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from kanal.kit.money import Money
from kanal.ledger.answers import LedgerRefusal, Posting
from kanal.ledger.flows import Kind, flow_between, may_be_undone
from kanal.ledger.models import Account
from kanal.ledger.movement import Earlier, Group, Hold, Move, Movement, Release, RequestKey, Reversal
from kanal.ledger.names import AccountName
from kanal.ledger.open_accounts import freeze_account, open_accounts, set_floors, unfreeze_account
from kanal.ledger.post import post, post_batch, post_together
from kanal.ledger.prove import faults_of_sums, first_fault
from tests.ledger.world import AN, BINH, LAN, NOON, SAO_MAI, named

books = count(1_000)


@dataclass
class Side:
    """One account in the model."""

    floor: int | None
    deep_floor: int | None
    came: int = 0
    went: int = 0
    held: int = 0
    lines: int = 0
    frozen: bool = False

    def room(self, *, deep: bool) -> int | None:
        floor = self.deep_floor if deep else self.floor
        return None if floor is None else self.came - self.went - self.held - floor

    def state(self) -> tuple[int, int, int, int]:
        return self.lines, self.came, self.went, self.held


@dataclass
class Model:
    """What the ledger promises, in the plainest words."""

    sides: dict[AccountName, Side] = field(default_factory=dict)
    answered: dict[RequestKey, tuple[Group, list[tuple[object, ...]]]] = field(default_factory=dict)
    made: dict[UUID, tuple[str, AccountName, AccountName, int]] = field(default_factory=dict)
    ended: dict[UUID, str] = field(default_factory=dict)

    def answer(self, group: Group) -> object:
        """The states after each leg, or why not."""
        known = self.answered.get(group.key)
        if known:
            return (True, known[1]) if self.same(known[0], group) else "key_reused"
        before = {name: Side(**vars(side)) for name, side in self.sides.items()}
        ended, made = dict(self.ended), dict(self.made)
        wrong = next((each for each in map(self.problem, group.moves) if each), None)
        states: list[tuple[object, ...]] = []
        for place, movement in enumerate(group.moves):
            wrong = wrong or self.carry_out(movement, group.key.transfer_id(place), states)
        if wrong:
            self.sides, self.ended, self.made = before, ended, made
            return wrong
        self.answered[group.key] = (group, states)
        return (False, states)

    @staticmethod
    def same(one: Group, other: Group) -> bool:
        return list(one.moves) == list(other.moves)

    @staticmethod
    def problem(movement: Movement) -> str | None:
        if isinstance(movement, Move):
            flow = flow_between(movement.source.kind, movement.target.kind)
            if movement.source == movement.target or flow is None or (movement.deep and not flow.may_go_deep):
                return "illegal_flow"
        return None

    def carry_out(self, movement: Movement, id_: UUID, states: list[tuple[object, ...]]) -> str | None:
        match movement:
            case Move():
                return self.move(movement.source, movement.target, movement.money.amount, movement.deep, id_, states)
            case Hold():
                return self.hold(movement, id_, states)
            case Release():
                return self.release(movement, id_, states)
            case Reversal():
                return self.reverse(movement, id_, states)

    def may_leave(self, source: AccountName, amount: int, *, deep: bool) -> str | None:
        if self.sides[source].frozen:
            return "account_frozen"
        room = self.sides[source].room(deep=deep)
        return "would_overdraw" if room is not None and room < amount else None

    def move(
        self,
        source: AccountName,
        target: AccountName,
        amount: int,
        deep: bool,
        id_: UUID,
        states: list[tuple[object, ...]],
    ) -> str | None:
        if wrong := self.may_leave(source, amount, deep=deep):
            return wrong
        self.sides[source].went += amount
        self.sides[target].came += amount
        self.note("POSTED", source, target, amount, id_, states)
        return None

    def hold(self, movement: Hold, id_: UUID, states: list[tuple[object, ...]]) -> str | None:
        source, target, amount = movement.account, movement.account.holds, movement.money.amount
        if wrong := self.may_leave(source, amount, deep=movement.deep):
            return wrong
        self.sides[source].held += amount
        self.sides[target].held -= amount
        self.note("HELD", source, target, amount, id_, states)
        return None

    def release(self, movement: Release, id_: UUID, states: list[tuple[object, ...]]) -> str | None:
        assert isinstance(movement.hold, Earlier)
        known = self.made.get(movement.hold.id)
        if known is None or known[0] != "HELD":
            return "hold_unknown"
        if movement.hold.id in self.ended:
            return "hold_resolved"
        if movement.expired:
            return "hold_not_expired"
        _, source, target, amount = known
        self.sides[source].held -= amount
        self.sides[target].held += amount
        self.ended[movement.hold.id] = "RELEASED"
        self.note("RELEASED", source, target, amount, id_, states)
        return None

    def reverse(self, movement: Reversal, id_: UUID, states: list[tuple[object, ...]]) -> str | None:
        assert isinstance(movement.of, Earlier)
        source, target, amount = movement.of.target, movement.of.source, movement.of.money.amount
        if not may_be_undone(source.kind, target.kind):
            return "illegal_flow"
        if self.sides[source].frozen:
            return "account_frozen"
        known = self.made.get(movement.of.id)
        if known is None or known[0] != "POSTED":
            return "not_reversible"
        if movement.of.id in self.ended:
            return "reversed_already"
        if wrong := self.move(source, target, amount, movement.deep, id_, states):
            return wrong
        self.ended[movement.of.id] = "REVERSED"
        return None

    def note(
        self,
        phase: str,
        source: AccountName,
        target: AccountName,
        amount: int,
        id_: UUID,
        states: list[tuple[object, ...]],
    ) -> None:
        self.sides[source].lines += 1
        self.sides[target].lines += 1
        self.made[id_] = (phase, source, target, amount)
        states.append((amount, self.sides[source].state(), self.sides[target].state()))


def seen(answer: Posting | LedgerRefusal) -> object:
    if isinstance(answer, LedgerRefusal):
        return answer.code
    legs = [
        (
            leg.money.amount,
            *(
                (after.sequence, after.posted_in, after.posted_out, after.held)
                for after in (leg.source_after, leg.target_after)
            ),
        )
        for leg in answer.legs
    ]
    return (answer.replayed, legs)


AMOUNTS = st.integers(1, 60)
PLACES = st.integers(0, 5)


class LedgerMachine(RuleBasedStateMachine):
    """Accounts, floors, groups, batches, holds, reversals, duplicates and conflicting duplicates, in any order."""

    @initialize()
    def open(self) -> None:
        self.book, self.number, self.at = next(books), 0, NOON
        self.names = [
            named(Kind.CASH, book=self.book), named(Kind.REVENUE, book=self.book),
            named(Kind.WALLET, SAO_MAI, book=self.book), named(Kind.WALLET, AN, book=self.book),
            named(Kind.WALLET, BINH, book=self.book), named(Kind.OWED, AN, book=self.book),
        ]  # fmt: skip
        holds = self.names[0].holds
        open_accounts([*self.names, holds], at=NOON)
        self.model = Model({name: Side(None, None) for name in [*self.names, holds]})
        for wallet in self.names[2:5]:
            self.model.sides[wallet] = Side(0, 0)
        self.asked: list[Group] = []
        self.both([self.group([self.a_move(0, 2, 200)]), self.group([self.a_move(0, 3, 100)])], "batch")

    def a_move(self, source: int, target: int, amount: int, *, deep: bool = False) -> Move:
        return Move(source=self.names[source], target=self.names[target], money=Money(amount), deep=deep)

    def group(self, moves: list[Movement], key: RequestKey | None = None) -> Group:
        self.number += 1
        self.at += timedelta(milliseconds=1)
        key = key or RequestKey(self.book, SAO_MAI, "act", str(self.number))
        return Group(key=key, moves=moves, act="test.moved", by=LAN, at=self.at)

    def both(self, groups: list[Group], way: str) -> None:
        expected = [self.model.answer(group) for group in groups]
        answers = post_batch(groups) if way == "batch" else [self.alone(group, way) for group in groups]
        assert [seen(answer) for answer in answers] == expected
        self.asked += groups

    @staticmethod
    def alone(group: Group, way: str) -> Posting | LedgerRefusal:
        try:
            return post(group) if way == "post" else post_together(group)
        except LedgerRefusal as refusal:
            return refusal

    def earlier(self, which: int) -> Earlier:
        """One that was made, or one that never was."""
        made = list(self.model.made.items())
        if not made or which % 11 == 0:
            return Earlier(id=UUID(int=which + 1), source=self.names[2], target=self.names[2].holds, money=Money(1))
        id_, (_, source, target, amount) = made[which % len(made)]
        return Earlier(id=id_, source=source, target=target, money=Money(amount))

    def movement(self, data: tuple[int, int, int, int, bool, int]) -> Movement:
        sort, a, b, amount, deep, which = data
        if sort < 5:
            return self.a_move(a, b, amount, deep=deep)
        if sort < 7:
            return Hold(account=self.names[2 + a % 3], money=Money(amount), deep=deep)
        if sort < 9:
            return Release(hold=self.earlier(which), expired=which % 13 == 5)
        return Reversal(of=self.earlier(which), note="wrong", deep=False)

    MOVEMENT = st.tuples(st.integers(0, 9), PLACES, PLACES, AMOUNTS, st.booleans(), st.integers(0, 1_000))
    MOVEMENTS = st.lists(MOVEMENT, min_size=1, max_size=4)
    WAY = st.sampled_from(["post", "together", "batch"])

    @rule(data=MOVEMENT, way=WAY)
    def one(self, data: tuple[int, int, int, int, bool, int], way: str) -> None:
        self.both([self.group([self.movement(data)])], way)

    @rule(data=MOVEMENTS, way=WAY)
    def linked(self, data: list[tuple[int, int, int, int, bool, int]], way: str) -> None:
        self.both([self.group([self.movement(each) for each in data])], way)

    @rule(data=st.lists(MOVEMENTS, min_size=2, max_size=12), again=st.lists(st.integers(0, 11), max_size=4))
    def batch(self, data: list[list[tuple[int, int, int, int, bool, int]]], again: list[int]) -> None:
        groups = [self.group([self.movement(each) for each in moves]) for moves in data]
        groups += [groups[each % len(groups)] for each in again]
        groups += [self.group([self.a_move(0, 3, each + 1)], key=groups[each % len(groups)].key) for each in again[:2]]
        self.both(groups, "batch")

    @precondition(lambda self: self.asked)
    @rule(which=st.integers(0, 10_000), way=WAY)
    def duplicate(self, which: int, way: str) -> None:
        self.both([self.asked[which % len(self.asked)]], way)

    @precondition(lambda self: self.asked)
    @rule(which=st.integers(0, 10_000), amount=AMOUNTS, way=WAY)
    def conflicting_duplicate(self, which: int, amount: int, way: str) -> None:
        self.both([self.group([self.a_move(0, 4, amount)], key=self.asked[which % len(self.asked)].key)], way)

    @rule(which=st.integers(2, 4), limit=st.integers(0, 100))
    def set_debt_limit(self, which: int, limit: int) -> None:
        side = self.model.sides[self.names[which]]
        if side.came - side.went - side.held >= -limit:
            set_floors(self.names[which], floor=0, deep_floor=-limit)
            side.deep_floor = -limit

    @rule(which=st.integers(2, 4), frozen=st.booleans())
    def freeze(self, which: int, frozen: bool) -> None:
        (freeze_account if frozen else unfreeze_account)(self.names[which])
        self.model.sides[self.names[which]].frozen = frozen

    @invariant()
    def the_books_are_true(self) -> None:
        if not hasattr(self, "book"):
            return
        assert list(faults_of_sums(self.book)) == []
        rows = {row.id: row for row in Account.objects.filter(book_id=self.book)}
        for name, side in self.model.sides.items():
            row = rows[name.id]
            assert (row.version, row.posted_in, row.posted_out, row.held_out - row.held_in) == side.state()
            room = side.room(deep=True)
            assert room is None or room >= 0

    def teardown(self) -> None:
        if hasattr(self, "book"):
            assert first_fault(self.book) is None
