"""Who pays how much of what is due: arithmetic alone.

PAY-1   After the coupon: promotional money (the soonest end first), then the wallet, then the line.
LIFE-2  What paid an old term pays the new one first, up to what it got back; the rest as always.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from kanal.credit.pour import Payment, Split


@dataclass(slots=True)
class Purse:
    """What the payers still have. `line` is None where nothing of the customer's bounds it (LINE-4, KEEP_OPEN)."""

    promos: dict[str, int] = field(default_factory=dict)
    wallet: int = 0
    line: int | None = 0

    @property
    def total(self) -> int | None:
        return None if self.line is None else sum(self.promos.values()) + self.wallet + self.line

    def pay(self, due: int, *, given_back: Split | None = None) -> Payment | None:
        """None where it is too little; then nothing is taken."""
        old = given_back or Split()
        promos = {grant: old.by_wallet.promos.get(grant, 0) for grant in [*self.promos, *old.by_wallet.promos]}
        got = _Filling(due)
        first = Payment({grant: got.take(amount) for grant, amount in promos.items()}, 0, 0)
        first = Payment(first.promos, got.take(old.by_wallet.wallet), got.take(old.line))
        more = Payment({grant: got.take(amount) for grant, amount in self.promos.items()}, got.take(self.wallet), 0)
        line = got.left if self.line is None else got.take(self.line)
        if got.left and self.line is not None:
            return None
        self._spend(more, line)
        paid = {grant: first.promos.get(grant, 0) + more.promos.get(grant, 0) for grant in promos}
        return Payment(
            {grant: amount for grant, amount in paid.items() if amount},
            first.wallet + more.wallet,
            first.line + line,
        )

    def _spend(self, more: Payment, line: int) -> None:
        for grant, amount in more.promos.items():
            self.promos[grant] -= amount
        self.wallet -= more.wallet
        if self.line is not None:
            self.line -= line


@dataclass(slots=True)
class _Filling:
    left: int

    def take(self, most: int) -> int:
        taken = max(0, min(self.left, most))
        self.left -= taken
        return taken
