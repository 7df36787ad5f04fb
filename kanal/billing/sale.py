"""The two prices of one purchase, line by line, as the rooms that move money want them.

SETTLE-1 The provider sells to the partner at cost, the partner sells to the customer at its price.
DISC-5   Both are made of the same list prices; the customer's discount and the partner's are different.
"""

from __future__ import annotations

from kanal.billing.price import Bill
from kanal.credit.pour import Bearer, Sale, SaleLine


def sale_of(price: Bill, cost: Bill | None = None, *, coupon_borne_by: Bearer = Bearer.PROVIDER) -> Sale:
    """`cost` is what the partner owes for the same lines; without a partner, the price is the cost (SETTLE-6)."""
    beneath = price if cost is None else cost
    same = [line.component.key for line in price.lines] == [line.component.key for line in beneath.lines]
    if not same or price.currency != beneath.currency:
        raise ValueError("price and cost are two views of the same lines")
    lines = (
        SaleLine(
            price=above.gross, cost=below.gross, tax=below.tax, tax_group=below.component.tax.group, coupon=above.coupon
        )
        for above, below in zip(price.lines, beneath.lines, strict=True)
    )
    return Sale(tuple(lines), partner=cost is not None, coupon_borne_by=coupon_borne_by)
