"""The desk's customers of partners: the queue, the conditions, one answer, many at once."""

from datetime import timedelta

import pytest
from django.urls import reverse

from kanal.customers.models import CustomerLink
from kanal.identity.acting import acting
from kanal.identity.change_billing_default import change_billing_default
from kanal.identity.models import Organization
from kanal.kit import clock
from kanal.onboarding.accept_partner import accept_partner
from kanal.partners.queries import partner_of
from tests.web.pages.conftest import Browser
from tests.web.pages.customers import accepted, asked, read, standing
from tests.world import World, an_owner

pytestmark = pytest.mark.django_db

QUEUE, EVERYONE, MANY = "/desk/customers/", "/desk/customers/all/", "/desk/customers/decide/"


def becomes_postpaid(world: World, organization: Organization) -> None:
    to = Organization.BillingDefault.POSTPAID
    change_billing_default(organization=organization, to=to, by=world.acting(world.thu), at=clock.now(), why="Contract")


def another_accepted(world: World) -> CustomerLink:
    owner, organization = an_owner("Chủ", "chu@congty.example", "Công Ty", "0314409058")
    return accept_partner(
        link=asked(world, owner.email), customer=organization, by=acting(owner, organization), at=clock.now()
    )


def test_the_queue_has_what_was_accepted_with_its_clock(world: World, browser: Browser) -> None:
    """LINK-4"""
    link = accepted(world)
    asked(world, "moi@khach.example")
    client = browser(world.quan)
    text = read(client, QUEUE)
    assert world.hong_ha.name in text
    assert "moi@khach.example" not in text
    assert 'data-status="OVERDUE"' not in text
    CustomerLink.objects.filter(id=link.id).update(answered_at=clock.now() - timedelta(days=20))
    assert 'data-status="OVERDUE"' in read(client, QUEUE)
    overview = read(client, "/desk/")
    assert "Customers that wait" in overview
    assert 'data-standing="bad"' in overview.partition("Customers that wait")[0][-200:]


def test_all_of_them_are_found_and_narrowed(world: World, browser: Browser) -> None:
    asked(world, "moi@khach.example")
    client = browser(world.vy)
    assert "moi@khach.example" in read(client, EVERYONE)
    assert "moi@khach.example" not in read(client, f"{EVERYONE}?state=CONFIRMED")
    assert "moi@khach.example" not in read(client, f"{EVERYONE}?partner={world.bien_dong.public_id}")
    chip = read(client, f"{EVERYONE}?partner={world.sao_mai.public_id}")
    assert "moi@khach.example" in chip
    assert f"Partner: {world.sao_mai.name}" in chip
    assert "moi@khach.example" in read(client, f"{EVERYONE}?partner=org_nonsense")


def test_the_desk_sees_the_conditions_green_and_red(world: World, browser: Browser) -> None:
    """LINK-3"""
    link, client = accepted(world), browser(world.minh)
    page = reverse("desk_customer", args=[link.id])
    assert 'data-met="no"' not in read(client, page)
    becomes_postpaid(world, world.hong_ha)
    assert read(client, page).count('data-met="no"') == 1
    refused = client.post(reverse("desk_approve_customer", args=[link.id]))
    assert refused.status_code == 422
    assert "It pays in advance by default" in refused.text
    assert standing(link) == "AWAITING_PROVIDER"


def test_before_the_answer_the_desk_sees_whether_there_is_an_account(world: World, browser: Browser) -> None:
    """LINK-3"""
    unknown, known = asked(world, "moi@khach.example"), asked(world, "dung@hongha.example")
    client = browser(world.quan)
    assert "No account has this address yet." in read(client, reverse("desk_customer", args=[unknown.id]))
    assert world.hong_ha.name in read(client, reverse("desk_customer", args=[known.id]))


def test_it_is_approved(world: World, browser: Browser) -> None:
    """LINK-4, LINK-5"""
    link, client = accepted(world), browser(world.minh)
    page = reverse("desk_approve_customer", args=[link.id])
    assert "Approve Hồng Hà Media as a customer of" in read(client, page)
    assert client.post(page)["Location"] == reverse("desk_customer", args=[link.id])
    assert standing(link) == "CONFIRMED"
    assert client.post(page).status_code == 422
    text = read(client, reverse("desk_customer", args=[link.id]))
    assert "Approval date" in text
    assert reverse("desk_unlink_customer", args=[link.id]) in text


def test_it_is_rejected_with_a_reason(world: World, browser: Browser) -> None:
    """LINK-4"""
    link, client = accepted(world), browser(world.minh)
    page = reverse("desk_reject_customer", args=[link.id])
    assert client.post(page, {"why": " "}).status_code == 422
    assert client.post(page, {"why": "Thiếu hồ sơ"}).status_code == 302
    assert standing(link) == "REJECTED"
    assert "Thiếu hồ sơ" in read(client, reverse("desk_customer", args=[link.id]))


def test_who_only_reads_is_told_who_decides(world: World, browser: Browser) -> None:
    """ID-8"""
    link = accepted(world)
    text = read(browser(world.vy), reverse("desk_customer", args=[link.id]))
    assert "Only an administrator or sales decides." in text
    assert browser(world.vy).post(reverse("desk_approve_customer", args=[link.id])).status_code == 403
    assert 'id="chosen-customers"' not in read(browser(world.vy), QUEUE)


def test_many_are_approved_each_by_itself(world: World, browser: Browser) -> None:
    """LINK-3, LINK-4"""
    good, bad, client = accepted(world), another_accepted(world), browser(world.minh)
    assert bad.customer is not None
    becomes_postpaid(world, bad.customer)
    chosen = {"customer": [good.public_id, bad.public_id]}
    before = client.get(MANY, chosen).text
    assert before.count("Every condition is met") == 1
    assert "It pays in advance by default" in before

    response = client.post(MANY, {**chosen, "act": "approve"})
    after = read(client, response["Location"])
    assert (standing(good), standing(bad)) == ("CONFIRMED", "AWAITING_PROVIDER")
    assert "1 is decided." in after
    assert "1 could not be" in after
    assert 'data-status="CONFIRMED"' in after
    assert "It pays in advance by default" in after

    again = read(client, client.post(MANY, {**chosen, "act": "approve"})["Location"])
    assert "is decided." not in again
    assert "1 could not be" in again, "what was confirmed before is not asked again"


def test_many_are_rejected_with_one_reason(world: World, browser: Browser) -> None:
    """LINK-4"""
    first, second, client = accepted(world), another_accepted(world), browser(world.minh)
    chosen = {"customer": [first.public_id, second.public_id], "act": "reject"}
    missing = client.post(MANY, {**chosen, "why": ""})
    assert missing.status_code == 422
    assert standing(first) == "AWAITING_PROVIDER"
    client.post(MANY, {**chosen, "why": "Thiếu hồ sơ"})
    assert (standing(first), standing(second)) == ("REJECTED", "REJECTED")


def test_nothing_chosen_leads_back(world: World, browser: Browser) -> None:
    """ALL-3"""
    client = browser(world.minh)
    for chosen in ({}, {"customer": "nonsense"}, {"customer": world.hong_ha.public_id}):
        assert client.get(MANY, chosen)["Location"] == QUEUE
        assert client.post(MANY, {**chosen, "act": "approve"})["Location"] == QUEUE


def test_the_desk_goes_from_a_partner_to_its_customers(world: World, browser: Browser) -> None:
    partner = partner_of(world.sao_mai)
    assert partner is not None
    text = read(browser(world.vy), reverse("desk_partner", args=[partner.id]))
    assert f"{EVERYONE}?partner={world.sao_mai.public_id}" in text
