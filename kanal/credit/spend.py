"""The only way an order is paid: hold it, capture or release what is held, refund what was captured.

PAY-1 An order is paid by coupon; POC credit (whole or not at all); wallet, promotional before purchased; then the line.
PAY-2 A refund goes back to what paid, last payer first.

Each is a verb in a file of its own; each stands in the caller's transaction, and a transaction carries out one.
"""

from kanal.credit.capture_spending import capture_spending
from kanal.credit.hold_spending import Item, hold_spending
from kanal.credit.refund_spending import refund_spending
from kanal.credit.release_spending import release_spending

__all__ = ["Item", "capture_spending", "hold_spending", "refund_spending", "release_spending"]
