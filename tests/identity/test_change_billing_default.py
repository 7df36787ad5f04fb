"""ID-5 Only the desk changes an organization's default between prepaid and postpaid, and it is recorded."""

from datetime import datetime

import pytest

from kanal.identity.change_billing_default import (
    BillingDefaultAsItIs,
    ProviderHasNoSeller,
    ReasonMissing,
    change_billing_default,
)
from kanal.identity.desk_only import OnlyTheDesk
from kanal.identity.models import Organization
from tests.world import World, a_world, records_of, tellings, told_to

pytestmark = pytest.mark.django_db
POSTPAID, PREPAID = Organization.BillingDefault.POSTPAID, Organization.BillingDefault.PREPAID


@pytest.fixture
def world() -> World:
    return a_world()


def test_the_desk_changes_it_and_everybody_can_read_why(world: World, noon: datetime) -> None:
    """ID-5"""
    change_billing_default(
        organization=world.hong_ha, to=POSTPAID, why=" Hợp đồng 12/HĐ ", by=world.acting(world.hanh), at=noon
    )

    world.hong_ha.refresh_from_db()
    assert world.hong_ha.billing_default == "POSTPAID"
    [written] = records_of(world.hong_ha, "organization.billing_default_changed")
    assert (written.old, written.new) == ({"billing_default": "PREPAID"}, {"billing_default": "POSTPAID"})
    assert (written.why, written.acting_for_id) == ("Hợp đồng 12/HĐ", world.sao_khue.id)
    assert told_to(world.hong_ha, "billing_default_changed") == ["dung@hongha.example"]
    [telling] = tellings(world.hong_ha, "billing_default_changed")
    assert telling["facts"]["billing_default"] == "Postpaid"


@pytest.mark.parametrize("who", ["dung", "an", "lan", "khoa"])
def test_nobody_else_does(world: World, noon: datetime, who: str) -> None:
    """ID-5"""
    with pytest.raises(OnlyTheDesk):
        change_billing_default(
            organization=world.hong_ha, to=POSTPAID, why="x", by=world.acting(getattr(world, who)), at=noon
        )
    world.hong_ha.refresh_from_db()
    assert world.hong_ha.billing_default == "PREPAID"


def test_a_change_changes_something_and_says_why(world: World, noon: datetime) -> None:
    """ID-5"""
    thu = world.acting(world.thu)
    with pytest.raises(BillingDefaultAsItIs):
        change_billing_default(organization=world.hong_ha, to=PREPAID, why="x", by=thu, at=noon)
    with pytest.raises(ReasonMissing):
        change_billing_default(organization=world.hong_ha, to=POSTPAID, why="  ", by=thu, at=noon)
    with pytest.raises(ProviderHasNoSeller):
        change_billing_default(organization=world.sao_khue, to=POSTPAID, why="x", by=thu, at=noon)
