"""What the ledger answers: a posting with the balances after it, or one of its refusals. Both are values.

A refusal is raised by `post` and `post_together`, and stands in its group's place in the answer of `post_batch`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from kanal.kit.money import Money
from kanal.kit.refusal import Refusal
from kanal.ledger.names import AccountName


@dataclass(frozen=True, slots=True)
class Sums:
    """One side of a transfer, after it."""

    sequence: int
    posted_in: int
    posted_out: int
    held: int

    @property
    def posted(self) -> int:
        return self.posted_in - self.posted_out

    @property
    def available(self) -> int:
        """Posted less held, before any floor."""
        return self.posted - self.held


@dataclass(frozen=True, slots=True)
class Leg:
    id: UUID
    source: AccountName
    target: AccountName
    money: Money
    source_after: Sums
    target_after: Sums


class Posting:
    """`replayed`: the key was used before with the same content, and this is the answer of that first time.

    The legs are made when somebody looks: of a batch of ten thousand, mostly nobody does.
    """

    __slots__ = ("_legs", "_read", "group_hex", "replayed")

    def __init__(self, group_hex: str, read: Callable[[], tuple[Leg, ...]], *, replayed: bool = False) -> None:
        self.group_hex, self.replayed = group_hex, replayed
        self._read: Callable[[], tuple[Leg, ...]] | None = read
        self._legs: tuple[Leg, ...] = ()

    @property
    def group_id(self) -> UUID:
        return UUID(self.group_hex)

    @property
    def legs(self) -> tuple[Leg, ...]:
        if self._read is not None:
            self._legs, self._read = self._read(), None
        return self._legs

    def after(self, account: AccountName) -> Sums:
        """The account's sums after its last transfer of this group."""
        for leg in reversed(self.legs):
            if leg.target == account:
                return leg.target_after
            if leg.source == account:
                return leg.source_after
        raise KeyError(account)

    def __repr__(self) -> str:
        return f"Posting({self.group_id}, replayed={self.replayed}, legs={self.legs})"


@dataclass(eq=False)
class LedgerRefusal(Refusal):
    """`leg` counts from 0: which of the group's moves could not be made."""

    code = "ledger_refused"
    leg: int = 0

    def __str__(self) -> str:
        return _("The ledger refused this movement.")


@dataclass(eq=False, kw_only=True)
class WouldOverdraw(LedgerRefusal):
    code = "would_overdraw"
    account: AccountName
    available: Money
    asked: Money

    def __str__(self) -> str:
        return (
            _("%(available)s is available and %(asked)s was asked for. Ask for less, or add to it first.")
            % self.words()
        )


@dataclass(eq=False)
class AccountFrozen(LedgerRefusal):
    code = "account_frozen"

    def __str__(self) -> str:
        return _("This account is frozen: nothing leaves it until the provider opens it again. Ask the provider.")


@dataclass(eq=False)
class AccountClosed(LedgerRefusal):
    code = "account_closed"

    def __str__(self) -> str:
        return _("This account is closed; choose another one.")


@dataclass(eq=False)
class UnknownAccount(LedgerRefusal):
    code = "unknown_account"

    def __str__(self) -> str:
        return _("This account has not been opened yet; the organization has to be confirmed first.")


@dataclass(eq=False)
class WrongCurrency(LedgerRefusal):
    code = "wrong_currency"

    def __str__(self) -> str:
        return _("The amount and both accounts must have one currency; nothing is converted. Choose the same currency.")


@dataclass(eq=False)
class IllegalFlow(LedgerRefusal):
    code = "illegal_flow"

    def __str__(self) -> str:
        return _(
            "Money does not move between these two kinds of account; see the chart of accounts for the way it goes."
        )


@dataclass(eq=False)
class KeyReused(LedgerRefusal):
    code = "key_reused"

    def __str__(self) -> str:
        return _("This request was already carried out with other contents. Send it again under a new request id.")


@dataclass(eq=False)
class HoldUnknown(LedgerRefusal):
    code = "hold_unknown"

    def __str__(self) -> str:
        return _("There is no such hold. Look it up in the account's statement.")


@dataclass(eq=False)
class HoldResolved(LedgerRefusal):
    code = "hold_resolved"

    def __str__(self) -> str:
        return _("This hold was released or captured already; nothing is left of it to use.")


@dataclass(eq=False)
class HoldExpired(LedgerRefusal):
    code = "hold_expired"

    def __str__(self) -> str:
        return _("This hold has expired. Place the order again.")


@dataclass(eq=False)
class HoldNotExpired(LedgerRefusal):
    code = "hold_not_expired"

    def __str__(self) -> str:
        return _("This hold has not reached its end yet; release it if it is no longer needed.")


@dataclass(eq=False)
class CaptureExceedsHold(LedgerRefusal):
    code = "capture_exceeds_hold"

    def __str__(self) -> str:
        return _("More was to be captured than is held. Capture at most what is held, and charge the rest by itself.")


@dataclass(eq=False)
class NotReversible(LedgerRefusal):
    code = "not_reversible"

    def __str__(self) -> str:
        return _("Only a posted transfer can be reversed, with all its amount; a hold is released instead.")


@dataclass(eq=False)
class ReversedAlready(LedgerRefusal):
    code = "reversed_already"

    def __str__(self) -> str:
        return _("This transfer was reversed already; the statement shows by which one.")


@dataclass(eq=False)
class PeriodClosed(LedgerRefusal):
    code = "period_closed"

    def __str__(self) -> str:
        return _("That period is closed and takes nothing more. Let it count today, with a note about the period.")


BY_OUTCOME: dict[str, type[LedgerRefusal]] = {
    "FROZEN": AccountFrozen,
    "CLOSED": AccountClosed,
    "UNKNOWN_ACCOUNT": UnknownAccount,
    "WRONG_CURRENCY": WrongCurrency,
    "ILLEGAL_FLOW": IllegalFlow,
    "KEY_REUSED": KeyReused,
    "HOLD_UNKNOWN": HoldUnknown,
    "HOLD_RESOLVED": HoldResolved,
    "HOLD_EXPIRED": HoldExpired,
    "HOLD_NOT_EXPIRED": HoldNotExpired,
    "CAPTURE_EXCEEDS_HOLD": CaptureExceedsHold,
    "NOT_REVERSIBLE": NotReversible,
    "REVERSED_ALREADY": ReversedAlready,
    "PERIOD_CLOSED": PeriodClosed,
}
