"""Say who sells to whom: put an organization, with everything below it, under a seller.

The tree has any depth and never a circle. Whoever stands just below the provider lends its book: the accounts of its
whole tree open there, so each organization that moves reads that book from now on, and its old ones for ever.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from kanal.audit.record import record
from kanal.identity.models import Organization, OrganizationBook
from kanal.identity.queries import line_of, the_provider, trading_book_of, tree_below
from kanal.identity.subjects import organization_subject
from kanal.kit.actor import Actor
from kanal.kit.locked import locked
from kanal.kit.refusal import Refusal


@dataclass(eq=False)
class CannotSell(Refusal):
    code = "cannot_sell"
    name: str

    def __str__(self) -> str:
        return _("%(name)s is not a partner, so nobody can be its customer.") % self.words()


@dataclass(eq=False)
class WouldSellToItself(Refusal):
    code = "would_sell_to_itself"
    name: str
    seller: str

    def __str__(self) -> str:
        return _("%(seller)s buys from %(name)s, so it cannot sell to it.") % self.words()


@transaction.atomic
def place_under(
    *,
    organization: Organization,
    seller: Organization,
    by: Actor,
    at: datetime,
    why: str = "",
    book_id: int | None = None,
) -> Organization:
    """The tree changes one step at a time: two moves at once could close a circle that neither of them sees.

    `book_id` is the one book that the caller's transaction writes (R11); without one, the organization's own.
    """
    provider = the_provider()
    assert provider is not None, "there is no tree without a provider"
    locked(provider)
    organization, seller = locked(organization), locked(seller)
    if not seller.may_sell:
        raise CannotSell(name=seller.name)
    if organization in line_of(seller):
        raise WouldSellToItself(name=organization.name, seller=seller.name)
    if organization.seller_id == seller.id:
        return organization
    old = organization.seller
    assert old is not None, "only the provider has no seller, and it is in every line"
    organization.seller = seller
    organization.save(update_fields=["seller"])
    _open_book_for_tree(organization, at=at)
    record(
        "organization.placed",
        organization_subject(organization),
        by=by,
        at=at,
        book_id=organization.book_id if book_id is None else book_id,
        organization_id=organization.id,
        old={"seller": old.name, "seller_id": old.public_id},
        new={"seller": seller.name, "seller_id": seller.public_id},
        why=why,
    )
    return organization


def _open_book_for_tree(organization: Organization, *, at: datetime) -> None:
    book_id = trading_book_of(organization)
    ids = Organization.objects.filter(id__in=tree_below(organization)).values_list("id", flat=True)
    rows = [OrganizationBook(organization_id=id_, book_id=book_id, since_at=at) for id_ in ids]
    OrganizationBook.objects.bulk_create(rows, ignore_conflicts=True)
