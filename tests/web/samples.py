"""One row of every kind that an address can name, for its owner and for a rival: what the walk of all addresses uses.

A new kind of id in an address needs a sample here; the walk says so.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.db import connection

from kanal.audit.models import AuditRecord
from kanal.batches.check_batch import check_batch
from kanal.customers.models import CustomerLink
from kanal.customers.queries import links_of, partner_link_of
from kanal.identity.acting import acting
from kanal.identity.invite_colleague import invite_colleague
from kanal.identity.make_api_key import make_api_key
from kanal.identity.models import Organization, Person
from kanal.identity.permissions import Permission
from kanal.identity.queries import members_of
from kanal.identity.readers import reader
from kanal.identity.roles import HEADS
from kanal.jobs.drain import drain_book
from kanal.kit import clock
from kanal.kit.actor import Actor
from kanal.kit.file_kinds import DOCUMENTS
from kanal.kit.files import MEBIBYTE, take_in
from kanal.kit.ids import public_id, uuid7
from kanal.kit.money import Money
from kanal.kit.queue import enqueue
from kanal.kit.sheets.read import SHEETS, SheetRow
from kanal.ledger.flows import Kind
from kanal.ledger.movement import Group, Move, RequestKey
from kanal.ledger.names import AccountName
from kanal.ledger.open_accounts import open_accounts
from kanal.ledger.post import post
from kanal.notices.deliver import deliver_notice
from kanal.notices.models import Mail, Notice
from kanal.onboarding.customers_from_file import ADD_CUSTOMERS
from kanal.onboarding.invite_customer import Wish, invite_customer
from kanal.partners.apply_to_be_partner import apply_to_be_partner
from kanal.partners.contract_facts import ContractFacts
from kanal.partners.models import Contract, PartnerApplication
from kanal.partners.note_contract import Paper
from kanal.partners.queries import (
    contract_in_force,
    files_of,
    latest_application_of,
    open_application_of,
    own_organizations_of,
    partner_of,
)
from kanal.partners.record_contract import record_contract
from kanal.partners.register_own_organization import register_own_organization
from kanal.partners.terms import EDITION
from tests.web.passkey import a_registration
from tests.world import OPENING_DAY, World, a_partner, an_owner, profile_of
from tests.world import a_person as somebody


@dataclass(frozen=True)
class Owner:
    """An organization of the cast and the head of it, who makes its samples."""

    organization: Organization
    head: Person


def owners(world: World) -> list[Owner]:
    return [
        Owner(world.sao_khue, world.thu),
        Owner(world.sao_mai, world.lan),
        Owner(world.bien_dong, world.khoa),
        Owner(world.an_phat, world.an),
        Owner(world.hong_ha, world.dung),
    ]


def an_organization(_world: World, owner: Owner) -> str:
    return public_id("org", owner.organization.id)


def a_membership(world: World, owner: Owner) -> str:
    return public_id("mem", world.membership_of(owner.head).id)


def an_invitation(world: World, owner: Owner) -> str:
    invitation = invite_colleague(
        organization=owner.organization,
        email=f"colleague@{owner.head.email.split('@')[1]}",
        roles=[HEADS[owner.organization.kind]],
        by=world.acting(owner.head),
        at=OPENING_DAY,
    )
    return public_id("ivt", invitation.id)


def an_api_key(world: World, owner: Owner) -> str:
    made = make_api_key(
        organization=owner.organization,
        name="ERP",
        scopes=[Permission.ORGANIZATION_READ],
        expires_at=OPENING_DAY + timedelta(days=90),
        by=world.acting(owner.head),
        at=OPENING_DAY,
    )
    return public_id("key", made.key.id)


def a_person(_world: World, owner: Owner) -> str:
    return public_id("per", owner.head.id)


def an_audit_record(_world: World, owner: Owner) -> str:
    found = AuditRecord.objects.filter(book_id=owner.organization.book_id).order_by("id").first()
    assert found is not None
    return public_id("aud", found.id, found.book_id)


def a_passkey(_world: World, owner: Owner) -> str:
    made = Authenticator.objects.create(
        user=owner.head, type=Authenticator.Type.WEBAUTHN, data=a_registration("Điện thoại")
    )
    return public_id("pas", UUID(int=made.pk))


def a_mail(_world: World, owner: Owner) -> str:
    deliver_notice(**told_to(owner), asked_at=OPENING_DAY, at=OPENING_DAY)
    return Mail.objects.get(cause=str(owner.head.id)).public_id


def a_notice(_world: World, owner: Owner) -> str:
    deliver_notice(**told_to(owner), asked_at=OPENING_DAY, at=OPENING_DAY)
    return Notice.objects.get(cause=str(owner.head.id)).public_id


def told_to(owner: Owner) -> dict[str, Any]:
    to = [reader(owner.head, owner.organization).to_json()]
    return {"kind": "password_changed", "to": to, "facts": {}, "cause": str(owner.head.id), "link": "/"}


def a_job(_world: World, owner: Owner) -> str:
    """It has failed, so that it can be started again."""
    enqueue("deliver_notice", at=OPENING_DAY, book_id=owner.organization.book_id, **told_to(owner))
    drain_book(owner.organization.book_id)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'failed' RETURNING id")
        newest = max(job_id for (job_id,) in cursor.fetchall())
    return public_id("job", UUID(int=newest))


def parked_work(_world: World, owner: Owner) -> str:
    work = enqueue("sing_a_song", at=OPENING_DAY, book_id=owner.organization.book_id)
    drain_book(owner.organization.book_id)
    return work.public_id


def a_partner_application(world: World, owner: Owner) -> str:
    """For the desk one that waits; for a partner the one it came in by."""
    if owner.organization.is_the_provider:
        return an_application_that_waits(world).public_id
    found = latest_application_of(owner.organization)
    return found.public_id if found else public_id("pap", uuid7())


def an_application_that_waits(world: World) -> PartnerApplication:
    return open_application_of(world.hong_ha) or apply_to_be_partner(
        organization=world.hong_ha, terms_edition=EDITION, by=world.acting(world.dung), at=OPENING_DAY
    )


def a_partner_of_the_programme(world: World, owner: Owner) -> str:
    found = partner_of(world.sao_mai if owner.organization.is_the_provider else owner.organization)
    return found.public_id if found else public_id("prt", uuid7())


def a_contract(world: World, owner: Owner) -> str:
    found = contract_with(world, owner)
    return found.public_id if found else public_id("con", uuid7())


def a_contract_file(world: World, owner: Owner) -> str:
    found = contract_with(world, owner)
    return files_of(found, asker=world.sao_khue)[0].public_id if found else public_id("cfl", uuid7())


def contract_with(world: World, owner: Owner) -> Contract | None:
    """The provider's sample is one of Sao Mai's; who is no partner has none."""
    partner = world.sao_mai if owner.organization.is_the_provider else owner.organization
    if partner_of(partner) is None:
        return None
    first = date(2026, 3, 1)
    said = ContractFacts(number="HĐ-1", signed_on=first, from_on=first, to_on=date(2027, 2, 28))
    paper = take_in([b"%PDF-1.7 contract"], name="hop-dong.pdf", largest=MEBIBYTE, kinds=DOCUMENTS)
    return contract_in_force(partner, OPENING_DAY) or record_contract(
        partner=partner,
        kind=Contract.Kind.FRAME,
        facts=said,
        papers=[Paper(paper)],
        by=world.acting(world.thu),
        at=OPENING_DAY,
    )


def an_own_organization(world: World, owner: Owner) -> str:
    """Registered by somebody of its own: whoever belonged to two organizations would be asked which one they mean."""
    partner = world.sao_mai if owner.organization.is_the_provider else owner.organization
    if partner_of(partner) is None:
        return public_id("own", uuid7())
    email = f"branch@{partner.tax_code}.example"
    own = own_organizations_of(partner).first() or register_own_organization(
        partner=partner,
        legal_form="ENTERPRISE",
        profile=profile_of(f"Chi nhánh {partner.name}", "0314409058"),
        by=acting(somebody("Hồ Thu", email), partner),
        at=OPENING_DAY,
    )
    return own.public_id


def a_customer_file(world: World, owner: Owner) -> str:
    """Checked, and waiting to be confirmed."""
    batch = check_batch(
        ADD_CUSTOMERS,
        organization=owner.organization,
        name="khach-hang.csv",
        rows=[SheetRow(2, {"email": "khach@vidu.example", "friendly_name": "", "role": ""})],
        file=take_in([b"E-mail\nkhach@vidu.example\n"], name="khach-hang.csv", largest=MEBIBYTE, kinds=SHEETS),
        language="vi",
        by=world.acting(owner.head),
        at=OPENING_DAY,
    )
    return batch.public_id


def a_customer_link(world: World, owner: Owner) -> str:
    """A partner's is one it has asked; the desk's is one of Sao Mai's; a customer's is how it has to do with one."""
    if owner.organization.kind == Organization.Kind.CUSTOMER:
        return how_it_has_to_do_with_a_partner(world, owner).public_id
    partner = world.sao_mai if owner.organization.is_the_provider else owner.organization
    return asked_to_be_a_customer(partner, f"khach@{partner.tax_code}.example").public_id


def how_it_has_to_do_with_a_partner(world: World, owner: Owner) -> CustomerLink:
    """One that has none is asked by a partner outside the cast, to whom nobody in it is related."""
    found = partner_link_of(owner.organization)
    if found:
        return found
    asker = Organization.objects.filter(name="Lạc Việt").first()
    if asker is None:
        anh, lac_viet = an_owner("Ngô Châu Anh", "anh@lacviet.example", "Lạc Việt", "0108201632")
        asker = a_partner(lac_viet, anh, world.acting(world.thu))
    return asked_to_be_a_customer(asker, owner.head.email)


def asked_to_be_a_customer(partner: Organization, email: str) -> CustomerLink:
    """By nobody in particular of the partner's: its first member."""
    asker = members_of(partner)[0].person
    by, wish = acting(asker, partner), Wish(email=email)
    link = links_of(partner).filter(email=email).first() or (
        invite_customer(partner=partner, wish=wish, batch="sample", row=1, by=by, at=clock.now()).link
    )
    assert link is not None, "the address may be asked"
    return link


def an_account(_world: World, owner: Owner) -> str:
    return public_id("acc", a_wallet(owner).id, owner.organization.book_id)


def a_transfer(_world: World, owner: Owner) -> str:
    book_id, wallet = owner.organization.book_id, a_wallet(owner)
    cash = AccountName(book_id, Kind.CASH, "VND")
    key = RequestKey(book_id, owner.organization.id, "sample", "one")
    moves = [Move(source=cash, target=wallet, money=Money(1_000_000))]
    by = Actor.job("samples", organization_id=owner.organization.id)
    posting = post(Group(key=key, moves=moves, act="wallet.funded", by=by, at=OPENING_DAY))
    return public_id("trf", posting.legs[0].id, book_id)


def a_wallet(owner: Owner) -> AccountName:
    """The provider's sample stands in its own book, under its own name, as any organization's does."""
    name = AccountName(owner.organization.book_id, Kind.WALLET, "VND", owner.organization.id)
    open_accounts([name], at=OPENING_DAY)
    return name


SAMPLES: dict[str, Callable[[World, Owner], str]] = {
    "customer_id": a_customer_link,  # first: whoever has money is not asked (LINK-2)
    "organization_id": an_organization,
    "membership_id": a_membership,
    "invitation_id": an_invitation,
    "api_key_id": an_api_key,
    "person_id": a_person,
    "audit_id": an_audit_record,
    "passkey_id": a_passkey,
    "mail_id": a_mail,
    "notice_id": a_notice,
    "job_id": a_job,
    "work_id": parked_work,
    "account_id": an_account,
    "transfer_id": a_transfer,
    "partner_application_id": a_partner_application,
    "partner_id": a_partner_of_the_programme,
    "contract_id": a_contract,
    "contract_file_id": a_contract_file,
    "own_organization_id": an_own_organization,
    "customer_file_id": a_customer_file,
}
