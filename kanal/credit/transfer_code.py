"""The code that goes into the content of a bank transfer, so that the desk can tell whose money came in.

CRED-10 A transfer content code. It names its book, so that one look finds it; letters that look alike are left out.
"""

import secrets

DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LEAD = "KNL"
TAIL = 7


def new_code(book_id: int) -> str:
    """Bank programs keep letters and digits only."""
    tail = "".join(secrets.choice(DIGITS) for _ in range(TAIL))
    return f"{LEAD}{_base32(book_id)}{tail}"


def book_in(code: str) -> int | None:
    """None for what was never one of ours; capitals, and what a bank put between, do not matter."""
    plain = "".join(letter for letter in code.upper() if letter.isalnum())
    digits = plain.removeprefix(LEAD)[:-TAIL]
    if not plain.startswith(LEAD) or not digits or any(each not in DIGITS for each in digits):
        return None
    number = 0
    for digit in digits:
        number = number * len(DIGITS) + DIGITS.index(digit)
    return number if number < 1 << 63 else None


def plain_code(code: str) -> str:
    return "".join(letter for letter in code.upper() if letter.isalnum())


def _base32(number: int) -> str:
    digits = DIGITS[number % len(DIGITS)]
    while number := number // len(DIGITS):
        digits = DIGITS[number % len(DIGITS)] + digits
    return digits
