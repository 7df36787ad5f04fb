"""What a banking app reads from a VietQR code: EMVCo's fields, NAPAS's way, and the checksum at the end.

CRED-10 A VietQR with the amount and the code.
"""

from __future__ import annotations

import binascii
from dataclasses import dataclass

NAPAS = "A000000727"
TO_ACCOUNT = "QRIBFTTA"
DONG = "704"
LONGEST_CONTENT = 25


@dataclass(frozen=True, slots=True)
class BankAccount:
    """`bin` is the bank's six digits at NAPAS."""

    bin: str
    number: str


def payload(*, account: BankAccount, amount: int | None = None, content: str = "") -> str:
    """With an amount it is good for one transfer (12), without one for any (11)."""
    if len(content) > LONGEST_CONTENT or not content.isascii():
        raise ValueError(f"no bank keeps {content!r} as it is")
    beneficiary = _field("00", account.bin) + _field("01", account.number)
    merchant = _field("00", NAPAS) + _field("01", beneficiary) + _field("02", TO_ACCOUNT)
    fields = [
        _field("00", "01"),
        _field("01", "12" if amount else "11"),
        _field("38", merchant),
        _field("53", DONG),
        _field("54", str(amount)) if amount else "",
        _field("58", "VN"),
        _field("62", _field("08", content)) if content else "",
        "6304",
    ]
    body = "".join(fields)
    return body + checksum(body)


def checksum(body: str) -> str:
    """CRC-16/CCITT-FALSE over everything before it, its own tag and length included."""
    return f"{binascii.crc_hqx(body.encode('ascii'), 0xFFFF):04X}"


def _field(tag: str, value: str) -> str:
    return f"{tag}{len(value):02d}{value}"
