"""What an organization must be to become a partner, as a list for the page and as a refusal for the verbs.

PROG-1 Only an ENTERPRISE organization that is nobody's customer applies to be a partner.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from kanal.identity.models import Organization
from kanal.kit.refusal import Refusal


@dataclass(frozen=True, slots=True)
class Condition:
    """`label` states it as it must be, in the reader's language."""

    code: str
    label: str
    met: bool


@dataclass(eq=False)
class CannotBePartner(Refusal):
    code = "cannot_be_partner"
    name: str
    conditions: Sequence[str]
    missing: str

    def __str__(self) -> str:
        return _("%(name)s cannot become a partner as long as this is not so: %(missing)s.") % self.words()


def conditions_of(organization: Organization) -> list[Condition]:
    """Asked when applying, and again when the desk approves: much can change in three days."""
    seller = organization.seller
    return [
        Condition(
            "ENTERPRISE",
            _("It is registered as an enterprise"),
            organization.legal_form == Organization.LegalForm.ENTERPRISE,
        ),
        Condition(
            "NOBODYS_CUSTOMER",
            _("It buys from the provider directly, not from a partner"),
            seller is not None and seller.is_the_provider,
        ),
        Condition(
            "NOT_A_PARTNER",
            _("It is not a partner already"),
            organization.kind == Organization.Kind.CUSTOMER,
        ),
    ]


def check_conditions(organization: Organization) -> None:
    """Called under the organization's lock, so that none of them changes until the caller is done."""
    missing = [condition for condition in conditions_of(organization) if not condition.met]
    if missing:
        raise CannotBePartner(
            name=organization.name,
            conditions=[condition.code for condition in missing],
            missing="; ".join(condition.label for condition in missing),
        )
