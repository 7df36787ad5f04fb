"""Change a contract: the new version stands beside the old one, which stays as it was.

CONTR-1 A change is a new version.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from kanal.identity.acting import acting_person
from kanal.identity.change_billing_default import ReasonMissing
from kanal.identity.desk_only import check_is_the_desk
from kanal.kit.actor import Actor
from kanal.kit.locked import locked
from kanal.kit.refusal import Refusal
from kanal.partners.contract_facts import ContractFacts, checked_facts
from kanal.partners.models import Contract
from kanal.partners.note_contract import Paper, note_contract
from kanal.partners.queries import newest_version


@dataclass(eq=False)
class ContractChangedMeanwhile(Refusal):
    code = "contract_changed_meanwhile"
    number: str
    version: int
    by: str

    def __str__(self) -> str:
        return (
            _("%(by)s has recorded version %(version)d of contract %(number)s meanwhile. Look at it, and change that.")
            % self.words()
        )


@transaction.atomic
def replace_contract(
    *,
    contract: Contract,
    facts: ContractFacts,
    why: str,
    papers: Sequence[Paper] = (),
    by: Actor,
    at: datetime,
) -> Contract:
    """`contract` is the version that was looked at. Neither a fact nor a paper more is no change."""
    partner = locked(contract.partner)
    check_is_the_desk(by)
    newest = newest_version(contract)
    if newest.id != contract.id:
        raise ContractChangedMeanwhile(number=newest.number, version=newest.version, by=str(newest.recorded_by))
    before = ContractFacts.of(newest)
    checked = checked_facts(facts, kind=newest.kind, partner=partner, line=newest.line)
    if checked == before and not papers:
        return newest
    if not why.strip():
        raise ReasonMissing
    changed = Contract.objects.create(
        line=newest.line,
        version=newest.version + 1,
        replaces=newest,
        partner=partner,
        kind=newest.kind,
        recorded_by=acting_person(by),
        recorded_at=at,
        why=why.strip(),
        **checked.facts(),
    )
    note_contract("changed", changed, papers=papers, old=before.facts(), by=by, at=at)
    return changed
