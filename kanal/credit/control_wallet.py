"""Set how far measured use may take a wallet below zero, freeze it, and open it again: the desk alone.

CRED-4  A wallet may be negative down to its debt limit, which is never set below what is owed now.
LINE-11 Only the desk freezes wallets.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from kanal.audit.record import record
from kanal.credit.amounts import AmountNotPositive, checked_why
from kanal.credit.links import MY_CREDIT_PAGE, PARTNER_CREDIT_PAGE
from kanal.credit.places import wallet_of
from kanal.identity.desk_only import check_is_the_desk
from kanal.identity.models import Organization
from kanal.identity.permissions import Permission
from kanal.identity.readers import readers_who_may
from kanal.identity.subjects import organization_subject
from kanal.kit.actor import Actor
from kanal.kit.money import Money
from kanal.kit.refusal import Refusal
from kanal.ledger.models import Account
from kanal.ledger.names import AccountName
from kanal.ledger.open_accounts import (
    FloorAboveBalance,
    freeze_account,
    locked_account,
    open_accounts,
    set_floors,
    unfreeze_account,
)
from kanal.notices.tell import tell


@dataclass(eq=False)
class OwesMoreThanThat(Refusal):
    code = "owes_more_than_that"
    field = "limit"
    owed: Money

    def __str__(self) -> str:
        return _("%(owed)s is owed already, so the debt limit cannot be lower. Set at least that.") % self.words()


@transaction.atomic
def set_debt_limit(*, organization: Organization, limit: Money, why: str, by: Actor, at: datetime) -> Account:
    check_is_the_desk(by)
    if limit.amount < 0:
        raise AmountNotPositive
    why, name = checked_why(why), _opened(organization, limit.currency, at)
    before = locked_account(name).deep_floor or 0
    try:
        account = set_floors(name, floor=0, deep_floor=-limit.amount)
    except FloorAboveBalance as above:
        raise OwesMoreThanThat(owed=-above.available) from above
    if before != account.deep_floor:
        old, new = Money(-before, limit.currency), limit
        record(
            "wallet.debt_limit_set", organization_subject(organization), by=by, at=at, book_id=name.book_id,
            organization_id=organization.id, old={"limit": old.to_json()}, new={"limit": new.to_json()}, why=why,
        )  # fmt: skip
    return account


@transaction.atomic
def freeze_wallet(*, organization: Organization, why: str, currency: str = "VND", by: Actor, at: datetime) -> Account:
    """Nothing leaves it; what comes in, and the end of what is held, goes on."""
    return _turned("frozen", organization, why, currency, by=by, at=at)


@transaction.atomic
def unfreeze_wallet(*, organization: Organization, why: str, currency: str = "VND", by: Actor, at: datetime) -> Account:
    return _turned("unfrozen", organization, why, currency, by=by, at=at)


def _turned(done: str, organization: Organization, why: str, currency: str, *, by: Actor, at: datetime) -> Account:
    """To be as one is already is no change; a closed wallet stays closed."""
    check_is_the_desk(by)
    why, name = checked_why(why), _opened(organization, currency, at)
    before = locked_account(name)
    wanted = Account.State.OPEN if done == "frozen" else Account.State.FROZEN
    if before.state != wanted:
        return before
    account = freeze_account(name) if done == "frozen" else unfreeze_account(name)
    record(
        f"wallet.{done}", organization_subject(organization), by=by, at=at, book_id=name.book_id,
        organization_id=organization.id, why=why,
    )  # fmt: skip
    is_partner = organization.kind == Organization.Kind.PARTNER
    tell(
        f"wallet_{done}",
        to=readers_who_may(organization, Permission.FUNDING_ASK),
        facts={"organization": organization.name, "why": why},
        cause=f"wallet:{name.id}:{done}:{at.isoformat()}",
        at=at,
        link=PARTNER_CREDIT_PAGE if is_partner else MY_CREDIT_PAGE,
        book_id=name.book_id,
    )
    return account


def _opened(organization: Organization, currency: str, at: datetime) -> AccountName:
    name = wallet_of(organization, currency=currency)
    open_accounts([name], at=at)
    return name
