"""One row of every kind that an address can name, for its owner and for a rival: what the walk of all addresses uses.

A new kind of id in an address needs a sample here; the walk says so.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.db import connection

from kanal.audit.models import AuditRecord
from kanal.identity.invite_colleague import invite_colleague
from kanal.identity.make_api_key import make_api_key
from kanal.identity.models import Organization, Person
from kanal.identity.permissions import Permission
from kanal.identity.readers import reader
from kanal.identity.roles import HEADS
from kanal.jobs.drain import drain_book
from kanal.kit.ids import public_id
from kanal.kit.queue import enqueue
from kanal.notices.deliver import deliver_notice
from kanal.notices.models import Mail, Notice
from tests.world import OPENING_DAY, World


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
    """Its data is only read when somebody signs in with it."""
    made = Authenticator.objects.create(
        user=owner.head, type=Authenticator.Type.WEBAUTHN, data={"name": "Điện thoại", "credential": {}}
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


SAMPLES: dict[str, Callable[[World, Owner], str]] = {
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
}
