"""What a partner settles for a customer: what happens over its line, and whether it may buy.

LINE-4  The customer's policy, set by the partner, with a default for new customers.
LINE-11 The partner may stop and allow a customer's new purchases, with a reason the customer reads.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from kanal.audit.record import record
from kanal.credit.amounts import checked_why
from kanal.credit.links import MY_CREDIT_PAGE
from kanal.credit.models import CustomerTerms, PartnerDefaults
from kanal.customers.queries import confirmed_link
from kanal.identity.models import Organization
from kanal.identity.permissions import Permission
from kanal.identity.queries import trading_book_of
from kanal.identity.readers import readers_who_may
from kanal.identity.subjects import organization_subject
from kanal.kit.actor import Actor
from kanal.kit.ids import derived_id
from kanal.kit.locked import locked
from kanal.kit.refusal import Refusal
from kanal.notices.tell import tell


@dataclass(eq=False)
class LineNotForThem(Refusal):
    code = "line_not_for_them"

    def __str__(self) -> str:
        return _("Only a confirmed customer of yours can have a line. Look it up in Accounts.")


def pin_terms(*, partner: Organization, customer: Organization, book_id: int) -> CustomerTerms:
    """As the defaults are now, unless they were settled before: a later default is for new customers."""
    default = PartnerDefaults.objects.filter(book_id=book_id, partner_id=partner.id).first()
    terms, _is_new = CustomerTerms.objects.get_or_create(
        book_id=book_id,
        customer_id=customer.id,
        defaults={
            "id": derived_id("customer_terms", book_id, customer.id),
            "partner_id": partner.id,
            "over_line": default.over_line if default else CustomerTerms.OverLine.KEEP_OPEN,
        },
    )
    return terms


@transaction.atomic
def set_over_line(
    *, partner: Organization, customer: Organization, policy: CustomerTerms.OverLine, by: Actor, at: datetime
) -> CustomerTerms:
    terms = _locked_terms(partner, customer)
    if terms.over_line != policy:
        old, terms.over_line = terms.over_line, policy
        terms.save(update_fields=["over_line"])
        _record("policy_set", terms, customer, old={"policy": old}, new={"policy": policy.value}, by=by, at=at)
    return terms


@transaction.atomic
def set_default_over_line(
    *, partner: Organization, policy: CustomerTerms.OverLine, by: Actor, at: datetime
) -> PartnerDefaults:
    book_id = trading_book_of(partner)
    defaults, made = PartnerDefaults.objects.get_or_create(
        book_id=book_id,
        partner_id=partner.id,
        defaults={"id": derived_id("partner_defaults", book_id, partner.id), "over_line": policy},
    )
    old = None if made else defaults.over_line
    if old != policy:
        defaults.over_line = policy
        defaults.save(update_fields=["over_line"])
        record(
            "line.default_policy_set", organization_subject(partner), by=by, at=at, book_id=book_id,
            organization_id=partner.id, old={"policy": old}, new={"policy": policy.value},
        )  # fmt: skip
    return defaults


@transaction.atomic
def stop_purchases(
    *, partner: Organization, customer: Organization, why: str, by: Actor, at: datetime
) -> CustomerTerms:
    """Stopped already, it stays as it is."""
    terms, why = _locked_terms(partner, customer), checked_why(why)
    if terms.purchases_stopped_at is None:
        terms.purchases_stopped_at, terms.purchases_stopped_why = at, why
        terms.save(update_fields=["purchases_stopped_at", "purchases_stopped_why"])
        _record("purchases_stopped", terms, customer, why=why, by=by, at=at)
        _tell("purchases_stopped", terms, partner, customer, why, at=at)
    return terms


@transaction.atomic
def allow_purchases(*, partner: Organization, customer: Organization, by: Actor, at: datetime) -> CustomerTerms:
    terms = _locked_terms(partner, customer)
    if terms.purchases_stopped_at is not None:
        terms.purchases_stopped_at, terms.purchases_stopped_why = None, ""
        terms.save(update_fields=["purchases_stopped_at", "purchases_stopped_why"])
        _record("purchases_allowed", terms, customer, by=by, at=at)
        _tell("purchases_allowed", terms, partner, customer, "", at=at)
    return terms


def _locked_terms(partner: Organization, customer: Organization) -> CustomerTerms:
    if confirmed_link(partner, customer) is None:
        raise LineNotForThem
    return locked(pin_terms(partner=partner, customer=customer, book_id=trading_book_of(partner)))


def _record(
    done: str,
    terms: CustomerTerms,
    customer: Organization,
    *,
    old: dict[str, object] | None = None,
    new: dict[str, object] | None = None,
    why: str = "",
    by: Actor,
    at: datetime,
) -> None:
    record(
        f"line.{done}", organization_subject(customer), by=by, at=at, book_id=terms.book_id,
        organization_id=terms.partner_id, old=old, new=new, why=why,
    )  # fmt: skip


def _tell(
    kind: str, terms: CustomerTerms, partner: Organization, customer: Organization, why: str, *, at: datetime
) -> None:
    tell(
        kind,
        to=readers_who_may(customer, Permission.CREDIT_ASK),
        facts={"partner": partner.name, "why": why},
        cause=f"terms:{terms.id}:{kind}:{at.isoformat()}",
        at=at,
        link=MY_CREDIT_PAGE,
        book_id=terms.book_id,
    )
