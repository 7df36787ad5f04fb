"""What follows from a recorded version: its papers, its warnings, the record, and who hears of it.

CONTR-1 Files belong to the version that brought them.
CONTR-2 Its end is warned of 60, 30 and 7 days before.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from kanal.audit.record import record
from kanal.identity.permissions import Permission
from kanal.kit.actor import Actor
from kanal.kit.files import TakenFile, stored
from kanal.notices.tell import tell
from kanal.partners.contract_facts import ContractFacts
from kanal.partners.links import PARTNER_CONTRACT_PAGE, desk_contract_page
from kanal.partners.models import Contract, ContractFile
from kanal.partners.plan_warnings import plan_warnings
from kanal.partners.readers import account_manager_or, heads_of
from kanal.partners.subjects import contract_subject


@dataclass(frozen=True, slots=True)
class Paper:
    """A file that was taken in; what is internal the partner never sees."""

    file: TakenFile
    is_internal: bool = False


def note_contract(
    how: Literal["recorded", "changed"],
    contract: Contract,
    /,
    *,
    papers: Sequence[Paper],
    old: Mapping[str, object],
    by: Actor,
    at: datetime,
) -> None:
    """Only the verbs that record a version call it, each inside its own transaction."""
    for paper in papers:
        ContractFile.objects.create(contract=contract, file=stored(paper.file, at=at), is_internal=paper.is_internal)
    plan_warnings(contract)
    new = ContractFacts.of(contract).facts()
    record(
        f"contract.{how}",
        contract_subject(contract),
        by=by,
        at=at,
        book_id=contract.partner.book_id,
        organization_id=contract.partner_id,
        old={name: value for name, value in old.items() if new[name] != value},
        new={name: value for name, value in new.items() if not old or old[name] != value}
        | {"version": contract.version, "files": [paper.file.name for paper in papers]},
        why=contract.why,
    )
    _tell_both_sides(contract, at=at)


def _tell_both_sides(contract: Contract, *, at: datetime) -> None:
    """The reason is the desk's own; the partner reads what holds from now on."""
    partner = contract.partner
    sides = (
        ("partner", heads_of(partner), PARTNER_CONTRACT_PAGE),
        ("desk", account_manager_or(partner, Permission.CONTRACTS_MANAGE), desk_contract_page(contract)),
    )
    for side, readers, link in sides:
        tell(
            "contract_recorded",
            to=readers,
            facts={
                "organization": partner.name,
                "number": contract.number,
                "version": contract.version,
                "from_on": contract.from_on,
                "to_on": contract.to_on,
            },
            cause=f"contract_recorded:{contract.id}:{side}",
            at=at,
            link=link,
            book_id=partner.book_id,
        )
