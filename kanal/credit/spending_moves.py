"""One spending as movements of the ledger: what is held for it, how it is settled, and how it comes back.

SETTLE-2 Everything of one capture stands in one linked group.
CRED-4   What was held is spent, even where measured use went on to the debt limit meanwhile.
HOLD-3   A hold is released whole; what is captured follows it in the same group.
PAY-2    A lapsed grant stays lapsed: its share goes to the promotion account. POC goes back to POC.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Sum

from kanal.credit.funds import ended_grants
from kanal.credit.models import Clearing, Spending, SpendingRefund
from kanal.credit.places import Parties
from kanal.credit.pour import (
    EXPOSURE,
    EXPOSURE_USED,
    LINE,
    LINE_USED,
    PROMOTION,
    Place,
    Pour,
    Split,
    pours_of_refund,
    pours_of_sale,
)
from kanal.credit.recorded import refunded_from, split_from, term_from
from kanal.credit.take_back import Refunded, Term
from kanal.kit.money import Money
from kanal.ledger.flows import Kind, flow_between
from kanal.ledger.movement import Matter, Move
from kanal.ledger.names import AccountName
from kanal.ledger.open_accounts import open_accounts

SPENT_THOUGH_BELOW = {Kind.WALLET, Kind.LINE, Kind.EXPOSURE}  # what was held is spent, whatever was used meanwhile


def poc(grant: str) -> Place:
    return Place(Kind.POC, "CUSTOMER", grant)


def parties_to(spending: Spending) -> Parties:
    """As they were when it was bought, whoever's customer it is today."""
    return Parties(spending.book_id, spending.currency, spending.customer_id, spending.partner_id)


def matter_of(spending: Spending) -> Matter:
    return Matter(spending.subject_kind, spending.subject_id)


@dataclass(frozen=True, slots=True)
class Freed:
    """What a refund gives back of limits: no more than is still open."""

    line: int
    cost: int


def capture_moves(spending: Spending) -> list[Move]:
    split = split_from(spending.split)
    if spending.is_poc:
        pours = [Pour(poc(grant), PROMOTION, amount) for grant, amount in split.by_wallet.promos.items()]
    else:
        limits = [
            Pour(LINE, LINE_USED, split.line),
            Pour(EXPOSURE, EXPOSURE_USED, split.by_line.missing),
        ]
        pours = [*pours_of_sale(split), *limits]
    return _moves(spending, pours)


def refund_moves(spending: Spending, back: Refunded, freed: Freed, *, at: datetime) -> list[Move]:
    split = back.split
    ended = ended_grants(parties_to(spending), list(split.by_wallet.promos), at)
    if spending.is_poc:
        pours = [
            Pour(PROMOTION, poc(grant), amount)
            for grant, amount in split.by_wallet.promos.items()
            if grant not in ended
        ]
    else:
        limits = [Pour(LINE_USED, LINE, freed.line), Pour(EXPOSURE_USED, EXPOSURE, freed.cost)]
        pours = [*_without(ended, pours_of_refund(split)), *limits]
    return _moves(spending, pours)


def _without(ended: Collection[str], pours: Iterable[Pour]) -> list[Pour]:
    def still(place: Place) -> Place:
        return PROMOTION if place.kind is Kind.PROMO and place.detail in ended else place

    return [Pour(pour.source, still(pour.target), pour.amount) for pour in pours]


def _moves(spending: Spending, pours: Sequence[Pour]) -> list[Move]:
    parties, matter = parties_to(spending), matter_of(spending)
    moves = []
    for pour in pours:
        if pour.amount:
            source, target = parties.account(pour.source), parties.account(pour.target)
            money = Money(pour.amount, source.currency)
            deep = pour.source.kind in SPENT_THOUGH_BELOW and _may_go_deep(source, target)
            moves.append(Move(source=source, target=target, money=money, deep=deep, matter=matter))
    return moves


def _may_go_deep(source: AccountName, target: AccountName) -> bool:
    flow = flow_between(source.kind, target.kind)
    return flow is not None and flow.may_go_deep


def open_what_they_need(moves: Iterable[Move], *, at: datetime) -> None:
    """Debts, margins and used limits are opened when they are first needed; wallets and grants by whoever may."""
    by_itself = {Kind.OWED, Kind.DUE, Kind.OWED_COST, Kind.MARGIN, Kind.LINE_USED, Kind.EXPOSURE_USED}
    names = {name for move in moves for name in (move.source, move.target) if name.kind in by_itself}
    if names:
        open_accounts(names, at=at)


# --- What is left of it ------------------------------------------------------------------------------------------


def refunds_of(spending: Spending) -> list[SpendingRefund]:
    found = SpendingRefund.objects.filter(book_id=spending.book_id, spending_id=spending.id)
    return list(found.order_by("number"))


def term_of(spending: Spending, refunds: Sequence[SpendingRefund]) -> Term:
    earlier = [refunded_from({"minutes": row.minutes, "lines": row.lines, "split": row.split}) for row in refunds]
    return term_from(spending.sale, spending.split, spending.minutes, earlier)


def cleared(spending: Spending, side: Clearing.Side) -> int:
    rows = Clearing.objects.filter(book_id=spending.book_id, spending_id=spending.id, side=side)
    return int(rows.aggregate(sum=Sum("amount"))["sum"] or 0)


def still_open(spending: Spending, left: Split) -> Freed:
    """Of the line's debt and of its cost: what neither came back nor is settled yet."""
    return Freed(
        line=max(0, left.line - cleared(spending, Clearing.Side.CUSTOMER)),
        cost=max(0, left.by_line.missing - cleared(spending, Clearing.Side.COST)),
    )


def freed_by(spending: Spending, term: Term, back: Refunded) -> Freed:
    is_open = still_open(spending, term.left)
    return Freed(line=min(back.split.line, is_open.line), cost=min(back.split.by_line.missing, is_open.cost))
