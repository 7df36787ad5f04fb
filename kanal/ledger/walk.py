"""Walk along the lines of many accounts at once: each transfer's two sides, in the order of each account's sequence.

Every sum must be the one before it and the amount. What one walk ends with, the next begins with, so that a book of
any size is walked in parts.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import numpy as np
import numpy.typing as npt

from kanal.ledger.rows import Numbers, Rows

POSTED, HELD, RELEASED, EXPIRED = range(4)
PHASES = ("POSTED", "HELD", "RELEASED", "EXPIRED")
# What each phase adds to the source's held sum, by its number: the target's is the opposite.
RESERVING = np.array([0, 1, -1, -1, 0], dtype=np.int64)
MIXERS = (0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0xD6E8FEB86659FD93)


class Places:
    """Accounts by number: an id is found among ten thousand without a look at each of them."""

    def __init__(self, ids: Sequence[UUID]) -> None:
        self.ids = list(ids)
        halves = _halves(np.frombuffer(b"".join(each.bytes for each in ids), dtype="V16"))
        for mixer in MIXERS:
            self.mixer = np.uint64(mixer)
            mixed = self._mixed(halves)
            self.order = np.argsort(mixed)
            self.mixed, self.halves = mixed[self.order], halves[self.order]
            if not (self.mixed[1:] == self.mixed[:-1]).any():
                return
        raise ValueError("one account stands twice in its book")

    def _mixed(self, halves: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
        mixed: npt.NDArray[np.uint64] = halves[:, 0] * self.mixer ^ halves[:, 1]
        return mixed

    def of(self, ids: npt.NDArray[Any]) -> Numbers:
        """-1 where there is no such account."""
        halves = _halves(ids)
        if not self.ids:
            return np.full(len(halves), -1, dtype=np.int64)
        at = np.minimum(np.searchsorted(self.mixed, self._mixed(halves)), len(self.ids) - 1)
        return np.where((self.halves[at] == halves).all(axis=1), self.order[at], -1)


def _halves(ids: npt.NDArray[Any]) -> npt.NDArray[np.uint64]:
    return np.ascontiguousarray(ids).view(">u8").reshape(-1, 2).astype(np.uint64)


@dataclass(frozen=True, slots=True)
class Lines:
    """Both sides of the rows, as far as they were asked for, by account and sequence."""

    place: Numbers
    sequence: Numbers
    ins: Numbers
    outs: Numbers
    held: Numbers
    came: Numbers
    went: Numbers
    reserved: Numbers
    recorded: Numbers
    row: Numbers  # which of the rows it is a side of

    def accounts(self) -> Iterator[tuple[int, int, int]]:
        """Each account with where its lines begin and end."""
        if not len(self.place):
            return
        begins = np.flatnonzero(np.diff(self.place, prepend=-2))
        ends = np.append(begins[1:], len(self.place))
        yield from zip(self.place[begins].tolist(), begins.tolist(), ends.tolist(), strict=True)


def lines_of(rows: Rows, source: Numbers, target: Numbers, wanted: npt.NDArray[np.bool_]) -> Lines:
    """`source` and `target` are the places of the accounts; the lines are those of the accounts that are wanted."""
    amount, phase = rows.numbers("amount"), rows.phases(PHASES)
    posted = np.where(phase == POSTED, amount, 0)
    reserving = RESERVING[phase] * amount
    place = np.concatenate([source, target])
    sequence = np.concatenate([rows.numbers("source_sequence"), rows.numbers("target_sequence")])
    side = np.flatnonzero((place >= 0) & wanted[place])
    side = side[np.lexsort((sequence[side], place[side]))]
    row, is_target = side % max(len(amount), 1), side >= len(amount)

    def either(name: str) -> Numbers:
        return np.concatenate([rows.numbers(f"source_{name}"), rows.numbers(f"target_{name}")])[side]

    return Lines(
        place=place[side],
        sequence=sequence[side],
        ins=either("in"),
        outs=either("out"),
        held=either("held"),
        came=np.where(is_target, posted[row], 0),
        went=np.where(is_target, 0, posted[row]),
        reserved=np.where(is_target, -reserving[row], reserving[row]),
        recorded=rows.numbers("recorded_at")[row],
        row=row,
    )


class Standing:
    """Where each account stands so far: the last sequence, the sums after it, and when it was recorded."""

    def __init__(self, count: int) -> None:
        self.sequence, self.ins, self.outs, self.held = (np.zeros(count, dtype=np.int64) for _ in range(4))
        self.recorded = np.full(count, np.iinfo(np.int64).min, dtype=np.int64)

    def walk(self, lines: Lines) -> Numbers:
        """Go on to the end of these lines; which of them do not follow from what stood before them."""
        if not len(lines.place):
            return np.zeros(0, dtype=np.int64)
        first = np.flatnonzero(np.diff(lines.place, prepend=-2))
        last = np.append(first[1:] - 1, len(lines.place) - 1)
        accounts = lines.place[first]

        def before(now: Numbers, stood: Numbers) -> Numbers:
            shifted = np.empty_like(now)
            shifted[1:] = now[:-1]
            shifted[first] = stood[accounts]
            stood[accounts] = now[last]
            return shifted

        wrong = lines.sequence != before(lines.sequence, self.sequence) + 1
        wrong |= lines.ins != before(lines.ins, self.ins) + lines.came
        wrong |= lines.outs != before(lines.outs, self.outs) + lines.went
        wrong |= lines.held != before(lines.held, self.held) + lines.reserved
        wrong |= lines.recorded < before(lines.recorded, self.recorded)
        return np.flatnonzero(wrong)

    def at(self, place: int) -> tuple[int, int, int, int]:
        return int(self.sequence[place]), int(self.ins[place]), int(self.outs[place]), int(self.held[place])
