"""Every try to sign in to this person's account.

ID-3  Every attempt, good or bad, is listed for its owner with time, address, device and outcome.
"""

from __future__ import annotations

from django.http.response import HttpResponseBase
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from kanal.identity import queries
from kanal.identity.models import SignInAttempt
from kanal.kit.device import name_of_device
from kanal.web.access import own_page
from kanal.web.account.attempts import LINK, PASSKEY, PASSWORD, RECOVERY_CODE, TOTP
from kanal.web.listing import Choice, Column, Empty, Kind, Listing, Status
from kanal.web.request import OwnRequest

METHODS: dict[str, str | Promise] = {
    PASSWORD: _("Password"),
    PASSKEY: _("Passkey"),
    TOTP: _("Code from an app"),
    RECOVERY_CODE: _("Recovery code"),
    LINK: _("Link in a mail"),
}

SIGN_INS = Listing[SignInAttempt](
    name="sign_ins",
    title=_("Sign-in history"),
    columns=[
        Column("tried", _("Time"), lambda row: row.tried_at, kind=Kind.MOMENT, sort="tried_at"),
        Column(
            "outcome",
            _("Outcome"),
            lambda row: Status(row.outcome, row.get_outcome_display()),
            kind=Kind.BADGE,
        ),
        Column("method", _("By"), lambda row: METHODS.get(row.method, row.method)),
        Column("device", _("Device"), lambda row: name_of_device(row.device)),
        Column("address", _("IP address"), lambda row: row.address, kind=Kind.CODE),
    ],
    order="-tried",
    filters=[
        Choice("outcome", _("Outcome"), SignInAttempt.Outcome.choices, lambda rows, code: rows.filter(outcome=code))
    ],
    empty=Empty(_("Nothing yet"), _("Every time somebody tries to sign in to your account, it is listed here.")),
)


@own_page
@require_safe
def sign_ins(request: OwnRequest) -> HttpResponseBase:
    return SIGN_INS.answer(request, queries.sign_ins_of(request.person), "account/sign_ins.html")
