"""The page behind the mail that asks an address to become a partner's customer, and the same in the console."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from kanal.customers.models import CustomerLink
from kanal.identity.acting import acting
from kanal.identity.change_billing_default import change_billing_default
from kanal.identity.models import Organization, Person
from kanal.identity.register_organization import register_organization
from kanal.kit import clock
from kanal.onboarding.decide_customer_link import reject_customer_link
from kanal.onboarding.resend_customer_invitation import resend_customer_invitation
from tests.web.pages.conftest import Browser
from tests.web.pages.customers import accepted, asked, confirmed, read, standing
from tests.world import World, a_person, an_owner, mailed_link, profile_of

pytestmark = pytest.mark.django_db

DUNG = "dung@hongha.example"


def link_mailed(world: World, email: str = DUNG) -> str:
    asked(world, email)
    return mailed_link(world.sao_mai, email)


def is_postpaid(world: World) -> None:
    change_billing_default(
        organization=world.hong_ha,
        to=Organization.BillingDefault.POSTPAID,
        by=world.acting(world.thu),
        at=clock.now(),
        why="Contract",
    )


def test_a_visitor_reads_who_asks_and_what_it_means(world: World) -> None:
    """LINK-4"""
    link = link_mailed(world)
    text = Client(headers={"accept-language": "en"}).get(link).text
    assert world.sao_mai.name in text
    assert "You no longer add credit yourself." in text
    assert f"{reverse('account_login')}?next={link.replace('/', '%2F')}" in text.replace("&amp;", "&")
    assert "data-met" not in text
    assert 'value="accept"' not in text


def test_whoever_is_not_signed_in_cannot_answer_for_an_account(world: World) -> None:
    """LINK-4"""
    link, visitor = link_mailed(world), Client()
    for answer in ("accept", "decline"):
        response = visitor.post(link, {"answer": answer})
        assert response["Location"].startswith(reverse("account_login"))
    assert CustomerLink.objects.get(email=DUNG).state == "AWAITING_CUSTOMER"


def test_its_owner_sees_the_conditions_and_accepts(world: World, browser: Browser) -> None:
    """LINK-3, LINK-4"""
    link, client = link_mailed(world), browser(world.dung)
    text = read(client, link)
    assert 'data-met="no"' not in text
    assert text.count('data-met="yes"') >= 10
    response = client.post(link, {"answer": "accept", "customer": world.hong_ha.public_id})
    assert response["Location"] == reverse("console_my_partner")
    row = CustomerLink.objects.get(email=DUNG)
    assert row.state == "AWAITING_PROVIDER"
    assert row.customer == world.hong_ha
    assert "The provider decides within three working days" in read(client, reverse("console_my_partner"))
    assert client.get(link).status_code == 410


def test_the_owner_reads_which_condition_fails(world: World, browser: Browser) -> None:
    """LINK-3 At the page, and refused when it fails between reading and accepting."""
    link, client = link_mailed(world), browser(world.dung)
    assert 'value="accept"' in read(client, link)
    is_postpaid(world)
    refused = client.post(link, {"answer": "accept", "customer": world.hong_ha.public_id})
    assert refused.status_code == 422
    assert "It pays in advance by default" in refused.text
    text = read(client, link)
    assert text.count('data-met="no"') == 1
    assert 'value="accept"' not in text
    row = CustomerLink.objects.get(email=DUNG)
    assert "data-met" not in read(browser(world.lan), reverse("partner_account", args=[row.id]))


def test_declined_signed_in(world: World, browser: Browser) -> None:
    """LINK-4"""
    link, client = link_mailed(world), browser(world.dung)
    assert "reads that you declined" in client.post(link, {"answer": "decline"}).text
    assert CustomerLink.objects.get(email=DUNG).state == "DECLINED"
    assert client.get(link).status_code == 410


def test_an_address_without_an_account_declines_without_one(world: World) -> None:
    """LINK-3"""
    link = link_mailed(world, "moi@khach.example")
    response = Client().post(link, {"answer": "decline"})
    assert response.status_code == 200
    assert CustomerLink.objects.get(email="moi@khach.example").state == "DECLINED"


def test_somebody_else_is_told_to_sign_in_as_who_was_asked(world: World, browser: Browser) -> None:
    """LINK-4"""
    link, client = link_mailed(world), browser(world.an)
    text = read(client, link)
    assert f"This invitation is for {DUNG}" in text
    assert "data-met" not in text
    for answer in ("accept", "decline"):
        assert client.post(link, {"answer": answer}).status_code == 422
    assert CustomerLink.objects.get(email=DUNG).state == "AWAITING_CUSTOMER"


def test_a_person_without_an_organization_is_told_to_register_one(world: World, browser: Browser) -> None:
    link = link_mailed(world, "moi@khach.example")
    moi = a_person("Mới", "moi@khach.example", language="en")
    text = read(browser(moi), link)
    assert reverse("register_organization") in text
    assert 'value="accept"' not in text


def test_the_owner_of_several_chooses(world: World, browser: Browser) -> None:
    """LINK-4 Only of accounts that meet the conditions, and only of their own."""
    link = link_mailed(world)
    second = second_account(world.dung)
    is_postpaid(world)
    client = browser(world.dung)
    text = read(client, link)
    assert f'value="{second.public_id}" checked' in text
    assert f'value="{world.hong_ha.public_id}" disabled' in text.replace("  ", " ")
    assert client.post(link, {"answer": "accept"}).status_code == 422
    assert client.post(link, {"answer": "accept", "customer": world.an_phat.public_id}).status_code == 422
    assert client.post(link, {"answer": "accept", "customer": second.public_id}).status_code == 302
    assert CustomerLink.objects.get(email=DUNG).customer == second
    assert second.name in client.get("/console/").text


def second_account(owner: Person) -> Organization:
    return register_organization(
        legal_form="ENTERPRISE",
        profile=profile_of("Sông Hồng", "0314409058"),
        by=acting(owner, None),
        at=clock.now(),
    )


def test_only_the_newest_link_works(world: World, browser: Browser) -> None:
    """LINK-4"""
    old = link_mailed(world)
    link = CustomerLink.objects.get(email=DUNG)
    resend_customer_invitation(link=link, by=world.acting(world.lan), at=clock.now())
    assert browser(world.dung).get(old).status_code == 404
    assert browser(world.dung).get(mailed_link(world.sao_mai, DUNG)).status_code == 200


def test_after_thirty_days_it_is_over(world: World, browser: Browser) -> None:
    """LINK-4"""
    link = link_mailed(world)
    past = clock.now() - timedelta(minutes=1)
    CustomerLink.objects.filter(email=DUNG).update(
        sent_at=past - timedelta(days=30), expires_at=past, answerable_until=past
    )
    response = browser(world.dung).get(link)
    assert response.status_code == 410
    assert "not answered in time" in response.text


# --- In the console ------------------------------------------------------------------------------------------------


def test_it_stands_in_the_console_too(world: World, browser: Browser) -> None:
    """LINK-4"""
    link, client = asked(world, DUNG), browser(world.dung)
    assert world.sao_mai.name in read(client, reverse("console_partner_invitations"))
    page = reverse("console_partner_invitation", args=[link.id])
    assert page in read(client, reverse("console_my_partner"))
    text = read(client, page)
    assert text.count('data-met="yes"') >= 10
    assert client.post(reverse("console_accept_partner", args=[link.id])).status_code == 302
    assert standing(link) == "AWAITING_PROVIDER"
    assert 'href="' + page not in read(client, reverse("console_partner_invitations"))


def test_it_is_declined_in_the_console(world: World, browser: Browser) -> None:
    link, client = asked(world, DUNG), browser(world.dung)
    page = reverse("console_decline_partner", args=[link.id])
    assert "Decline the invitation of" in read(client, page)
    assert client.post(page).status_code == 302
    assert standing(link) == "DECLINED"
    assert client.get(page).status_code == 404


def test_a_failing_condition_stands_in_the_console(world: World, browser: Browser) -> None:
    """LINK-3"""
    link, client = asked(world, DUNG), browser(world.dung)
    is_postpaid(world)
    assert 'data-met="no"' in read(client, reverse("console_partner_invitation", args=[link.id]))
    refused = client.post(reverse("console_accept_partner", args=[link.id]))
    assert refused.status_code == 422
    assert "It pays in advance by default" in refused.text


def test_an_invitation_to_somebody_else_does_not_exist(world: World, browser: Browser) -> None:
    """ALL-1"""
    link = asked(world, "moi@khach.example")
    for name in ("console_partner_invitation", "console_accept_partner", "console_decline_partner"):
        assert browser(world.dung).get(reverse(name, args=[link.id])).status_code == 404


def test_my_partner_says_who_and_since_when_and_nothing_private(world: World, browser: Browser) -> None:
    """LINK-1, LINK-5"""
    link = confirmed(world, "Khách khó tính")
    text = read(browser(world.dung), reverse("console_my_partner"))
    assert world.sao_mai.name in text
    assert "Customer since" in text
    assert "Khách khó tính" not in text
    assert link.confirmed_at is not None
    viewer = read(browser(world.chi), reverse("console_my_partner"))
    assert "Only an owner of the organization does this." in viewer


def test_a_direct_customer_has_none(world: World, browser: Browser) -> None:
    an_owner("Chủ", "chu@congty.example", "Công Ty", "0314409058")
    assert "You buy from the provider directly" in read(browser(world.dung), reverse("console_my_partner"))


def test_a_rejection_is_read_with_its_reason(world: World, browser: Browser) -> None:
    """LINK-4"""
    link = accepted(world)
    reject_customer_link(link=link, why="Thiếu hồ sơ", by=world.acting(world.minh), at=clock.now())
    assert "Thiếu hồ sơ" in read(browser(world.dung), reverse("console_my_partner"))
    assert "Thiếu hồ sơ" in read(browser(world.lan), reverse("partner_account", args=[link.id]))
