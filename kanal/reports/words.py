"""What movements and accounts are called by those whose credit it is.

REP-3 A transfer to a customer is the partner's use, marked "transferred to"; whom stands beside it.
"""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext, pgettext_lazy

from kanal.kit.ids import public_id
from kanal.ledger.flows import Kind
from kanal.ledger.models import Account
from kanal.reports.figures import IN, OUT
from kanal.reports.models import Action, Movement

RETURNED = "wallet.returned"
ACCOUNTS: dict[Kind, Promise] = {
    Kind.WALLET: pgettext_lazy("credit account", "Wallet"),
    Kind.LINE: pgettext_lazy("credit account", "Credit line"),
    Kind.POOL: pgettext_lazy("credit account", "Pool of credit lines"),
    Kind.PROMO: pgettext_lazy("credit account", "Promotional credit"),
    Kind.POC: pgettext_lazy("credit account", "Trial credit"),
}


def account_in_words(account: Account) -> str:
    """With its currency, and a grant by the end of its number: one can have several."""
    currency = account.currency.removeprefix("LIMIT_")
    grant = f" · {account.detail[-6:]}" if account.detail else ""
    return f"{ACCOUNTS[Kind(account.kind)]} {currency}{grant}"


def action_in_words(row: Movement) -> str:
    match row.action, row.act == RETURNED:
        case Action.GIVEN, False:
            return pgettext("credit", "Transferred to")
        case Action.GIVEN, True:
            return pgettext("credit", "Returned to")
        case Action.RECEIVED, False:
            return pgettext("credit", "Topped up by")
        case Action.RECEIVED, True:
            return pgettext("credit", "Returned by")
        case action, _known:
            return str(Action(action).label) if action in Action else str(action)


def description_of(row: Movement) -> str:
    return _("Correction: %(note)s") % {"note": row.note} if row.is_correction and row.note else row.note


def code_of(row: Movement) -> str:
    """CRED-5 One code for both sides."""
    return public_id("trf", row.id, row.book_id)


OF_KIND: dict[Kind, tuple[Action, ...]] = {
    Kind.WALLET: (*IN, *OUT),
    Kind.PROMO: (Action.GRANTED, Action.SPENT, Action.REFUNDED, Action.LAPSED, Action.TAX_SET_APART),
    Kind.POC: (Action.GRANTED, Action.SPENT, Action.REFUNDED, Action.LAPSED),
    Kind.LINE: (Action.ALLOCATED, Action.WITHDRAWN, Action.USED, Action.FREED),
    Kind.POOL: (Action.GRANTED, Action.REDUCED, Action.ALLOCATED, Action.WITHDRAWN),
}


def actions_of(account: Account | None) -> list[tuple[str, Promise]]:
    """What can happen to it, for a filter."""
    return [(action.value, action.label) for action in OF_KIND[Kind(account.kind)]] if account else []
