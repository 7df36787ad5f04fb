"""Ways to pay in other than a transfer that somebody matches: one driver each, whose callbacks are signed.

CRED-10 A gateway's signed callback funds a request.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import dataclass
from typing import Protocol

from django.conf import settings

from kanal.credit.models import FundingRequest
from kanal.kit.money import Money


@dataclass(frozen=True, slots=True)
class Paid:
    """What a gateway says: so much was paid for the request with this code, under its own reference."""

    code: str
    money: Money
    reference: str


class SignatureWrong(Exception):
    """Somebody else than the gateway speaks; nothing is said to them."""


class PaymentGateway(Protocol):
    name: str

    def address_of(self, request: FundingRequest) -> str:
        """Where the payer is sent."""

    def heard(self, body: bytes, signature: str) -> Paid | None:
        """What a callback says; None where nothing was paid. SignatureWrong unless it is the gateway's own."""


class SimulatedGateway:
    """The sandbox's: a page of ours plays the bank, and signs as one would."""

    name = "simulated"

    def address_of(self, request: FundingRequest) -> str:
        return f"/dev/gateway/{request.public_id}/"

    def heard(self, body: bytes, signature: str) -> Paid | None:
        if not hmac.compare_digest(self.signed(body), signature):
            raise SignatureWrong
        told = json.loads(body)
        if told["result"] != "paid":
            return None
        return Paid(told["code"], Money(int(told["amount"]), told["currency"]), told["reference"])

    def told(self, request: FundingRequest, *, reference: str, result: str = "paid") -> bytes:
        facts = {
            "code": request.code,
            "amount": request.amount,
            "currency": request.currency,
            "reference": reference,
            "result": result,
        }
        return json.dumps(facts, sort_keys=True).encode()

    def signed(self, body: bytes) -> str:
        key = hashlib.sha256(b"simulated gateway:" + settings.SECRET_KEY.encode()).digest()
        return hmac.new(key, body, hashlib.sha256).hexdigest()


def gateways() -> dict[str, PaymentGateway]:
    """Those that are open here; the simulated one in a sandbox alone."""
    simulated = SimulatedGateway()
    return {simulated.name: simulated} if settings.KANAL_SANDBOX else {}
