"""Confirm that an organization is a partner's own, or end the asking without that.

PROG-5 Confirmed by the desk, it belongs to the partner's book and stands in its lists under "own".
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.db import transaction
from django.utils.translation import gettext as _

from kanal.audit.record import record
from kanal.identity.acting import acting_person
from kanal.identity.change_billing_default import ReasonMissing
from kanal.identity.desk_only import check_is_the_desk
from kanal.identity.links import link_in
from kanal.identity.permissions import Permission
from kanal.identity.place_under import place_under
from kanal.identity.queries import the_provider
from kanal.kit.actor import Actor
from kanal.kit.locked import locked
from kanal.kit.refusal import Refusal
from kanal.notices.tell import Reader, tell
from kanal.partners.add_own_organization import check_can_be_own
from kanal.partners.links import PARTNER_OWN_PAGE, desk_own_page
from kanal.partners.models import OwnOrganization
from kanal.partners.readers import account_manager_or, heads_of
from kanal.partners.subjects import own_organization_subject


@dataclass(eq=False)
class OwnOrganizationDecided(Refusal):
    """Somebody was faster: which way it went, and who said so."""

    code = "own_organization_decided"
    name: str
    state: str
    by: str

    def __str__(self) -> str:
        sentences = {
            OwnOrganization.State.CONFIRMED: _("%(by)s has confirmed %(name)s already; nothing is left to do."),
            OwnOrganization.State.REJECTED: _("%(by)s has rejected %(name)s already; it may be added again."),
            OwnOrganization.State.WITHDRAWN: _("%(by)s has withdrawn %(name)s; there is nothing to decide."),
        }
        return sentences[OwnOrganization.State(self.state)] % self.words()


@transaction.atomic
def confirm_own_organization(*, own: OwnOrganization, by: Actor, at: datetime) -> OwnOrganization:
    """The provider's row first, as wherever the tree changes."""
    provider = the_provider()
    assert provider is not None, "there is no partner without a provider"
    locked(provider)
    own = _locked_open(own)
    check_is_the_desk(by)
    check_can_be_own(own.organization)
    own.organization = place_under(organization=own.organization, seller=own.partner, by=by, at=at)
    _decide("confirmed", own, by=by, at=at)
    return own


@transaction.atomic
def reject_own_organization(*, own: OwnOrganization, why: str, by: Actor, at: datetime) -> OwnOrganization:
    own = _locked_open(own)
    check_is_the_desk(by)
    if not why.strip():
        raise ReasonMissing
    own.why = why.strip()
    _decide("rejected", own, by=by, at=at)
    return own


@transaction.atomic
def withdraw_own_organization(*, own: OwnOrganization, by: Actor, at: datetime) -> OwnOrganization:
    own = _locked_open(own)
    _decide("withdrawn", own, by=by, at=at)
    return own


def _locked_open(own: OwnOrganization) -> OwnOrganization:
    organization = locked(own.organization)
    own = locked(own)
    own.organization = organization
    if not own.is_open:
        raise OwnOrganizationDecided(name=organization.name, state=own.state, by=str(own.decided_by))
    return own


def _decide(
    how: Literal["confirmed", "rejected", "withdrawn"], own: OwnOrganization, /, *, by: Actor, at: datetime
) -> None:
    own.state = OwnOrganization.State[how.upper()]
    own.decided_by, own.decided_at = acting_person(by), at
    own.save(update_fields=["state", "decided_by", "decided_at", "why"])
    record(
        f"own_organization.{how}",
        own_organization_subject(own),
        by=by,
        at=at,
        book_id=own.organization.book_id,
        organization_id=own.partner_id,
        old={"state": OwnOrganization.State.PENDING},
        new={"state": own.state},
        why=own.why,
    )
    for side, readers, link in _sides(own):
        tell(
            f"own_organization_{how}",
            to=readers,
            facts={
                "organization": own.organization.name,
                "partner": own.partner.name,
                "by": str(own.decided_by),
                "why": own.why,
            },
            cause=f"own_organization_{how}:{own.id}:{side}",
            at=at,
            link=link,
            book_id=own.organization.book_id,
        )


def _sides(own: OwnOrganization) -> list[tuple[str, list[Reader], str]]:
    """The organization may have owners who are not the partner's people: it is theirs too."""
    of_partner = heads_of(own.partner)
    told = {each.person_id for each in of_partner}
    others = [each for each in heads_of(own.organization) if each.person_id not in told]
    return [
        ("partner", of_partner, PARTNER_OWN_PAGE),
        ("organization", others, link_in(own.organization, "organization")),
        ("desk", account_manager_or(own.partner, Permission.OWN_ORGANIZATIONS_DECIDE), desk_own_page(own)),
    ]
