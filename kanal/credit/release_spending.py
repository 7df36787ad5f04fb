"""Give back what is held, whole: nothing was delivered.

PAY-1  Only what is held is released; a coupon's use is then free again for whoever keeps count of it.
HOLD-3 A hold is released whole.
PROMO-1 What comes free of a grant that has ended lapses at once.
"""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from kanal.audit.record import record
from kanal.credit.capture_spending import SpendingHasEnded
from kanal.credit.check_warnings import check_both
from kanal.credit.lapse_grants import lapsing_move
from kanal.credit.models import Grant, Spending
from kanal.credit.spending_moves import matter_of, parties_to
from kanal.credit.subjects import spending_subject
from kanal.kit.actor import Actor
from kanal.kit.locked import locked
from kanal.ledger.holds import hold_numbered
from kanal.ledger.movement import Group, Move, Movement, Release, RequestKey
from kanal.ledger.post import post


@transaction.atomic
def release_spending(*, spending: Spending, why: str, by: Actor, at: datetime) -> Spending:
    """Released already, it stays as it is."""
    spending = locked(spending)
    if spending.state == Spending.State.RELEASED:
        return spending
    if spending.state != Spending.State.HELD:
        raise SpendingHasEnded(state=str(Spending.State(spending.state).label))
    holds = [hold_numbered(spending.book_id, UUID(id_)) for id_ in spending.holds]
    ended = {grant.account: grant for grant in _ended_grants(spending, at)}
    lapsing: list[Move] = [lapsing_move(ended[hold.source], hold.money) for hold in holds if hold.source in ended]
    if holds:
        key = RequestKey(spending.book_id, None, "release_spending", spending.id.hex)
        moves: list[Movement] = [*(Release(hold=hold) for hold in holds), *lapsing]
        post(Group(key=key, moves=moves, act="spending.released", by=by, at=at, matter=matter_of(spending), note=why))
    spending.state, spending.ended_at = Spending.State.RELEASED, at
    spending.save(update_fields=["state", "ended_at"])
    record(
        "spending.released", spending_subject(spending), by=by, at=at, book_id=spending.book_id,
        organization_id=spending.customer_id, why=why,
    )  # fmt: skip
    check_both(parties_to(spending), at=at)
    return spending


def _ended_grants(spending: Spending, at: datetime) -> list[Grant]:
    mine = Grant.objects.filter(book_id=spending.book_id, owner_id=spending.customer_id, ends_at__lte=at)
    return list(mine.exclude(lapsed_at=None))
