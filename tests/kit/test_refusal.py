import copy
import pickle
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

import pytest

from kanal.kit.money import Money
from kanal.kit.refusal import Refusal


@dataclass(eq=False)
class NotEnoughCredit(Refusal):
    code = "not_enough_credit"
    field = "amount"
    available: Money
    asked: Money

    def __str__(self) -> str:
        return f"{self.available.amount} is available; {self.asked.amount} was asked for."


@dataclass(eq=False)
class WalletFrozen(Refusal):
    code = "wallet_frozen"
    wallet_id: UUID
    since: datetime

    def __str__(self) -> str:
        return "This wallet is frozen."


REFUSED = NotEnoughCredit(available=Money(100), asked=Money(101))


def test_has_a_code_facts_and_a_sentence() -> None:
    assert REFUSED.code == "not_enough_credit"
    assert REFUSED.field == "amount"
    assert REFUSED.facts() == {
        "available": {"amount": 100, "currency": "VND"},
        "asked": {"amount": 101, "currency": "VND"},
    }
    assert str(REFUSED) == "100 is available; 101 was asked for."


def test_facts_are_ready_for_json_and_belong_to_no_field_unless_said() -> None:
    refused = WalletFrozen(wallet_id=UUID(int=1), since=datetime(2026, 3, 2, tzinfo=UTC))
    assert refused.field is None
    assert refused.facts() == {
        "wallet_id": "00000000-0000-0000-0000-000000000001",
        "since": "2026-03-02T00:00:00Z",
    }


def test_can_be_raised_caught_and_kept_in_a_set() -> None:
    with pytest.raises(NotEnoughCredit) as caught:
        raise REFUSED
    assert caught.value is REFUSED
    assert len({REFUSED, REFUSED}) == 1
    assert NotEnoughCredit(available=Money(100), asked=Money(101)) != REFUSED


def test_travels_between_processes_whole() -> None:
    for again in (pickle.loads(pickle.dumps(REFUSED)), copy.copy(REFUSED)):  # noqa: S301
        assert type(again) is NotEnoughCredit
        assert again.facts() == REFUSED.facts()
        assert str(again) == str(REFUSED)


def test_no_refusal_without_a_code_or_a_sentence() -> None:
    with pytest.raises(TypeError, match="code"):
        type("Nameless", (Refusal,), {"__str__": repr})
    with pytest.raises(TypeError, match="sentence"):
        type("Wordless", (Refusal,), {"code": "wordless"})
