"""What accounts and acts are called by people at the desk."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kanal.ledger.flows import Kind

KINDS: dict[Kind, Promise] = {
    Kind.CASH: _("Cash"),
    Kind.REVENUE: _("Revenue"),
    Kind.TAX: _("Tax owed"),
    Kind.TAX_PREPAID: _("Tax prepaid"),
    Kind.PROMOTION: _("Promotion"),
    Kind.WALLET: _("Wallet"),
    Kind.PROMO: _("Promotional credit"),
    Kind.POC: _("Trial credit"),
    Kind.ADVANCE: _("Advance"),
    Kind.OWED: _("Owed to the seller"),
    Kind.OWED_COST: _("Owed at cost"),
    Kind.DUE: _("Due from customers"),
    Kind.MARGIN: _("Margin"),
    Kind.RECEIPTS: _("Receipts"),
    Kind.LIMIT_SOURCE: _("Limits granted"),
    Kind.POOL: _("Pool"),
    Kind.LINE: _("Line"),
    Kind.LINE_USED: _("Line used"),
    Kind.EXPOSURE: _("Exposure"),
    Kind.EXPOSURE_USED: _("Exposure used"),
    Kind.HOLDS: _("Holds"),
}
ACTS: dict[str, str | Promise] = {
    "transfer.reversed": _("Reversal"),
    "hold.expired": _("Hold expired"),
}


def kind_in_words(kind: str) -> str:
    return str(KINDS[Kind(kind)])


def act_in_words(act: str) -> str:
    """The rooms that move money add their acts; one without words is shown by its code."""
    return str(ACTS.get(act, act))
