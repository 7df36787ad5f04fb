"""What only the provider's staff may do, whoever asks and by whatever way (ID-5)."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from kanal.identity.queries import the_provider
from kanal.kit.actor import Actor
from kanal.kit.refusal import Refusal


@dataclass(eq=False)
class OnlyTheDesk(Refusal):
    code = "only_the_desk"

    def __str__(self) -> str:
        return _("Only the provider's staff can do this. Write to them and say why you need it.")


def check_is_the_desk(by: Actor) -> None:
    provider = the_provider()
    if provider is None or by.organization_id != provider.id:
        raise OnlyTheDesk
