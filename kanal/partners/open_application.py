"""An application that waits, read again under the locks that decide about it."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from kanal.kit.locked import locked
from kanal.kit.refusal import Refusal
from kanal.partners.models import PartnerApplication


@dataclass(eq=False)
class ApplicationDecided(Refusal):
    """Somebody was faster: which way it went, and who said so."""

    code = "application_decided"
    name: str
    state: str
    by: str

    def __str__(self) -> str:
        sentences = {
            PartnerApplication.State.APPROVED: _("%(by)s has approved %(name)s already; open the partner's page."),
            PartnerApplication.State.REJECTED: _(
                "%(by)s has rejected the application of %(name)s already; it may apply again."
            ),
            PartnerApplication.State.WITHDRAWN: _(
                "%(by)s has withdrawn the application of %(name)s; there is nothing to decide."
            ),
        }
        return sentences[PartnerApplication.State(self.state)] % self.words()


def locked_open_application(application: PartnerApplication) -> PartnerApplication:
    """The organization first, always: whoever applies or decides about it does so in one line."""
    organization = locked(application.organization)
    application = locked(application)
    application.organization = organization
    if not application.is_open:
        raise ApplicationDecided(name=organization.name, state=application.state, by=str(application.decided_by))
    return application
