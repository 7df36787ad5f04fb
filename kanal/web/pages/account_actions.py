"""What a partner can do with one of its accounts now, and why not with the rest: the same in the list and on its page.

LINK-4 What is possible follows the state; an invitation can be sent again at most once in 3 minutes.
ID-8   Administrators and sales add and rename; administrators assign and unlink.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TypeAlias

from django.urls import reverse
from django.utils import formats, timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from kanal.customers.models import Account, CustomerLink
from kanal.identity.permissions import Permission
from kanal.onboarding.resend_customer_invitation import PAUSE
from kanal.web.pages.account_parts import ACTIONS
from kanal.web.parts.shapes import Action
from kanal.web.request import PortalRequest

May, State = Permission, CustomerLink.State
OVER = {State.DECLINED, State.NO_RESPONSE, State.REJECTED, State.UNLINKED, State.WITHDRAWN}
Row: TypeAlias = "Account | CustomerLink"


def actions_of(request: PortalRequest, row: Row) -> list[Action]:
    """The one most wanted last, where the eye looks for it."""
    of_rooms = [action for offer in ACTIONS for action in offer(request, row)]
    return [*of_rooms, _assign(request, row), _rename(request, row), *_of_standing(request, row)]


def _of_standing(request: PortalRequest, row: Row) -> list[Action]:
    match row.standing(request.at):
        case State.AWAITING_CUSTOMER:
            return [_withdraw(request, row), _again(request, row)]
        case State.AWAITING_PROVIDER:
            reason = _("The customer has accepted. The provider decides next; nothing is to be sent.")
            return [_withdraw(request, row), Action(_("Send again"), icon="send", reason=reason)]
        case State.CONFIRMED:
            return [_unlink(request, row)]
        case _:
            return [_add_again(request, row)]


def managing(request: PortalRequest, action: Action) -> Action:
    if May.CUSTOMERS_MANAGE in request.permissions:
        return action
    return replace(action, url="", reason=_("Only an administrator or sales does this."))


def heading(request: PortalRequest, action: Action, may: Permission) -> Action:
    if may in request.permissions:
        return action
    return replace(action, url="", reason=_("Only an administrator does this."))


def _again(request: PortalRequest, row: Row) -> Action:
    action = Action(_("Send again"), _url("again", row), icon="send", kind="primary", is_asked=True)
    if row.sent_at is not None and request.at < row.sent_at + PAUSE:
        at = formats.time_format(timezone.localtime(row.sent_at + PAUSE), "TIME_FORMAT")
        reason = _("It was sent a moment ago. It can be sent again from %(time)s on.") % {"time": at}
        action = replace(action, url="", reason=reason)
    return managing(request, action)


def _withdraw(request: PortalRequest, row: Row) -> Action:
    return managing(request, Action(_("Withdraw"), _url("withdraw", row), icon="undo-2", kind="danger", is_asked=True))


def _rename(request: PortalRequest, row: Row) -> Action:
    return managing(request, Action(_("Rename"), _url("rename", row), icon="pencil", is_asked=True))


def _assign(request: PortalRequest, row: Row) -> Action:
    action = Action(_("Assign"), _url("assign", row), icon="user-check", is_asked=True)
    return heading(request, action, May.CUSTOMERS_ASSIGN)


def _unlink(request: PortalRequest, row: Row) -> Action:
    return heading(request, Action(_("Unlink"), _url("unlink", row), icon="unlink"), May.CUSTOMERS_UNLINK)


def _add_again(request: PortalRequest, row: Row) -> Action:
    named = row.name if isinstance(row, Account) else row.friendly_name
    url = f"{reverse('partner_add_customers')}?{urlencode({'email': row.email, 'name': named})}"
    return managing(request, Action(_("Add again"), url, icon="user-plus", kind="primary"))


def _url(act: str, row: Row) -> str:
    return reverse(f"partner_account_{act}", args=[row.id])
