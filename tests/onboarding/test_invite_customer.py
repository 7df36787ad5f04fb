"""LINK-1 Rows of a form or file: answered one by one, once each, told when they repeat, and limited a day."""

from datetime import datetime, timedelta

import pytest
from django.conf import LazySettings

from kanal.customers.models import CustomerLink
from kanal.customers.naming import FriendlyNameTooLong
from kanal.customers.queries import links_of
from kanal.identity.acting import acting
from kanal.identity.models import Organization
from kanal.identity.profile import EmailWrong
from kanal.kit.refusal import Refusal
from kanal.onboarding.accept_partner import accept_partner
from kanal.onboarding.expire_customer_links import expire_customer_links
from kanal.onboarding.invite_customer import RoleUnknown, TooManyRows, Wish, invite_customers
from kanal.onboarding.invite_registered import invite_registered
from kanal.onboarding.models import InvitedRow
from kanal.onboarding.queries import link_by_secret, rows_of_batch
from kanal.onboarding.withdraw_customer_link import withdraw_customer_link
from tests.onboarding.links import DUNG, UNKNOWN, ask, invited, secret_of
from tests.onboarding.test_decide_customer_link import at_once
from tests.world import World, a_world, an_owner, mailed_link, records_of, tellings

Answer = InvitedRow.Answer


@pytest.fixture
def world() -> World:
    return a_world()


@pytest.mark.django_db
def test_a_row_becomes_a_link_a_mail_and_a_record(world: World, noon: datetime) -> None:
    """LINK-1, ALL-2"""
    row = ask(world, noon, "  DUNG@HongHa.example ", name="  Hồng   Hà ", by=world.acting(world.hung))

    assert row.answer == Answer.SENT
    [link] = links_of(world.sao_mai).filter(email=DUNG)
    assert row.link == link
    assert (link.friendly_name, link.role, link.assigned_to, link.customer) == ("Hồng Hà", "PARTNER", world.hung, None)
    assert (link.sent_at, link.expires_at, link.times_sent) == (noon, noon + timedelta(days=30), 1)
    [telling] = [each for each in tellings(world.sao_mai, "customer_invited") if each["to"][0]["email"] == DUNG]
    assert (telling["to"][0]["name"], telling["to"][0]["language"]) == ("Đỗ Thùy Dung", "vi")
    assert telling["link"] == ""  # sealed with the facts
    [written, *_] = records_of(world.sao_mai, "customer_link.invited")
    assert (written.subject_name, written.actor_name) == (DUNG, "Phan Mạnh Hùng")
    found = link_by_secret(secret_of(link))
    assert found == link


@pytest.mark.django_db
def test_an_unknown_address_is_asked_to_register(world: World, noon: datetime) -> None:
    """LINK-3"""
    ask(world, noon, UNKNOWN)
    [telling] = tellings(world.sao_mai, "customer_asked_to_register")
    assert (telling["to"][0]["email"], telling["to"][0]["name"]) == (UNKNOWN, "")


@pytest.mark.django_db
def test_a_file_answers_row_by_row(world: World, noon: datetime) -> None:
    """LINK-1, LINK-3"""
    wishes = dict(enumerate([DUNG, UNKNOWN, DUNG, "lan@saomai.example", "an@anphat.example", "khoa@biendong.example"]))
    rows = invite_customers(
        partner=world.sao_mai,
        wishes={row: Wish(email=email) for row, email in wishes.items()},
        batch="file",
        by=world.acting(world.lan),
        at=noon,
    )
    assert [rows[row].answer for row in wishes] == ["SENT", "SENT", "TWICE", "YOU", "CANNOT", "CANNOT"]
    assert [row.answer for row in rows_of_batch(world.sao_mai, "file")] == [rows[row].answer for row in wishes]
    assert not rows_of_batch(world.bien_dong, "file").exists()


@pytest.mark.django_db
def test_the_same_row_again_answers_as_the_first_time_and_mails_once(world: World, noon: datetime) -> None:
    """LINK-1"""
    first = ask(world, noon, batch="form", row=1)
    mails = len(tellings(world.sao_mai, "customer_invited"))
    again = ask(world, noon + timedelta(days=40), batch="form", row=1)

    assert (again.id, again.link) == (first.id, first.link)
    assert len(tellings(world.sao_mai, "customer_invited")) == mails


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("wish", "refusal"),
    [
        (Wish(email="nobody"), EmailWrong),
        (Wish(email=""), EmailWrong),
        (Wish(email=DUNG, friendly_name="x" * 121), FriendlyNameTooLong),
        (Wish(email=DUNG, role="BOSS"), RoleUnknown),
    ],
)
def test_what_is_mistyped_is_refused_without_asking_whose_it_is(
    world: World, noon: datetime, wish: Wish, refusal: type[Refusal]
) -> None:
    """LINK-1, ALL-3"""
    with pytest.raises(refusal) as refused:
        invite_customers(partner=world.sao_mai, wishes={1: wish}, batch="form", by=world.acting(world.lan), at=noon)
    assert str(refused.value)
    assert not rows_of_batch(world.sao_mai, "form").exists()


@pytest.mark.django_db
def test_rows_of_a_day_are_limited_whatever_they_were_answered(
    world: World, noon: datetime, settings: LazySettings
) -> None:
    """LINK-1"""
    settings.KANAL_CUSTOMER_ROWS_A_DAY = 3
    for email in (UNKNOWN, "an@anphat.example", "lan@saomai.example"):
        ask(world, noon, email)
    with pytest.raises(TooManyRows) as refused:
        ask(world, noon, DUNG)
    assert "3" in str(refused.value)
    with pytest.raises(TooManyRows):
        ask(world, noon.replace(hour=16, minute=59), DUNG)  # a minute before midnight in Hanoi
    assert ask(world, noon, DUNG, partner=world.bien_dong).answer == Answer.SENT  # each partner has its own
    assert ask(world, noon.replace(hour=17), DUNG).answer == Answer.SENT


@pytest.mark.django_db
def test_an_address_is_not_mailed_faster_by_adding_it_again(world: World, noon: datetime) -> None:
    """LINK-4"""
    withdraw_customer_link(link=invited(world, noon), by=world.acting(world.lan), at=noon)
    assert ask(world, noon + timedelta(seconds=179)).answer == Answer.CANNOT
    assert ask(world, noon + timedelta(minutes=3)).answer == Answer.SENT


@pytest.mark.parametrize("_round", range(3))
def test_the_same_form_sent_twice_at_once_invites_once(own_database: str, noon: datetime, _round: int) -> None:
    """LINK-1"""
    world = a_world()
    outcomes = at_once(*[lambda: ask(world, noon, batch="form", row=1)] * 4)

    assert outcomes == ["done"] * 4
    assert links_of(world.sao_mai).filter(email=DUNG).count() == 1
    told = [each for each in tellings(world.sao_mai, "customer_invited") if each["to"][0]["email"] == DUNG]
    assert len(told) == 1


@pytest.mark.parametrize("_round", range(4))
def test_a_late_answer_and_a_new_asking_at_once_leave_one_of_them(
    own_database: str, noon: datetime, _round: int
) -> None:
    """LINK-4 Whoever registered late may answer what its partner takes for ended, and adds again."""
    world = a_world()
    link = invited(world, noon, UNKNOWN)
    expire_customer_links(at=link.expires_at)
    late = link.expires_at + timedelta(hours=1)
    owner, organization = an_owner("Ai Đó", UNKNOWN, "Nơi Ấy", "0100100022", at=late)
    invite_registered(organization_id=str(organization.id), asked_at=late, at=late)
    assert mailed_link(organization, UNKNOWN)

    outcomes = at_once(
        lambda: accept_partner(link=link, customer=organization, by=acting(owner, organization), at=late),
        lambda: ask(world, late, UNKNOWN),
    )

    [shown] = links_of(world.sao_mai).filter(email=UNKNOWN)
    was_accepted = outcomes[0] == "done"
    assert (shown.id == link.id, shown.state) == (
        (True, "AWAITING_PROVIDER") if was_accepted else (False, "AWAITING_CUSTOMER")
    )
    assert CustomerLink.objects.filter(customer=organization).count() == was_accepted
    assert outcomes[1] == "done"
    assert Organization.objects.get(id=organization.id).seller == world.sao_khue
