"""Every kind of message there is. To add one: an entry here and `templates/notices/<name>/`, that is all.

The folder holds `subject.txt` (one line, also the title in the portal), `text.txt` and `html.html`, which extend
`notices/layout.txt` and `notices/layout.html` and fill their blocks. They are rendered in the reader's language with
the facts of the telling by name, and `reader_name`, `link` (absolute) and `public_url`. Dates, moments and money keep
their kind on the way, so that `{{ ends_at|date:"SHORT_DATETIME_FORMAT" }}` and `{{ amount }}` read right in both
languages.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

EVERYBODY: frozenset[str] = frozenset()
DESK = frozenset({"PROVIDER"})
PARTNERS = frozenset({"PARTNER"})
CUSTOMERS = frozenset({"CUSTOMER"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """`secret`: its mail carries a link that opens something, so it is never shown at the desk nor kept once sent.

    `whom`: the kinds of organization whose people it is ever told; of the others nobody is asked whether they want it.
    """

    name: str
    label: str | Promise
    mail: bool = True
    in_app: bool = True
    can_be_off: bool = True
    secret: bool = False
    whom: frozenset[str] = EVERYBODY

    def is_told_at(self, kinds_of_organization: Iterable[str]) -> bool:
        return not self.whom or bool(self.whom & set(kinds_of_organization))


class UnknownKind(LookupError):
    """A defect of the program: somebody tells of what nobody described."""


KINDS: dict[str, Kind] = {}


def describe(kinds: Iterable[Kind]) -> None:
    for kind in kinds:
        assert kind.name not in KINDS, f"{kind.name} is described twice"
        assert kind.mail or kind.in_app, f"{kind.name} would reach nobody"
        assert not (kind.secret and kind.in_app), f"{kind.name}: a secret link belongs in the mail alone"
        KINDS[kind.name] = kind


def kind_of(name: str) -> Kind:
    try:
        return KINDS[name]
    except KeyError:
        raise UnknownKind(f"no kind of message is called {name!r}; describe it in kanal/notices/kinds.py") from None


def kind_in_words(name: str) -> str:
    return str(KINDS[name].label) if name in KINDS else name.replace("_", " ")


def is_secret(name: str) -> bool:
    """Also for what was told by an earlier version of the house, which may have had other kinds."""
    return name in KINDS and KINDS[name].secret


describe(
    [
        Kind(name="verify_email", label=_("Confirm your e-mail address"), in_app=False, can_be_off=False, secret=True),
        Kind(name="reset_password", label=_("Choose a new password"), in_app=False, can_be_off=False, secret=True),
        Kind(name="account_exists", label=_("You already have an account"), in_app=False, can_be_off=False),
        Kind(name="no_account", label=_("There is no account with this address"), in_app=False, can_be_off=False),
        Kind(
            name="change_email", label=_("Confirm your new e-mail address"), in_app=False, can_be_off=False, secret=True
        ),
        Kind(name="email_changed", label=_("Your e-mail address was changed"), can_be_off=False),
        Kind(name="password_changed", label=_("Your password was changed"), can_be_off=False),
        Kind(name="new_device", label=_("A sign-in from a new device")),
        Kind(name="totp_turned_on", label=_("An authenticator app was set up"), can_be_off=False),
        Kind(name="totp_turned_off", label=_("The authenticator app was turned off"), can_be_off=False),
        Kind(name="passkey_added", label=_("A passkey was added"), can_be_off=False),
        Kind(name="passkey_removed", label=_("A passkey was removed"), can_be_off=False),
        Kind(name="recovery_codes_made", label=_("New recovery codes were made"), can_be_off=False),
        Kind(name="mail_trouble", label=_("Mail could not be sent"), mail=False, whom=DESK),
    ]
)

# People and organizations.
describe(
    [
        Kind(name="colleague_invited", label=_("Invitation"), in_app=False, can_be_off=False, secret=True),
        Kind(name="invitation_accepted", label=_("A colleague accepted your invitation")),
        Kind(name="invitation_declined", label=_("A colleague declined your invitation")),
        Kind(name="invitation_expiring", label=_("An invitation of yours is not answered")),
        Kind(name="roles_changed", label=_("Your roles have changed"), can_be_off=False),
        Kind(name="membership_ended", label=_("You no longer work for an organization"), can_be_off=False),
        Kind(name="api_key_made", label=_("An API key was made"), can_be_off=False),
        Kind(name="api_key_expiring", label=_("An API key ends soon")),
        Kind(name="api_key_expired", label=_("An API key has ended")),
        Kind(name="billing_default_changed", label=_("The billing default has changed"), can_be_off=False),
    ]
)

# The partner programme.
describe(
    [
        Kind(name="partner_application_received", label=_("Your application to be a partner"), can_be_off=False),
        Kind(name="partner_application_waiting", label=_("An application waits for the desk"), whom=DESK),
        Kind(name="partner_application_approved", label=_("Your application was approved"), can_be_off=False),
        Kind(name="partner_joined", label=_("An organization became a partner"), whom=DESK),
        Kind(name="partner_application_rejected", label=_("An application was rejected"), can_be_off=False),
        Kind(name="partner_application_withdrawn", label=_("An application was withdrawn")),
        Kind(name="partner_application_overdue", label=_("An application is overdue"), can_be_off=False, whom=DESK),
        Kind(name="account_manager_assigned", label=_("An account manager was assigned")),
        Kind(name="contract_recorded", label=_("A contract was recorded or changed")),
        Kind(name="contract_ending", label=_("A contract ends soon"), can_be_off=False),
        Kind(name="own_organization_waiting", label=_("A partner adds an organization of its own"), whom=DESK),
        Kind(name="own_organization_confirmed", label=_("An own organization was confirmed")),
        Kind(name="own_organization_rejected", label=_("An own organization was not confirmed")),
        Kind(name="own_organization_withdrawn", label=_("An own organization is no longer to be added")),
    ]
)

# Partners and their customers.
describe(
    [
        Kind(
            name="customer_invited",
            label=_("A partner asks you to be its customer"),
            in_app=False,
            can_be_off=False,
            secret=True,
        ),
        Kind(
            name="customer_asked_to_register",
            label=_("A partner asks you to register"),
            in_app=False,
            can_be_off=False,
            secret=True,
        ),
        Kind(name="partner_accepted", label=_("You accepted a partner"), can_be_off=False, whom=CUSTOMERS),
        Kind(name="partner_withdrew", label=_("A partner took its invitation back"), in_app=False, can_be_off=False),
        Kind(name="customer_link_accepted", label=_("A customer accepted your invitation"), whom=PARTNERS),
        Kind(name="customer_link_declined", label=_("A customer declined your invitation"), whom=PARTNERS),
        Kind(name="customer_links_unanswered", label=_("Invitations of customers were not answered"), whom=PARTNERS),
        Kind(name="customer_link_waiting", label=_("A customer of a partner waits for the desk"), whom=DESK),
        Kind(
            name="customer_link_withdrawn", label=_("A customer of a partner no longer waits for the desk"), whom=DESK
        ),
        Kind(name="customer_link_confirmed", label=_("A customer was confirmed"), can_be_off=False),
        Kind(name="customer_link_rejected", label=_("A customer was rejected"), can_be_off=False),
        Kind(name="customer_assigned", label=_("You look after a customer"), whom=PARTNERS),
        Kind(name="customers_added", label=_("Customers were added from a file"), whom=PARTNERS),
        Kind(
            name="unlink_asked", label=_("The other side asks to unlink"), can_be_off=False, whom=PARTNERS | CUSTOMERS
        ),
        Kind(name="unlink_taken_back", label=_("The other side no longer asks to unlink"), whom=PARTNERS | CUSTOMERS),
        Kind(name="unlink_refused", label=_("The other side does not agree to unlink"), whom=PARTNERS | CUSTOMERS),
        Kind(name="customer_unlinked", label=_("A customer and its partner were unlinked"), can_be_off=False),
    ]
)

# Credit.
describe(
    [
        Kind(name="wallet_topped_up", label=_("Your wallet was topped up"), whom=CUSTOMERS),
        Kind(name="wallet_taken_back", label=_("Your partner took credit back"), can_be_off=False, whom=CUSTOMERS),
        Kind(name="wallet_funded", label=_("Your wallet was funded"), whom=PARTNERS | CUSTOMERS),
        Kind(
            name="credit_advanced", label=_("Credit was advanced to you"), can_be_off=False, whom=PARTNERS | CUSTOMERS
        ),
        Kind(name="advance_repaid", label=_("An advance was repaid"), whom=PARTNERS | CUSTOMERS),
        Kind(name="funding_reversed", label=_("A funding was reversed"), can_be_off=False, whom=PARTNERS | CUSTOMERS),
        Kind(name="grant_given", label=_("You were granted credit"), whom=PARTNERS | CUSTOMERS),
        Kind(name="wallet_frozen", label=_("Your wallet was frozen"), can_be_off=False, whom=PARTNERS | CUSTOMERS),
        Kind(name="wallet_unfrozen", label=_("Your wallet is open again"), can_be_off=False, whom=PARTNERS | CUSTOMERS),
        Kind(name="credit_asked_for", label=_("A customer asks for credit"), whom=PARTNERS),
        Kind(name="credit_request_declined", label=_("Your request for credit was declined"), whom=CUSTOMERS),
        Kind(name="pool_asked_for", label=_("A partner asks for a larger pool"), whom=DESK),
        Kind(name="pool_request_declined", label=_("Your request for a pool was declined"), whom=PARTNERS),
        Kind(name="pool_granted", label=_("Your pool was raised"), whom=PARTNERS),
        Kind(name="pool_reduced", label=_("Your pool was reduced"), can_be_off=False, whom=PARTNERS),
        Kind(name="line_raised", label=_("Your credit line was raised"), whom=CUSTOMERS),
        Kind(name="line_lowered", label=_("Your credit line was lowered"), can_be_off=False, whom=CUSTOMERS),
        Kind(name="temporary_line_ending", label=_("A temporary line ends soon"), whom=PARTNERS | CUSTOMERS),
        Kind(name="purchases_stopped", label=_("New purchases were stopped"), can_be_off=False, whom=CUSTOMERS),
        Kind(name="purchases_allowed", label=_("New purchases are allowed again"), whom=CUSTOMERS),
        Kind(name="line_warning", label=_("A credit line is nearly used up"), whom=PARTNERS | CUSTOMERS),
        Kind(name="wallet_warning", label=_("A wallet is nearly empty"), whom=PARTNERS | CUSTOMERS),
        Kind(name="desk_order_waiting", label=_("A credit order waits for a second person"), whom=DESK),
    ]
)
