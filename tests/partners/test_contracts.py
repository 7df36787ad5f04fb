"""CONTR-1 A partner's contracts: what they say, their versions and papers, and who sees what of them."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields
from datetime import UTC, date, datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import IntegrityError, ProgrammingError, connections, transaction

from kanal.identity.change_billing_default import ReasonMissing
from kanal.identity.desk_only import OnlyTheDesk
from kanal.kit.files import path_of
from kanal.kit.models import StoredFile
from kanal.partners.assign_account_manager import assign_account_manager
from kanal.partners.contract_facts import (
    ContractEndsBeforeItBegins,
    ContractNumberMissing,
    ContractNumberTaken,
    FrameContractsOverlap,
    PaymentTermsOutOfRange,
)
from kanal.partners.models import Contract, ContractFile
from kanal.partners.queries import (
    ContractForPartner,
    contract_file_seen_by,
    contract_in_force,
    contract_seen_by,
    contracts_for_partner,
    contracts_of,
    files_of,
    partner_of,
    versions_of,
)
from kanal.partners.record_contract import NotAPartner, record_contract
from kanal.partners.replace_contract import ContractChangedMeanwhile, replace_contract
from tests.partners.contracts import a_contract, a_paper, facts
from tests.world import World, a_world, records_of, tellings, told_to


@pytest.fixture
def world() -> World:
    return a_world()


def change(world: World, contract: Contract, at: datetime, **said: object) -> Contract:
    why = str(said.pop("why", "Phụ lục gia hạn"))
    return replace_contract(contract=contract, facts=facts(**said), why=why, by=world.acting(world.thu), at=at)


@pytest.mark.django_db
def test_a_contract_is_recorded_with_its_papers_and_both_sides_hear_of_it(world: World, noon: datetime) -> None:
    """CONTR-1"""
    contract = a_contract(
        world, noon, papers=[a_paper(), a_paper("thẩm định.pdf", internal=True)], internal_note="Cẩn thận"
    )

    assert (contract.version, contract.line, contract.replaces) == (1, contract.id, None)
    assert (contract.payment_terms_days, contract.is_capped, contract.overdue_policy) == (15, True, "RESTRICT")
    assert [paper.file.name for paper in files_of(contract, asker=world.sao_khue)] == ["hop-dong.pdf", "thẩm định.pdf"]
    assert all(path_of(file.digest).exists() for file in StoredFile.objects.all())
    assert told_to(world.sao_mai, "contract_recorded") == [
        "lan@saomai.example",
        "minh@saokhue.example",
        "thu@saokhue.example",
    ]
    [written] = records_of(world.sao_mai, "contract.recorded")
    assert written.new["number"] == "HĐ-2026/01"
    assert written.new["files"] == ["hop-dong.pdf", "thẩm định.pdf"]


@pytest.mark.django_db
def test_a_change_is_a_new_version_and_the_old_one_stays(world: World, noon: datetime) -> None:
    """CONTR-1"""
    first = a_contract(world, noon, papers=[a_paper()])
    second = replace_contract(
        contract=first,
        facts=facts(payment_terms_days=45),
        why=" Thỏa thuận mới ",
        papers=[a_paper("phu-luc.pdf")],
        by=world.acting(world.thu),
        at=noon + timedelta(days=1),
    )

    assert (second.version, second.line, second.replaces) == (2, first.id, first)
    assert [version.payment_terms_days for version in versions_of(second)] == [45, 15]
    assert list(contracts_of(world.sao_mai)) == [second]
    names = [paper.file.name for paper in files_of(second, asker=world.sao_khue)]
    assert names == ["phu-luc.pdf", "hop-dong.pdf"]
    [written] = records_of(world.sao_mai, "contract.changed")
    assert written.old == {"payment_terms_days": 15}
    assert written.new == {"payment_terms_days": 45, "version": 2, "files": ["phu-luc.pdf"]}
    assert written.why == "Thỏa thuận mới"


@pytest.mark.django_db
def test_nothing_new_is_no_version_and_a_change_says_why(world: World, noon: datetime) -> None:
    """CONTR-1"""
    contract = a_contract(world, noon)

    assert change(world, contract, noon, why="") == contract
    with pytest.raises(ReasonMissing):
        change(world, contract, noon, payment_terms_days=30, why=" ")
    assert versions_of(contract).count() == 1


@pytest.mark.django_db
def test_a_version_that_is_not_the_newest_is_not_changed(world: World, noon: datetime) -> None:
    """CONTR-1"""
    first = a_contract(world, noon)
    change(world, first, noon, payment_terms_days=30)

    with pytest.raises(ContractChangedMeanwhile) as refused:
        change(world, first, noon, payment_terms_days=60)
    assert (refused.value.version, refused.value.by) == (2, "Nguyễn Thị Thu")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("said", "refusal"),
    [
        ({"number": " \u200b "}, ContractNumberMissing),
        ({"number": "x" * 61}, ContractNumberMissing),
        ({"to_on": date(2026, 3, 14)}, ContractEndsBeforeItBegins),
        ({"payment_terms_days": 366}, PaymentTermsOutOfRange),
        ({"payment_terms_days": -1}, PaymentTermsOutOfRange),
    ],
)
def test_what_cannot_be_is_refused(world: World, noon: datetime, said: dict[str, Any], refusal: type) -> None:
    """CONTR-1, ALL-3"""
    with pytest.raises(refusal):
        a_contract(world, noon, **said)
    assert not Contract.objects.exists()


@pytest.mark.django_db
def test_a_contract_may_hold_for_a_single_day(world: World, noon: datetime) -> None:
    """CONTR-1"""
    contract = a_contract(world, noon, to_on=date(2026, 3, 15))

    assert contract.ends_at == datetime(2026, 3, 15, 17, tzinfo=UTC)
    assert contract.period.minutes == 24 * 60


@pytest.mark.django_db
def test_on_one_day_one_frame_contract_holds(world: World, noon: datetime) -> None:
    """CONTR-1"""
    first = a_contract(world, noon)
    with pytest.raises(FrameContractsOverlap) as refused:
        a_contract(world, noon, number="HĐ-2027/01", from_on=date(2027, 3, 14), to_on=date(2028, 3, 13))
    assert refused.value.number == "HĐ-2026/01"

    second = a_contract(world, noon, number="HĐ-2027/01", from_on=date(2027, 3, 15), to_on=date(2028, 3, 14))
    a_contract(world, noon, kind=Contract.Kind.DEAL_APPENDIX, number="PL-1")
    with pytest.raises(FrameContractsOverlap):
        change(world, first, noon, to_on=date(2027, 3, 15))
    assert change(world, first, noon, to_on=date(2027, 1, 31)).version == 2

    midnight = datetime(2027, 3, 14, 17, tzinfo=UTC)
    before, after = midnight - timedelta(seconds=1), midnight
    assert contract_in_force(world.sao_mai, before) is None
    assert contract_in_force(world.sao_mai, after) == second
    assert contract_in_force(world.sao_mai, noon) == contracts_of(world.sao_mai).get(line=first.line)
    assert contract_in_force(world.bien_dong, noon) is None


@pytest.mark.django_db
def test_a_number_is_given_once_to_a_partner(world: World, noon: datetime) -> None:
    """CONTR-1"""
    contract = a_contract(world, noon)
    with pytest.raises(ContractNumberTaken):
        a_contract(world, noon, kind=Contract.Kind.DEAL_APPENDIX, number="hđ-2026/01 ")
    assert change(world, contract, noon, number="HĐ-2026/01A").number == "HĐ-2026/01A"


@pytest.mark.django_db
def test_contracts_are_the_desks_and_with_partners(world: World, noon: datetime) -> None:
    """CONTR-1"""
    with pytest.raises(OnlyTheDesk):
        record_contract(
            partner=world.sao_mai, kind=Contract.Kind.FRAME, facts=facts(), by=world.acting(world.lan), at=noon
        )
    with pytest.raises(NotAPartner):
        record_contract(
            partner=world.hong_ha, kind=Contract.Kind.FRAME, facts=facts(), by=world.acting(world.thu), at=noon
        )
    contract = a_contract(world, noon)
    with pytest.raises(OnlyTheDesk):
        replace_contract(contract=contract, facts=facts(is_capped=False), why="x", by=world.acting(world.lan), at=noon)


@pytest.mark.django_db
def test_the_partner_reads_its_contract_without_what_is_the_desks_own(world: World, noon: datetime) -> None:
    """CONTR-1, ALL-1"""
    first = a_contract(world, noon, papers=[a_paper(), a_paper("noi-bo.pdf", internal=True)], internal_note="Cẩn thận")
    change(world, first, noon, payment_terms_days=30, internal_note="Rất cẩn thận", why="Họ trả chậm")

    [seen] = contracts_for_partner(world.sao_mai, noon)
    assert (seen.number, seen.payment_terms_days, seen.version, seen.is_in_force) == ("HĐ-2026/01", 30, 2, True)
    assert [paper.file.name for paper in seen.files] == ["hop-dong.pdf"]
    assert {field.name for field in fields(ContractForPartner)}.isdisjoint({"internal_note", "why", "recorded_by"})
    told = [
        telling for telling in tellings(world.sao_mai, "contract_recorded") if telling["link"].startswith("/partner")
    ]
    assert len(told) == 2
    assert "cẩn thận" not in str(told).lower()
    assert "trả chậm" not in str(told)


@pytest.mark.django_db
def test_another_partners_contract_does_not_exist(world: World, noon: datetime) -> None:
    """ALL-1"""
    contract = a_contract(world, noon, papers=[a_paper(), a_paper("noi-bo.pdf", internal=True)])
    plain, internal = ContractFile.objects.order_by("is_internal")

    assert contract_seen_by(world.bien_dong, contract.id) is None
    assert contracts_for_partner(world.bien_dong, noon) == []
    assert list(files_of(contract, asker=world.bien_dong)) == []
    assert contract_file_seen_by(world.bien_dong, plain.id) is None
    assert contract_file_seen_by(world.sao_mai, internal.id) is None
    assert contract_file_seen_by(world.sao_mai, plain.id) == plain
    assert contract_file_seen_by(world.sao_khue, internal.id) == internal
    assert contract_seen_by(world.sao_khue, contract.id) == contract_seen_by(world.sao_mai, contract.id) == contract


@pytest.mark.django_db
def test_a_version_is_never_rewritten(world: World, noon: datetime) -> None:
    """CONTR-1"""
    contract = a_contract(world, noon)
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        Contract.objects.filter(id=contract.id).update(is_capped=False)
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        Contract.objects.filter(id=contract.id)._raw_delete("default")


@pytest.mark.django_db
def test_the_database_counts_the_versions(world: World, noon: datetime) -> None:
    """CONTR-1"""
    contract = a_contract(world, noon)
    second = change(world, contract, noon, payment_terms_days=30)
    with pytest.raises(IntegrityError, match="versions_of_a_contract_are_counted"), transaction.atomic():
        Contract.objects.create(
            line=contract.line,
            version=2,
            replaces=second,
            partner=contract.partner,
            kind=contract.kind,
            recorded_by=world.thu,
            recorded_at=noon,
            why="x",
            **facts().facts(),
        )


def test_two_who_change_at_once_make_one_version_each_or_are_told(own_database: str, noon: datetime) -> None:
    """CONTR-1"""
    world = a_world()
    contract, ready = a_contract(world, noon), Barrier(2)

    def alter(days: int) -> str:
        ready.wait()
        try:
            change(world, contract, noon, payment_terms_days=days)
        except ContractChangedMeanwhile:
            return "told"
        finally:
            connections.close_all()
        return "changed"

    with ThreadPoolExecutor(2) as threads:
        assert sorted(threads.map(alter, [30, 60])) == ["changed", "told"]
    assert [version.version for version in versions_of(contract)] == [2, 1]


def test_two_frame_contracts_at_once_are_one(own_database: str, noon: datetime) -> None:
    """CONTR-1"""
    world = a_world()
    ready = Barrier(2)

    def add(number: str) -> str:
        ready.wait()
        try:
            a_contract(world, noon, number=number)
        except FrameContractsOverlap:
            return "overlaps"
        finally:
            connections.close_all()
        return "recorded"

    with ThreadPoolExecutor(2) as threads:
        assert sorted(threads.map(add, ["A", "B"])) == ["overlaps", "recorded"]
    assert Contract.objects.count() == 1


@pytest.mark.django_db
def test_the_account_manager_hears_of_it_alone(world: World, noon: datetime) -> None:
    """PROG-4"""
    partner = partner_of(world.sao_mai)
    assert partner is not None
    assign_account_manager(partner=partner, person=world.minh, by=world.acting(world.thu), at=noon)
    a_contract(world, noon)

    assert told_to(world.sao_mai, "contract_recorded") == ["lan@saomai.example", "minh@saokhue.example"]
