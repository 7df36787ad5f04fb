"""Whom to tell of what the desk does with a wallet.

CRED-7 Who in finance may sign is told that something waits; the organization is told once it is done.
"""

from datetime import datetime

from kanal.credit.links import DESK_FUNDING_PAGE, MY_CREDIT_PAGE, PARTNER_CREDIT_PAGE
from kanal.credit.models import DeskOrder
from kanal.identity.models import Organization
from kanal.identity.permissions import Permission
from kanal.identity.readers import readers_who_may
from kanal.notices.tell import tell
from kanal.partners.readers import desk_readers

TOLD = {
    DeskOrder.Kind.FUNDING: "wallet_funded",
    DeskOrder.Kind.ADVANCE: "credit_advanced",
    DeskOrder.Kind.REPAYMENT: "advance_repaid",
    DeskOrder.Kind.REVERSAL: "funding_reversed",
    DeskOrder.Kind.PROMO: "grant_given",
    DeskOrder.Kind.POC: "grant_given",
    DeskOrder.Kind.POOL: "pool_granted",
    DeskOrder.Kind.POOL_CUT: "pool_reduced",
}


def tell_of_waiting(order: DeskOrder, organization: Organization, *, at: datetime) -> None:
    signers = [each for each in desk_readers(Permission.CREDIT_FUND) if str(each.person_id) != order.asked_by]
    tell(
        "desk_order_waiting",
        to=signers,
        facts=_facts(order, organization) | {"asked_by": order.asked_by_name},
        cause=f"desk_order:{order.id}:waiting",
        at=at,
        link=DESK_FUNDING_PAGE,
        book_id=order.book_id,
    )


def tell_organization(order: DeskOrder, organization: Organization, *, at: datetime) -> None:
    is_partner = organization.kind == Organization.Kind.PARTNER
    tell(
        TOLD[DeskOrder.Kind(order.kind)],
        to=readers_who_may(organization, Permission.FUNDING_ASK),
        facts=_facts(order, organization),
        cause=f"desk_order:{order.id}",
        at=at,
        link=PARTNER_CREDIT_PAGE if is_partner else MY_CREDIT_PAGE,
        book_id=order.book_id,
    )


def _facts(order: DeskOrder, organization: Organization) -> dict[str, object]:
    return {
        "amount": order.money,
        "kind": order.kind,
        "organization": organization.name,
        "note": order.note,
        "why": order.why,
        "ends_at": order.ends_at,
    }
