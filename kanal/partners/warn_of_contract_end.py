"""Tell that a contract ends soon, at the moments that were planned when it was recorded.

CONTR-2 60, 30 and 7 days before a contract ends, the desk's account manager and the partner's admins are told.

One transaction writes one book (R11), so each warning has its own.
"""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from kanal.identity.permissions import Permission
from kanal.kit.period import local_date
from kanal.notices.tell import tell
from kanal.partners.links import PARTNER_CONTRACT_PAGE, desk_contract_page
from kanal.partners.models import ContractWarning
from kanal.partners.readers import account_manager_or, heads_of


def next_contract_to_warn_of(until: datetime) -> datetime | None:
    return _due(until).order_by("due_at").values_list("due_at", flat=True).first()


def warn_of_contract_ends(*, at: datetime) -> None:
    for id_ in list(_due(at).values_list("id", flat=True)):
        with transaction.atomic():
            for warning in _due(at).select_for_update(no_key=True).filter(id=id_):
                _tell(warning, at=at)


def _due(at: datetime) -> QuerySet[ContractWarning]:
    return ContractWarning.objects.filter(told_at=None, due_at__lte=at).order_by("due_at", "id")


def _tell(warning: ContractWarning, *, at: datetime) -> None:
    """The days are counted anew: recorded late, there are fewer left than the warning is named for."""
    warning.told_at = at
    warning.save(update_fields=["told_at"])
    contract = warning.contract
    partner = contract.partner
    today = local_date(at, ZoneInfo(settings.TIME_ZONE))
    sides = (
        ("partner", heads_of(partner), PARTNER_CONTRACT_PAGE),
        ("desk", account_manager_or(partner, Permission.CONTRACTS_MANAGE), desk_contract_page(contract)),
    )
    for side, readers, link in sides:
        tell(
            "contract_ending",
            to=readers,
            facts={
                "organization": partner.name,
                "number": contract.number,
                "to_on": contract.to_on,
                "days": (contract.to_on - today).days + 1,
            },
            cause=f"contract_ending:{contract.line}:{warning.ends_on}:{warning.days_before}:{side}",
            at=at,
            link=link,
            book_id=partner.book_id,
        )
