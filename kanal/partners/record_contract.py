"""Record a contract with a partner, with its papers.

CONTR-1 The desk records a partner's contracts: frame or deal appendix, number, signed, from and to, payment terms in
        days, capped or uncapped pool, overdue policy, files.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from kanal.identity.acting import acting_person
from kanal.identity.desk_only import check_is_the_desk
from kanal.identity.models import Organization
from kanal.kit.actor import Actor
from kanal.kit.ids import uuid7
from kanal.kit.locked import locked
from kanal.kit.refusal import Refusal
from kanal.partners.contract_facts import ContractFacts, checked_facts
from kanal.partners.models import Contract
from kanal.partners.note_contract import Paper, note_contract
from kanal.partners.queries import partner_of


@dataclass(eq=False)
class NotAPartner(Refusal):
    code = "not_a_partner"
    name: str

    def __str__(self) -> str:
        return _("%(name)s is not a partner; approve its application first.") % self.words()


@transaction.atomic
def record_contract(
    *,
    partner: Organization,
    kind: Contract.Kind,
    facts: ContractFacts,
    papers: Sequence[Paper] = (),
    by: Actor,
    at: datetime,
) -> Contract:
    partner = locked(partner)
    check_is_the_desk(by)
    if partner_of(partner) is None:
        raise NotAPartner(name=partner.name)
    checked = checked_facts(facts, kind=kind, partner=partner, line=None)
    id_ = uuid7()
    contract = Contract.objects.create(
        id=id_,
        line=id_,
        version=1,
        partner=partner,
        kind=kind,
        recorded_by=acting_person(by),
        recorded_at=at,
        **checked.facts(),
    )
    note_contract("recorded", contract, papers=papers, old={}, by=by, at=at)
    return contract
