"""Hold what an order costs on whatever pays it, all of its items or none.

PAY-1    Coupon; POC credit, whole or not at all; wallet, promotional before purchased; then the line.
SETTLE-3 Below cost, the shortfall is held on the partner's wallet too; if it cannot be, the order waits.
LINE-8   On a line it needs the customer's available and the partner's exposure; a refused order holds nothing.
LINE-11  Where its partner has stopped a customer's purchases, nothing is held.
CRED-6   The same request holds once.
HOLD-3   One hold per item and paying account.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from kanal.audit.record import record
from kanal.credit.check_warnings import check_both
from kanal.credit.funds import Funds, ended_grants, locked_funds
from kanal.credit.models import CustomerTerms, Spending
from kanal.credit.places import Parties, parties_of
from kanal.credit.pour import (
    EXPOSURE,
    LINE,
    SHORTFALL,
    WALLET,
    Bearer,
    Part,
    Payment,
    Place,
    Sale,
    Split,
    promo,
    split_sale,
)
from kanal.credit.recorded import as_json, refunded_as_json
from kanal.credit.spending_moves import freed_by, poc, refunds_of, term_of
from kanal.credit.subjects import spending_subject
from kanal.credit.take_back import Refunded, refund_of
from kanal.identity.models import Organization
from kanal.kit.actor import Actor
from kanal.kit.ids import derived_id
from kanal.kit.locked import locked
from kanal.kit.money import Money
from kanal.kit.refusal import Refusal
from kanal.ledger.answers import KeyReused, LedgerRefusal, UnknownAccount, WouldOverdraw
from kanal.ledger.flows import Kind
from kanal.ledger.movement import Group, Hold, Matter, RequestKey
from kanal.ledger.post import post


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One thing to be paid. `replaces` is the term that `unused` minutes come back of, in the same group (LIFE-2)."""

    matter: Matter
    sale: Sale
    minutes: int
    is_poc: bool = False
    replaces: Spending | None = None
    unused: int = 0


@dataclass(eq=False)
class NotEnoughCredit(Refusal):
    code = "not_enough_credit"
    needed: Money
    available: Money

    def __str__(self) -> str:
        return (
            _("This costs %(needed)s and %(available)s is available. Add credit, or choose something smaller.")
            % self.words()
        )


@dataclass(eq=False)
class NotEnoughTrialCredit(Refusal):
    code = "not_enough_trial_credit"
    needed: Money
    available: Money

    def __str__(self) -> str:
        return (
            _(
                "This costs %(needed)s and %(available)s of trial credit is left, which pays the whole or nothing. Ask "
                "for more."
            )
            % self.words()
        )


@dataclass(eq=False)
class AskYourPartner(Refusal):
    """What the customer reads. Why stands in `__cause__`, for the partner alone: it speaks of its cost (DISC-5)."""

    code = "ask_your_partner"

    def __str__(self) -> str:
        return _("This cannot be paid right now. Ask your partner; the order waits until then.")


@dataclass(eq=False)
class ShortfallNotCovered(Refusal):
    code = "shortfall_not_covered"
    needed: Money
    available: Money

    def __str__(self) -> str:
        return (
            _(
                "It is sold below cost: %(needed)s of your wallet is needed and %(available)s is available. Fund it "
                "first."
            )
            % self.words()
        )


@dataclass(eq=False)
class ExposureUsedUp(Refusal):
    code = "exposure_used_up"
    needed: Money
    available: Money

    def __str__(self) -> str:
        return (
            _(
                "At cost this needs %(needed)s of the pool and %(available)s is left of it. Pay the provider, or ask "
                "for a larger pool."
            )
            % self.words()
        )


@dataclass(eq=False)
class PurchasesStopped(Refusal):
    code = "purchases_stopped"
    why: str

    def __str__(self) -> str:
        return _("Your partner has stopped new purchases: %(why)s Ask your partner.") % self.words()


@dataclass(frozen=True, slots=True)
class Planned:
    item: Item
    payment: Payment
    split: Split
    holds: tuple[Hold, ...]
    gives_back: Refunded | None


@transaction.atomic
def hold_spending(
    *, customer: Organization, items: Sequence[Item], currency: str = "VND", by: Actor, at: datetime, request_id: str
) -> list[Spending]:
    parties = parties_of(customer, currency=currency)
    key = RequestKey(parties.book_id, by.organization_id, "hold_spending", request_id)
    items = [_with_locked_term(item) for item in items]
    funds = locked_funds(parties, at=at, may_fall_short=any(_may_fall_short(item.sale) for item in items))
    if made := _made_before(key, items):
        return made
    _check_may_buy(funds.terms)
    planned = [_plan(item, funds, at=at) for item in items]
    _post(key, planned, parties, by=by, at=at)
    spendings = _rows(key, planned, parties, at=at)
    Spending.objects.bulk_create(spendings)
    for spending, plan in zip(spendings, planned, strict=True):
        sale = plan.item.sale
        facts = {
            "price": Money(sale.price, parties.currency).to_json(),
            "coupon": Money(sale.coupon, parties.currency).to_json(),
            "payment": as_json(plan.payment),
        }
        record(
            "spending.held", spending_subject(spending), by=by, at=at, book_id=parties.book_id,
            organization_id=parties.customer_id, new=facts,
        )  # fmt: skip
    check_both(parties, at=at)
    return spendings


def _with_locked_term(item: Item) -> Item:
    if item.replaces is None:
        return item
    return Item(
        matter=item.matter, sale=item.sale, minutes=item.minutes, is_poc=item.is_poc, unused=item.unused,
        replaces=locked(item.replaces),
    )  # fmt: skip


def _may_fall_short(sale: Sale) -> bool:
    """By a unit more than it says: the parts of a sale are rounded."""
    coupon = sale.coupon if sale.coupon_borne_by is Bearer.PROVIDER else 0
    return sale.partner and sum(line.cost for line in sale.lines) >= sale.due + coupon


def _made_before(key: RequestKey, items: Sequence[Item]) -> list[Spending]:
    ids = [_id(key, place) for place in range(len(items))]
    rows = {row.id: row for row in Spending.objects.filter(book_id=key.book_id, id__in=ids)}
    if not rows:
        return []
    found = [rows[id_] for id_ in ids if id_ in rows]
    asked = [(item.matter.id, as_json(item.sale), item.minutes, item.is_poc) for item in items]
    if asked != [(row.subject_id, row.sale, row.minutes, row.is_poc) for row in found]:
        raise KeyReused
    return found


def _id(key: RequestKey, place: int) -> UUID:
    return derived_id("spending", key.group_id, place)


def _check_may_buy(terms: CustomerTerms) -> None:
    if terms.purchases_stopped_at is not None:
        raise PurchasesStopped(why=terms.purchases_stopped_why)


def _plan(item: Item, funds: Funds, *, at: datetime) -> Planned:
    assert item.sale.partner is (funds.parties.partner_id is not None and not item.is_poc), "another kind of buyer"
    gives_back, old = _given_back(item, funds, at=at)
    purse = funds.trial if item.is_poc else funds.money
    available = purse.total
    payment = purse.pay(item.sale.due, given_back=old)
    if payment is None:
        words = {"needed": Money(item.sale.due, funds.parties.currency)}
        left = Money((available or 0) + (old.paid if old else 0), funds.parties.currency)
        raise (NotEnoughTrialCredit if item.is_poc else NotEnoughCredit)(**words, available=left)
    split = split_sale(item.sale, payment)
    return Planned(item, payment, split, tuple(_holds(item, payment, split, old, funds)), gives_back)


def _given_back(item: Item, funds: Funds, *, at: datetime) -> tuple[Refunded | None, Split | None]:
    """What the replaced term gives, and of that what can pay: neither ended grants nor a line's settled part."""
    old = item.replaces
    if old is None:
        return None, None
    assert (old.customer_id, old.is_poc) == (funds.parties.customer_id, item.is_poc), "another buyer's term"
    term = term_of(old, refunds_of(old))
    back = refund_of(term, item.unused)
    freed = freed_by(old, term, back)
    wallets, ended = back.split.by_wallet, ended_grants(funds.parties, list(back.split.by_wallet.promos), at)
    promos = {grant: 0 if grant in ended else amount for grant, amount in wallets.promos.items()}
    alive = Split(_only(promos, wallets.wallet, wallets.missing), _only({}, 0, freed.cost), freed.line)
    return back, alive


def _only(promos: dict[str, int], wallet: int, missing: int) -> Part:
    """A part of which only the payers are of interest."""
    return Part(promos=promos, wallet=wallet, missing=missing, revenue=sum(promos.values()) + wallet + missing)


def _holds(item: Item, payment: Payment, split: Split, old: Split | None, funds: Funds) -> list[Hold]:
    """What the term that is replaced gives back in the same group need not be held."""
    back = old or Split()
    grant = poc if item.is_poc else promo
    amounts: list[tuple[Place, int]] = [
        *((grant(name), amount - back.by_wallet.promos.get(name, 0)) for name, amount in payment.promos.items()),
        (WALLET, payment.wallet - back.by_wallet.wallet),
    ]
    if funds.parties.partner_id is not None:
        amounts += [
            (SHORTFALL, split.by_wallet.missing - back.by_wallet.missing),
            (LINE, payment.line - back.line),
            (EXPOSURE, split.by_line.missing - back.by_line.missing),
        ]
    return [
        Hold(
            account=funds.parties.account(place),
            money=funds.parties.amount(place, amount),
            deep=place is LINE and funds.keeps_open,
            matter=item.matter,
        )
        for place, amount in amounts
        if amount > 0
    ]


def _post(key: RequestKey, planned: Sequence[Planned], parties: Parties, *, by: Actor, at: datetime) -> None:
    holds = [hold for plan in planned for hold in plan.holds]
    if not holds:
        return
    try:
        post(Group(key=key, moves=holds, act="spending.held", by=by, at=at))
    except LedgerRefusal as refused:
        hold = holds[refused.leg]
        if hold.account.owner_id != parties.partner_id:
            raise
        raise AskYourPartner from _why_for_partner(refused, hold)


def _why_for_partner(refused: LedgerRefusal, hold: Hold) -> Refusal:
    if not isinstance(refused, WouldOverdraw | UnknownAccount):
        return refused
    available = refused.available if isinstance(refused, WouldOverdraw) else Money.zero(hold.money.currency)
    short = ExposureUsedUp if hold.account.kind is Kind.EXPOSURE else ShortfallNotCovered
    return short(needed=hold.money, available=available)


def _rows(key: RequestKey, planned: Sequence[Planned], parties: Parties, *, at: datetime) -> list[Spending]:
    rows, held = [], 0
    for place, plan in enumerate(planned):
        holds = [key.transfer_id(held + each).hex for each in range(len(plan.holds))]
        held += len(holds)
        rows.append(_row(_id(key, place), plan, parties, holds, at=at))
    return rows


def _row(id_: UUID, plan: Planned, parties: Parties, holds: list[str], *, at: datetime) -> Spending:
    item = plan.item
    return Spending(
        book_id=parties.book_id, id=id_, customer_id=parties.customer_id, partner_id=parties.partner_id,
        currency=parties.currency, subject_kind=item.matter.kind, subject_id=item.matter.id, minutes=item.minutes,
        is_poc=item.is_poc, sale=as_json(item.sale), payment=as_json(plan.payment), split=as_json(plan.split),
        holds=holds, replaces_id=item.replaces.id if item.replaces else None,
        gives_back=refunded_as_json(plan.gives_back) if plan.gives_back else None, held_at=at,
    )  # fmt: skip
