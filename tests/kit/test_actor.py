from dataclasses import FrozenInstanceError
from uuid import UUID

import pytest

from kanal.kit.actor import Actor
from kanal.kit.plain import plain

LAN = Actor(
    kind="PERSON",
    id="per_1",
    name="Lan",
    organization_id=UUID(int=1),
    on_behalf_of_id=UUID(int=2),
    address="127.0.0.1",
    device="Firefox",
    request_id="r1",
)


def test_says_who_for_whom_and_from_where() -> None:
    assert plain(LAN) == {
        "kind": "PERSON",
        "id": "per_1",
        "name": "Lan",
        "organization_id": "00000000-0000-0000-0000-000000000001",
        "on_behalf_of_id": "00000000-0000-0000-0000-000000000002",
        "address": "127.0.0.1",
        "device": "Firefox",
        "request_id": "r1",
    }


def test_a_job_acts_under_its_own_name() -> None:
    job = Actor.job("close_month")
    assert (job.kind, job.id, job.name, job.organization_id) == ("JOB", "close_month", "close_month", None)


def test_cannot_become_another() -> None:
    with pytest.raises(FrozenInstanceError):
        LAN.name = "Mai"  # type: ignore[misc]
