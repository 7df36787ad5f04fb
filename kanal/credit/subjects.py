"""What the record calls the things of this room (ALL-2)."""

from kanal.audit.models import Subject
from kanal.credit.models import CreditRequest, DeskOrder, FundingRequest, Grant, PoolRequest, Spending


def spending_subject(spending: Spending) -> Subject:
    return Subject("spending", str(spending.id), spending.subject_kind)


def grant_subject(grant: Grant) -> Subject:
    return Subject("grant", str(grant.id), grant.get_kind_display())


def desk_order_subject(order: DeskOrder) -> Subject:
    return Subject("desk_order", str(order.id), order.get_kind_display())


def credit_request_subject(request: CreditRequest) -> Subject:
    return Subject("credit_request", str(request.id), request.asked_by_name)


def funding_request_subject(request: FundingRequest) -> Subject:
    return Subject("funding_request", str(request.id), request.code)


def pool_request_subject(request: PoolRequest) -> Subject:
    return Subject("pool_request", str(request.id), request.asked_by_name)
