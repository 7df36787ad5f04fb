"""What the tests of contracts begin with."""

from collections.abc import Sequence
from datetime import date, datetime

from kanal.kit.file_kinds import DOCUMENTS
from kanal.kit.files import MEBIBYTE, take_in
from kanal.partners.contract_facts import ContractFacts
from kanal.partners.models import Contract
from kanal.partners.note_contract import Paper
from kanal.partners.record_contract import record_contract
from tests.world import World


def facts(**said: object) -> ContractFacts:
    whole: dict[str, object] = {
        "number": "HĐ-2026/01",
        "signed_on": date(2026, 3, 10),
        "from_on": date(2026, 3, 15),
        "to_on": date(2027, 3, 14),
    }
    return ContractFacts(**{**whole, **said})  # type: ignore[arg-type]


def a_contract(
    world: World,
    at: datetime,
    *,
    kind: Contract.Kind = Contract.Kind.FRAME,
    papers: Sequence[Paper] = (),
    **said: object,
) -> Contract:
    return record_contract(
        partner=world.sao_mai, kind=kind, facts=facts(**said), papers=papers, by=world.acting(world.minh), at=at
    )


def a_paper(name: str = "hop-dong.pdf", *, internal: bool = False) -> Paper:
    content = f"%PDF-1.7 {name}".encode()
    return Paper(take_in([content], name=name, largest=MEBIBYTE, kinds=DOCUMENTS), is_internal=internal)
