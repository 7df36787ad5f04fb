"""ID-1, ID-4, ID-6 Asking a colleague to join."""

from datetime import datetime, timedelta

import pytest

from kanal.identity.end_membership import end_membership
from kanal.identity.holding_roles import LimitIsForSales, NoRole, RoleNotHere
from kanal.identity.invite_colleague import (
    MOST_A_DAY,
    InvitedAlready,
    MemberAlready,
    TooManyInvitations,
    invite_colleague,
)
from kanal.identity.models import Invitation
from kanal.identity.profile import EmailWrong
from kanal.identity.queries import invitation_by_secret, open_invitations_of
from kanal.kit.models import Outbox
from kanal.kit.refusal import Refusal
from tests.world import World, a_person, a_world, mailed_secret, records_of, tellings

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return a_world()


def invite(world: World, at: datetime, email: str = "moi@saomai.example", **changes: object) -> Invitation:
    facts = {"organization": world.sao_mai, "roles": ["PARTNER_SALES"], "by": world.acting(world.lan), **changes}
    return invite_colleague(email=email, at=at, **facts)  # type: ignore[arg-type]


def test_lives_fourteen_days(world: World, noon: datetime) -> None:
    """ID-6"""
    invitation = invite(world, noon, " Moi@SaoMai.example ", roles=["PARTNER_FINANCE", "PARTNER_SALES"])

    invitation.refresh_from_db()
    assert invitation.email == "moi@saomai.example"
    assert invitation.roles == ["PARTNER_SALES", "PARTNER_FINANCE"]
    assert invitation.expires_at == noon + timedelta(days=14)
    assert invitation.invited_by == world.lan
    [written, *_] = records_of(world.sao_mai, "member.invited")
    assert (written.subject_name, written.new["roles"]) == ("moi@saomai.example", invitation.roles)


def test_the_secret_is_in_the_mail_and_nowhere_else(world: World, noon: datetime) -> None:
    """ID-1"""
    invitation = invite(world, noon)
    secret = mailed_secret(world.sao_mai, "moi@saomai.example")

    assert invitation_by_secret(secret) == invitation
    assert len(secret) == 40
    assert bytes(invitation.secret_digest) != secret.encode()
    on_their_way = Outbox.objects.filter(book_id=world.sao_mai.book_id)
    assert secret not in str([row.facts for row in on_their_way])
    assert secret not in str([record.new for record in records_of(world.sao_mai, "member.invited")])


def test_speaks_the_language_of_the_account_or_of_the_inviter(world: World, noon: datetime) -> None:
    """ID-7"""
    a_person("New", "new@saomai.example", language="en", at=noon)
    invite(world, noon, "new@saomai.example")
    invite(world, noon, "nobody@saomai.example")

    languages = {
        told["to"][0]["email"]: told["to"][0]["language"] for told in tellings(world.sao_mai, "colleague_invited")
    }
    assert languages["new@saomai.example"] == "en"
    assert languages["nobody@saomai.example"] == "vi"


def test_never_tells_whether_the_address_has_an_account(world: World, noon: datetime) -> None:
    """ID-4"""
    with_account = invite(world, noon, "khoa@biendong.example")
    without = invite(world, noon, "nobody@biendong.example")

    assert with_account.outcome == without.outcome == "OPEN"


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"roles": []}, NoRole),
        ({"roles": ["DESK_ADMIN"]}, RoleNotHere),
        ({"roles": ["CUSTOMER_OWNER"]}, RoleNotHere),
        ({"roles": ["KING"]}, RoleNotHere),
        ({"roles": ["PARTNER_ADMIN"], "own_customers_only": True}, LimitIsForSales),
        ({"roles": ["PARTNER_SALES", "PARTNER_FINANCE"], "own_customers_only": True}, LimitIsForSales),
        ({"email": "nobody"}, EmailWrong),
        ({"email": ""}, EmailWrong),
        ({"email": "hung@saomai.example"}, MemberAlready),
        ({"email": "HUNG@saomai.example"}, MemberAlready),
    ],
)
def test_refuses_what_cannot_be(
    world: World, noon: datetime, changes: dict[str, object], refusal: type[Refusal]
) -> None:
    """ID-6"""
    with pytest.raises(refusal) as refused:
        invite(world, noon, **{"email": "moi@saomai.example", **changes})  # type: ignore[arg-type]
    assert str(refused.value)
    assert not open_invitations_of(world.sao_mai).exists()


def test_one_open_invitation_for_an_address(world: World, noon: datetime) -> None:
    """ID-6"""
    invite(world, noon)
    with pytest.raises(InvitedAlready):
        invite(world, noon + timedelta(days=14) - timedelta(seconds=1), "MOI@saomai.example")


def test_a_new_one_takes_the_place_of_one_that_is_past_its_end(world: World, noon: datetime) -> None:
    """ID-6, also before the tick comes by"""
    old = invite(world, noon)
    new = invite(world, noon + timedelta(days=14))

    old.refresh_from_db()
    assert (old.outcome, new.outcome) == ("EXPIRED", "OPEN")


def test_who_left_can_be_asked_again(world: World, noon: datetime) -> None:
    """ID-6"""
    end_membership(membership=world.membership_of(world.hung), by=world.acting(world.lan), at=noon)

    assert invite(world, noon, "hung@saomai.example").outcome == "OPEN"


def test_nobody_sends_mail_without_end(world: World, noon: datetime) -> None:
    """ID-4"""
    for number in range(MOST_A_DAY):
        invite(world, noon, f"n{number}@saomai.example")
    with pytest.raises(TooManyInvitations):
        invite(world, noon + timedelta(hours=23))
    assert invite(world, noon + timedelta(days=1, seconds=1)).outcome == "OPEN"
