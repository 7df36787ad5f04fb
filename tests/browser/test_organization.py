"""Colleagues, keys and the organization itself, through a real browser: what is not in a menu is looked at too.

ID-1 an invitation joins whoever reads mail at its address · ID-6 members and their roles · ID-8 keys
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Error, Page, expect

from kanal.identity.models import ApiKey, Organization, Person
from kanal.identity.queries import members_of, open_invitations_of, the_provider
from tests.browser.conftest import FindBarriers, OpenBrowser
from tests.mailbox import link_in, newest_mail
from tests.world import PASSWORD, a_person, a_world

SignedIn = Callable[[str], Page]
PHONE = {"width": 360, "height": 740}


@pytest.fixture
def sao_mai(live_database: None) -> Organization:
    if the_provider() is None:
        a_world()
    return Organization.objects.get(name="Công ty TNHH Sao Mai")


@pytest.fixture
def signed_in(another_browser: OpenBrowser, sao_mai: Organization) -> SignedIn:
    def open_as(email: str) -> Page:
        Person.objects.filter(email=email).update(language="en")
        page = another_browser()
        page.goto("/account/sign-in/?next=/account/")
        page.locator("#id_login").fill(email)
        page.locator("#id_password").fill(PASSWORD)
        page.locator("form.form .form-foot button").click()
        page.wait_for_url("**/account/")
        return page

    return open_as


def test_a_colleague_is_invited_signs_up_and_joins(
    sao_mai: Organization, signed_in: SignedIn, another_browser: OpenBrowser, axe: FindBarriers
) -> None:
    """ID-1, ID-6"""
    email = "tuyet@saomai.example"
    lan = signed_in("lan@saomai.example")
    lan.goto("/partner/members/invite/")
    axe(lan)
    lan.get_by_label("E-mail").fill(email)
    lan.get_by_label("Sales").check()
    lan.get_by_role("button", name="Send the invitation").click()
    expect(lan.locator(".message")).to_contain_text(email)

    tuyet = another_browser(viewport=PHONE)
    tuyet.goto(link_in(newest_mail(email, "colleague_invited")))
    axe(tuyet)
    tuyet.get_by_role("link", name="Create an account").click()
    tuyet.locator("#id_name").fill("Nguyễn Thị Tuyết")
    tuyet.locator("#id_email").fill(email)
    tuyet.locator("#id_password1").fill(PASSWORD)
    tuyet.locator("#id_terms").check()
    tuyet.locator("form.form .form-foot button").click()
    tuyet.wait_for_url("**/account/verify/")
    tuyet.goto(link_in(newest_mail(email, "verify_email")))
    tuyet.locator("form.form button").first.click()
    tuyet.wait_for_url("**/invitations/**")
    tuyet.get_by_role("button", name="Accept").click()
    tuyet.wait_for_url("**/partner/")

    joined = members_of(sao_mai).get(person__email=email)
    assert joined.roles == ["PARTNER_SALES"]


def test_an_invitation_is_withdrawn_in_a_dialog(sao_mai: Organization, signed_in: SignedIn, axe: FindBarriers) -> None:
    """ID-6"""
    email = "nham@saomai.example"
    lan = signed_in("lan@saomai.example")
    lan.goto("/partner/members/invite/")
    lan.get_by_label("E-mail").fill(email)
    lan.get_by_label("Viewer").check()
    lan.get_by_role("button", name="Send the invitation").click()
    lan.get_by_role("link", name=email).click()
    axe(lan)
    lan.get_by_role("link", name="Withdraw").click()
    expect(lan.get_by_role("dialog")).to_be_visible()
    axe(lan)
    lan.get_by_role("dialog").get_by_role("button", name="Withdraw").click()

    expect(lan.locator(".page-title .badge")).to_have_text("Withdrawn")
    assert not open_invitations_of(sao_mai).filter(email=email).exists()


def test_a_key_is_shown_once_and_copied(sao_mai: Organization, signed_in: SignedIn, axe: FindBarriers) -> None:
    """ID-8"""
    lan = signed_in("lan@saomai.example")
    lan.context.grant_permissions(["clipboard-read", "clipboard-write"])
    lan.goto("/partner/api-keys/new/")
    axe(lan)
    lan.get_by_label("Name").fill("ERP of the browser")
    lan.get_by_label("Read members and invitations").check()
    lan.get_by_role("button", name="Make the key").click()
    axe(lan)
    secret = lan.get_by_label("API key", exact=True).input_value()
    lan.get_by_role("button", name="Copy").click()
    expect(lan.get_by_role("button", name="Copied")).to_be_visible()
    assert lan.evaluate("navigator.clipboard.readText()") == secret

    lan.get_by_role("link", name="I have kept it").click()
    key = ApiKey.objects.get(name="ERP of the browser")
    expect(lan.locator("main")).to_contain_text(key.shown_prefix)
    expect(lan.locator("main")).not_to_contain_text(secret)
    with pytest.raises(Error, match="CACHE_MISS"):  # the browser has not kept that answer
        lan.go_back()


def test_whoever_belongs_to_nobody_registers_an_organization(
    sao_mai: Organization, signed_in: SignedIn, axe: FindBarriers
) -> None:
    """ID-5"""
    a_person("Lâm Gia Ý", "y@giay.example", language="en")
    page = signed_in("y@giay.example")
    page.goto("/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Register an organization")
    axe(page)
    page.get_by_label("Name").fill("Gia Ý")
    page.get_by_role("button", name="Register").click()
    expect(page.locator("#id_tax_code_error")).to_be_visible()
    page.get_by_label("Personal").check()
    page.get_by_role("button", name="Register").click()

    page.wait_for_url("**/console/")
    expect(page.locator(".message")).to_contain_text("Gia Ý")


@pytest.mark.parametrize("width", [360, 1280])
def test_details_and_second_screens_keep_nobody_out(
    sao_mai: Organization, signed_in: SignedIn, axe: FindBarriers, width: int
) -> None:
    """ID-7"""
    hung = members_of(sao_mai).get(person__email="hung@saomai.example")
    lan, thu = signed_in("lan@saomai.example"), signed_in("thu@saokhue.example")
    looks = {
        lan: [
            f"/partner/members/{hung.public_id}/",
            f"/partner/members/{hung.public_id}/roles/",
            f"/partner/members/{hung.public_id}/end/",
            "/partner/organization/edit/",
        ],
        thu: [
            f"/desk/organizations/{sao_mai.public_id}/",
            f"/desk/organizations/{sao_mai.public_id}/billing-default/",
        ],
    }
    for page, addresses in looks.items():
        page.set_viewport_size({"width": width, "height": 800})
        for address in addresses:
            page.goto(address)
            axe(page)
            assert page.evaluate("document.documentElement.scrollWidth") <= width
