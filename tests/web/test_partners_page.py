"""The pages of the partner programme: what each side sees, what is refused and loses nothing typed."""

from datetime import date, datetime, timedelta

import pytest
from django.conf import LazySettings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from kanal.identity.acting import acting
from kanal.identity.models import Organization, Person
from kanal.identity.register_organization import register_organization
from kanal.kit import clock
from kanal.partners.apply_to_be_partner import apply_to_be_partner
from kanal.partners.models import Contract, ContractFile, PartnerApplication
from kanal.partners.queries import contracts_of, latest_application_of, own_organizations_of, partner_of
from kanal.partners.terms import EDITION
from tests.web.samples import Owner, a_contract, an_own_organization
from tests.world import World, a_world, profile_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    world = a_world()
    Person.objects.update(language="en")
    return world


@pytest.fixture
def now() -> datetime:
    return clock.now()


def signed_in(person: Person) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(person)
    return client


def applied(world: World, at: datetime) -> PartnerApplication:
    return apply_to_be_partner(organization=world.hong_ha, terms_edition=EDITION, by=world.acting(world.dung), at=at)


def text(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200, response.status_code
    return response.content.decode()


# --- Becoming a partner -------------------------------------------------------------------------------------------


def test_an_owner_reads_the_terms_and_applies(world: World) -> None:
    """PROG-1, PROG-2"""
    client, page = signed_in(world.dung), "/console/become-a-partner/"
    shown = text(client, page)
    assert shown.count('data-met="yes"') == 3
    assert f"Edition {EDITION}" in shown

    refused = client.post(f"{page}apply/", {"edition": EDITION})
    assert refused.status_code == 422
    assert "Accept the terms to apply." in refused.content.decode()
    outdated = client.post(f"{page}apply/", {"edition": "2020-01", "accepted": "on"})
    assert outdated.status_code == 422
    assert "Read the terms of the partner programme" in outdated.content.decode()

    assert client.post(f"{page}apply/", {"edition": EDITION, "accepted": "on"}).status_code == 302
    waiting = text(client, page)
    assert "waits for the provider" in waiting
    assert "Answer until" in waiting
    assert 'name="accepted"' not in waiting
    again = client.post(f"{page}apply/", {"edition": EDITION, "accepted": "on"})
    assert again.status_code == 422
    assert PartnerApplication.objects.filter(organization=world.hong_ha).count() == 1


def test_who_cannot_apply_sees_why(world: World) -> None:
    """PROG-1"""
    customer_of_a_partner = text(signed_in(world.an), "/console/become-a-partner/")
    assert customer_of_a_partner.count('data-met="no"') == 1
    assert 'name="accepted"' not in customer_of_a_partner
    member = text(signed_in(world.chi), "/console/become-a-partner/")
    assert "Only an owner of the organization applies" in member
    assert signed_in(world.chi).post("/console/become-a-partner/apply/").status_code == 403


def test_a_rejected_one_reads_the_reason_and_may_apply_again(world: World, now: datetime) -> None:
    """PROG-2"""
    application = applied(world, now)
    desk = signed_in(world.minh)
    page = reverse("desk_reject_partner", args=[application.id])
    missing = desk.post(page, {"why": ""})
    assert missing.status_code == 422
    assert desk.post(page, {"why": "No business licence"}).status_code == 302

    shown = text(signed_in(world.dung), "/console/become-a-partner/")
    assert "No business licence" in shown
    assert 'name="accepted"' in shown


def test_it_can_be_withdrawn(world: World, now: datetime) -> None:
    """PROG-2"""
    applied(world, now)
    client = signed_in(world.dung)
    assert "Withdraw the application?" in text(client, "/console/become-a-partner/withdraw/")
    assert client.post("/console/become-a-partner/withdraw/").status_code == 302
    latest = latest_application_of(world.hong_ha)
    assert latest is not None
    assert latest.state == "WITHDRAWN"


# --- The desk's queue ---------------------------------------------------------------------------------------------


def test_the_queue_shows_the_clock_and_what_is_overdue(world: World, now: datetime) -> None:
    """PROG-2"""
    application = applied(world, now - timedelta(days=20))
    desk = signed_in(world.thu)
    queue = text(desk, "/desk/partners/applications/")
    assert "Hồng Hà Media" in queue
    assert 'data-status="OVERDUE"' in queue
    assert "Sao Mai" not in queue.split('id="content"')[1]
    detail = text(desk, reverse("desk_partner_application", args=[application.id]))
    assert detail.count('data-met="yes"') == 3
    assert 'data-status="OVERDUE"' in detail
    every = text(desk, "/desk/partners/applications/all/")
    assert "Công ty TNHH Sao Mai" in every


def test_approval_opens_the_portal(world: World, now: datetime) -> None:
    """PROG-2, PROG-3"""
    application = applied(world, now)
    owner = signed_in(world.dung)
    assert owner.get("/partner/").status_code == 404

    desk = signed_in(world.minh)
    page = reverse("desk_approve_partner", args=[application.id])
    assert "Approve Hồng Hà Media?" in text(desk, page)
    response = desk.post(page)
    partner = partner_of(Organization.objects.get(id=world.hong_ha.id))
    assert partner is not None
    assert response["Location"] == reverse("desk_partner", args=[partner.id])
    assert owner.get("/partner/").status_code == 200
    assert owner.get("/console/become-a-partner/").status_code == 404

    second = desk.post(page)
    assert second.status_code == 422
    assert "has approved Hồng Hà Media already" in second.content.decode()


def test_only_who_decides_can_decide(world: World, now: datetime) -> None:
    """ID-8"""
    application = applied(world, now)
    for person in (world.hanh, world.quan, world.vy):
        client = signed_in(person)
        shown = text(client, reverse("desk_partner_application", args=[application.id]))
        assert "Only an administrator or sales decides." in shown
        assert client.post(reverse("desk_approve_partner", args=[application.id])).status_code == 403


# --- Partners and their contracts ---------------------------------------------------------------------------------


def test_an_account_manager_is_chosen_and_shown_to_the_partner(world: World) -> None:
    """PROG-4"""
    partner = partner_of(world.sao_mai)
    assert partner is not None
    desk = signed_in(world.thu)
    page = reverse("desk_assign_account_manager", args=[partner.id])
    assert desk.post(page, {"person": str(world.hanh.id)}).status_code == 422
    assert desk.post(page, {"person": str(world.minh.id)}).status_code == 302
    assert "Hoàng Minh" in text(desk, reverse("desk_partner", args=[partner.id]))
    assert "Hoàng Minh" in text(desk, "/desk/partners/")
    assert "minh@saokhue.example" in text(signed_in(world.hung), "/partner/contract/")


CONTRACT = {
    "kind": "FRAME",
    "number": "HĐ-2026/09",
    "signed_on": "01/11/2026",
    "from_on": "01/11/2026",
    "to_on": "31/10/2027",
    "payment_terms_days": "30",
    "is_capped": "on",
    "overdue_policy": "RESTRICT",
    "internal_note": "Pays late",
}


def a_pdf(name: str) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, f"%PDF-1.7 {name}".encode(), "application/pdf")


def test_a_contract_is_recorded_with_files_and_changed_in_a_new_version(world: World) -> None:
    """CONTR-1"""
    partner = partner_of(world.sao_mai)
    assert partner is not None
    desk = signed_in(world.minh)
    new = reverse("desk_record_contract", args=[partner.id])
    refused = desk.post(
        new, {**CONTRACT, "papers": [SimpleUploadedFile("x.pdf", b"MZ\x90\x00\x00", "application/pdf")]}
    )
    assert refused.status_code == 422
    assert "none of the kinds" in refused.content.decode()
    assert 'value="HĐ-2026/09"' in refused.content.decode()
    assert not Contract.objects.exists()

    files = {"papers": [a_pdf("hợp đồng.pdf"), a_pdf("phụ lục.pdf")], "internal_papers": [a_pdf("thẩm định.pdf")]}
    assert desk.post(new, {**CONTRACT, **files}).status_code == 302
    [contract] = contracts_of(world.sao_mai)
    assert (contract.to_on, contract.payment_terms_days) == (date(2027, 10, 31), 30)
    shown = text(desk, reverse("desk_contract", args=[contract.id]))
    for word in ("hợp đồng.pdf", "phụ lục.pdf", "thẩm định.pdf", "Pays late", "Internal"):
        assert word in shown

    change = reverse("desk_change_contract", args=[contract.id])
    changed = {**CONTRACT, "payment_terms_days": "45"}
    assert desk.post(change, changed).status_code == 422
    assert desk.post(change, {**changed, "why": "Asked for by the partner"}).status_code == 302
    stale = desk.post(change, {**changed, "payment_terms_days": "60", "why": "x"})
    assert stale.status_code == 422
    assert "has recorded version 2" in stale.content.decode()
    assert "Asked for by the partner" in text(desk, reverse("desk_contract", args=[contract.id]))

    seen = text(signed_in(world.phuc), "/partner/contract/")
    assert "HĐ-2026/09" in seen
    assert "hợp đồng.pdf" in seen
    for hidden in ("thẩm định.pdf", "Pays late", "Asked for by the partner"):
        assert hidden not in seen
    assert "No contract" not in text(desk, reverse("desk_partner", args=[partner.id]))


def test_a_paper_is_saved_under_its_name_and_never_run(world: World, settings: LazySettings) -> None:
    """CONTR-1, ALL-1"""
    partner = partner_of(world.sao_mai)
    assert partner is not None
    desk = signed_in(world.minh)
    files = {"papers": [a_pdf("hợp đồng.pdf")], "internal_papers": [a_pdf("noi-bo.pdf")]}
    desk.post(reverse("desk_record_contract", args=[partner.id]), {**CONTRACT, **files})
    plain, internal = ContractFile.objects.order_by("is_internal")

    response = signed_in(world.lan).get(reverse("partner_contract_file", args=[plain.id]))
    assert b"".join(response.streaming_content) == "%PDF-1.7 hợp đồng.pdf".encode()  # type: ignore[attr-defined]
    assert response["Content-Disposition"] == "attachment; filename*=utf-8''h%E1%BB%A3p%20%C4%91%E1%BB%93ng.pdf"
    assert response["Content-Type"] == "application/pdf"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert signed_in(world.lan).get(reverse("partner_contract_file", args=[internal.id])).status_code == 404
    assert signed_in(world.khoa).get(reverse("partner_contract_file", args=[plain.id])).status_code == 404
    seen_at_the_desk = desk.get(reverse("desk_contract_file", args=[internal.id]))
    assert seen_at_the_desk["Content-Disposition"] == 'attachment; filename="noi-bo.pdf"'
    seen_at_the_desk.close()
    response.close()


def test_a_rivals_page_knows_nothing_of_it(world: World) -> None:
    """ALL-1"""
    a_contract(world, Owner(world.sao_mai, world.lan))
    an_own_organization(world, Owner(world.sao_mai, world.lan))
    rival = signed_in(world.khoa)
    assert "HĐ-1" not in text(rival, "/partner/contract/")
    assert "Chi nhánh" not in text(rival, "/partner/own-organizations/")
    assert "Chi nhánh Công ty TNHH Sao Mai" in text(signed_in(world.phuc), "/partner/own-organizations/")


# --- Own organizations --------------------------------------------------------------------------------------------


def test_a_partner_registers_one_of_its_own_and_the_desk_confirms(world: World, now: datetime) -> None:
    """PROG-5"""
    lan = signed_in(world.lan)
    form = {"legal_form": "ENTERPRISE", "name": "Sao Mai Lab", "tax_code": "0314409058", "country": "VN"}
    assert lan.post("/partner/own-organizations/register/", form | {"tax_code": "1"}).status_code == 422
    assert lan.post("/partner/own-organizations/register/", form).status_code == 302
    [own] = own_organizations_of(world.sao_mai)

    desk = signed_in(world.minh)
    assert "Sao Mai Lab" in text(desk, "/desk/partners/own-organizations/")
    assert desk.post(reverse("desk_confirm_own_organization", args=[own.id])).status_code == 302
    own.refresh_from_db()
    assert own.state == "CONFIRMED"
    assert Organization.objects.get(id=own.organization_id).seller == world.sao_mai
    again = desk.post(reverse("desk_reject_own_organization", args=[own.id]), {"why": "x"})
    assert again.status_code == 422
    assert "has confirmed Sao Mai Lab already" in again.content.decode()


def test_a_partner_adds_one_that_its_administrator_owns(world: World, now: datetime) -> None:
    """PROG-5"""
    second = register_organization(
        legal_form="ENTERPRISE",
        profile=profile_of("Sao Mai Miền Trung", "0314409058"),
        by=acting(world.lan, None),
        at=now,
    )
    lan = signed_in(world.lan)
    lan.post("/organizations/", {"membership": world.membership_of(world.lan).public_id})
    page = "/partner/own-organizations/add/"
    assert "Hồng Hà" not in text(lan, page)
    assert lan.post(page, {"organization": str(world.hong_ha.id)}).status_code == 422
    assert lan.post(page, {"organization": str(second.id)}).status_code == 302
    [own] = own_organizations_of(world.sao_mai)
    assert lan.post(reverse("partner_withdraw_own_organization", args=[own.id])).status_code == 302
    own.refresh_from_db()
    assert own.state == "WITHDRAWN"
