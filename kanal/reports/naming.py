"""Who stands at the other side of a movement, and who did it, by the names that the asker knows.

CRED-5 A top-up says who did it, and has a private reference. Of another organization's people only the organization is
       told, of its references nothing.
LINK-1 The friendly name is private to the partner.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.utils.translation import gettext as _

from kanal.credit.queries import bank_references_of, references_of
from kanal.customers.queries import customers_ever_of
from kanal.identity.models import ApiKey, Membership, Organization
from kanal.identity.queries import names_of, organization_of_book, the_provider
from kanal.ledger.names import PROVIDER
from kanal.reports.models import Movement


@dataclass
class Naming:
    """Loads what a page of movements needs, in a query for each kind of name."""

    asker: Organization
    names: dict[UUID, str] = field(default_factory=dict)
    people: dict[str, str] = field(default_factory=dict)
    sellers: dict[int, Organization | None] = field(default_factory=dict)
    references: dict[UUID, str] = field(default_factory=dict)
    bank_references: dict[UUID, str] = field(default_factory=dict)
    provider: Organization | None = None

    def load(self, rows: Sequence[Movement]) -> None:
        self.provider = self.provider or the_provider()
        for book_id in {row.book_id for row in rows} - self.sellers.keys():
            self.sellers[book_id] = organization_of_book(book_id)
        self._load_names({row.other_owner_id for row in rows} - self.names.keys() - {PROVIDER})
        self._load_people({row.actor for row in rows} - self.people.keys())
        self._load_references(rows)

    def _load_references(self, rows: Sequence[Movement]) -> None:
        """What whoever moved it calls it, for itself alone; and the bank's reference of a funding."""
        for book_id in {row.book_id for row in rows}:
            here = [row for row in rows if row.book_id == book_id]
            self.references |= references_of(self.asker, book_id, {row.id for row in here})
            orders = {row.subject_id for row in here if row.subject_kind == "desk_order" and row.subject_id}
            self.bank_references |= bank_references_of(book_id, orders)

    def _load_names(self, owners: Collection[UUID]) -> None:
        if not owners:
            return
        self.names |= names_of(owners)
        if self.asker.kind == Organization.Kind.PARTNER:
            links = customers_ever_of(self.asker).filter(customer__in=owners).order_by("confirmed_at", "id")
            self.names |= {link.customer_id: link.shown_name for link in links if link.customer_id}

    def _load_people(self, actors: Iterable[str]) -> None:
        wanted = [actor.partition(":") for actor in actors]
        for kind, _sep, id_ in wanted:
            self.people[f"{kind}:{id_}"] = _("Automatic") if kind == "JOB" else ""
        people = {UUID(id_) for kind, _sep, id_ in wanted if kind == "PERSON"}
        keys = {UUID(id_) for kind, _sep, id_ in wanted if kind == "API_KEY"}
        if people:
            for membership in Membership.objects.filter(person__in=people).select_related("person", "organization"):
                self._learn(f"PERSON:{membership.person_id}", str(membership.person), membership.organization)
        if keys:
            for key in ApiKey.objects.filter(id__in=keys).select_related("organization"):
                self._learn(f"API_KEY:{key.id}", key.name, key.organization)

    def _learn(self, actor: str, name: str, organization: Organization) -> None:
        """Somebody of two organizations is whoever the asker knows by name."""
        is_known = organization.id == self.asker.id or self.asker.is_the_provider
        self.people[actor] = name if is_known else self.people.get(actor) or self._name(organization)

    def _name(self, organization: Organization) -> str:
        return self.names.get(organization.id) or organization.name

    # --- What a row says --------------------------------------------------------------------------------------
    def other_side(self, row: Movement) -> str:
        if row.other_owner_id not in (PROVIDER, row.owner_id):
            return self.names.get(row.other_owner_id, "")
        seller = self.sellers.get(row.book_id)
        if seller is None or seller.id == row.owner_id or row.other_kind in FROM_THE_PROVIDER:
            seller = self.provider
        return self._name(seller) if seller else ""

    def operator(self, row: Movement) -> str:
        return self.people.get(row.actor, "")

    def reference(self, row: Movement) -> str:
        is_told = self.asker.is_the_provider or row.owner_id == self.asker.id
        funded_by = self.bank_references.get(row.subject_id, "") if is_told and row.subject_id else ""
        return self.references.get(row.id) or funded_by


FROM_THE_PROVIDER = {"CASH", "ADVANCE", "PROMOTION", "LIMIT_SOURCE", "TAX_PREPAID"}
