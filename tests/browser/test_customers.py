"""A partner's customers, seen by all three sides: added, accepted, declined, approved, and one of them let go again.

LINK-1 rows · LINK-3 neutral words · LINK-4 the states · LINK-5 the approval date · LINK-7 unlinked by agreement
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from uuid import uuid4

import pytest
from playwright.sync_api import Locator, Page, expect

from kanal.customers.models import CustomerLink
from kanal.identity.acting import acting
from kanal.identity.models import Organization, Person
from kanal.identity.queries import the_provider
from kanal.kit import clock
from kanal.onboarding.invite_customer import Wish, invite_customer
from tests.browser.conftest import FindBarriers, OpenBrowser
from tests.browser.test_partners import sign_in
from tests.world import PASSWORD, a_partner, a_world, an_owner, mailed_link

MINH = "minh@saokhue.example"
PRESS_SOON = """() => setTimeout(() => {
  [...document.querySelectorAll('button')].find(each => each.textContent.trim() === 'Accept').click()
})"""  # without waiting for what comes of it


@dataclass(frozen=True)
class Cast:
    """People of this test alone, since all tests live in one database."""

    partner: Organization
    seller: Person
    willing: Person
    unwilling: Person
    willing_name: str


@pytest.fixture
def cast(live_database: None) -> Cast:
    if the_provider() is None:
        a_world()
    word = uuid4().hex[:8]
    head, organization = an_owner("Lý Sơn", f"son.{word}@lyson.example", f"Lý Sơn {word}", "0314409058")
    desk = Person.objects.get(email=MINH)
    provider = the_provider()
    assert provider is not None
    partner = a_partner(organization, head, acting(desk, provider))
    willing, _first = an_owner("Hà Vân", f"van.{word}@havan.example", f"Hà Vân {word}", "0312345673")
    unwilling, _second = an_owner("Cam Ly", f"ly.{word}@camly.example", f"Cam Ly {word}", "0400200028")
    cast = Cast(partner, head, willing, unwilling, f"Hà Vân {word}")
    people = [head.email, willing.email, unwilling.email, MINH]
    Person.objects.filter(email__in=people).update(language="en")
    return cast


def row_of(page: Page, person: Person) -> Locator:
    return page.locator("tr", has_text=person.email)


def expect_status(page: Page, person: Person, status: str) -> None:
    page.goto("/partner/accounts/")
    expect(row_of(page, person).locator(".badge")).to_have_text(status)


def test_two_are_asked_one_comes_and_goes(another_browser: OpenBrowser, cast: Cast, axe: FindBarriers) -> None:
    """LINK-1, LINK-3, LINK-4, LINK-5, LINK-7"""
    partner = another_browser()
    sign_in(partner, cast.seller.email, to="/partner/accounts/")
    expect(partner.get_by_role("heading", name="No accounts yet")).to_be_visible()
    axe(partner)
    added_by(partner, cast, axe)
    for person in (cast.willing, cast.unwilling):
        expect_status(partner, person, "Awaiting customer")
    axe(partner)

    unwilling = another_browser()
    sign_in(unwilling, cast.unwilling.email, to=mailed_link(cast.partner, cast.unwilling.email))
    axe(unwilling)
    unwilling.get_by_role("button", name="Decline").click()
    expect(unwilling.get_by_text("reads that you declined")).to_be_visible()
    expect_status(partner, cast.unwilling, "Declined")

    willing = another_browser()
    willing.goto(mailed_link(cast.partner, cast.willing.email))
    axe(willing)
    accepted_by(willing, cast)
    axe(willing)
    expect_status(partner, cast.willing, "Awaiting approval")

    desk = another_browser()
    sign_in(desk, MINH, to="/desk/customers/")
    approved_by(desk, cast, axe)
    expect_status(partner, cast.willing, "Confirmed")
    expect(row_of(partner, cast.willing).locator("time")).to_have_count(2)

    asked_to_unlink_by(partner, cast, axe)
    agreed_by(willing, cast, axe)
    expect_status(partner, cast.willing, "Unlinked")


def added_by(page: Page, cast: Cast, axe: FindBarriers) -> None:
    """With script: the second row comes without a new page, and what is wrong is said beside it."""
    page.get_by_role("link", name="Add customer account").first.click()
    first = page.locator(".many-row").nth(0)
    first.get_by_label("E-mail").fill("not an address")
    first.get_by_label("Friendly name").fill("Vân")
    expect(first.locator(".field-error")).to_be_visible()
    first.get_by_label("E-mail").fill(cast.willing.email)
    page.get_by_role("button", name="Add another row").click()
    second = page.locator(".many-row").nth(1)
    expect(second.get_by_label("E-mail")).to_be_focused()
    expect(first.get_by_label("Friendly name")).to_have_value("Vân")
    page.get_by_role("button", name="Add another row").click()
    expect(page.locator(".many-row")).to_have_count(3)
    page.get_by_role("button", name="Remove row 3").click()
    expect(page.locator(".many-row")).to_have_count(2)
    second.get_by_label("E-mail").fill(cast.unwilling.email)
    axe(page)
    second.get_by_label("Friendly name").press("Enter")
    expect(page.get_by_text("2 of 2 invitations are sent.")).to_be_visible()
    expect(page.locator("#content .badge")).to_have_text(["Invitation sent", "Invitation sent"])
    axe(page)


def accepted_by(page: Page, cast: Cast) -> None:
    """A visitor is led to sign in and comes back."""
    page.get_by_role("link", name="Sign in to answer").click()
    page.locator("#id_login").fill(cast.willing.email)
    page.locator("#id_password").fill(PASSWORD)
    page.locator("form.form .form-foot button").click()
    expect(page.locator(".conditions > li[data-met=no]")).to_have_count(0)
    expect(page.locator(".conditions > li[data-met=yes]").first).to_be_visible()
    page.get_by_role("button", name="Accept").click()
    page.wait_for_url("**/console/my-partner/")
    expect(page.get_by_text("You accepted. The provider decides next")).to_be_visible()


def approved_by(page: Page, cast: Cast, axe: FindBarriers) -> None:
    """Chosen in the queue, decided with what is known of it, and by the page of many."""
    axe(page)
    row_of(page, cast.willing).get_by_role("checkbox").check()
    page.get_by_role("button", name="Decide about the chosen").click()
    expect(page.get_by_text("Every condition is met")).to_be_visible()
    axe(page)
    page.get_by_role("button", name="Approve all that can be").click()
    expect(page.get_by_text("1 is decided.")).to_be_visible()
    page.get_by_role("link", name=cast.willing_name).click()
    expect(page.locator(".page-title .badge")).to_have_text("Confirmed")
    axe(page)


def asked_to_unlink_by(page: Page, cast: Cast, axe: FindBarriers) -> None:
    """From the row's own sheet."""
    row_of(page, cast.willing).get_by_role("button").click()
    sheet = page.locator(".acts:popover-open")
    expect(sheet).to_be_visible()
    box, button = sheet.bounding_box(), row_of(page, cast.willing).get_by_role("button").bounding_box()
    assert box is not None
    assert button is not None
    assert abs(box["x"] + box["width"] - button["x"] - button["width"]) < 24, "the sheet hangs at its button"
    axe(page)
    sheet.get_by_role("link", name="Unlink").click()
    expect(page.locator(".conditions > li[data-met=no]")).to_have_count(0)
    axe(page)
    page.get_by_label("Reason").fill("The contract ends.")
    page.get_by_role("button", name="Ask to unlink").click()
    expect(page.get_by_text(re.compile("You asked to unlink on"))).to_be_visible()
    axe(page)


def agreed_by(page: Page, cast: Cast, axe: FindBarriers) -> None:
    page.goto("/console/my-partner/")
    axe(page)
    page.get_by_role("link", name="Answer").click()
    expect(page.get_by_text("The contract ends.")).to_be_visible()
    axe(page)
    page.get_by_role("button", name="Agree and unlink").click()
    expect(page.get_by_role("heading", name="You buy from the provider directly")).to_be_visible()


def test_two_partners_are_accepted_in_two_browsers_at_once_and_one_wins(
    another_browser: OpenBrowser, cast: Cast
) -> None:
    """LINK-2, LINK-4: each answer was possible when its page was opened; one owner, two windows."""
    rival = another_partner()
    browsers = []
    for partner, head in ((cast.partner, cast.seller), rival):
        ask(partner, head, cast.willing)
        page = another_browser()
        sign_in(page, cast.willing.email, to=mailed_link(partner, cast.willing.email))
        expect(page.get_by_role("button", name="Accept")).to_be_enabled()
        browsers.append(page)

    for page in browsers:
        page.evaluate(PRESS_SOON)
    for page in browsers:
        page.wait_for_load_state("networkidle")

    links = CustomerLink.objects.filter(email=cast.willing.email)
    assert sorted(links.values_list("state", flat=True)) == ["AWAITING_CUSTOMER", "AWAITING_PROVIDER"]
    refused = [
        page for page in browsers if page.get_by_text("no partner's customer, and has accepted no other").count()
    ]
    assert len(refused) == 1


def another_partner() -> tuple[Organization, Person]:
    word = uuid4().hex[:8]
    head, organization = an_owner("Bạch Mã", f"ma.{word}@bachma.example", f"Bạch Mã {word}", "0401486901")
    provider = the_provider()
    assert provider is not None
    return a_partner(organization, head, acting(Person.objects.get(email=MINH), provider)), head


def ask(partner: Organization, head: Person, customer: Person) -> None:
    by = acting(head, partner)
    invite_customer(partner=partner, wish=Wish(email=customer.email), batch=uuid4().hex, row=1, by=by, at=clock.now())


def test_rows_are_added_without_script(another_browser: OpenBrowser, cast: Cast) -> None:
    """Every page works without JavaScript; nothing typed is lost."""
    page = another_browser(java_script_enabled=False)
    sign_in(page, cast.seller.email, to="/partner/accounts/add/")
    page.locator("[name=row1-email]").fill(cast.willing.email)
    page.locator("[name=row1-friendly_name]").fill("Vân")
    page.get_by_role("button", name="Add another row").click()
    expect(page.locator("[name=row1-friendly_name]")).to_have_value("Vân")
    page.locator("[name=row2-email]").fill(cast.unwilling.email)
    page.get_by_role("button", name="Remove row 1").click()
    expect(page.locator("[name=row2-email]")).to_have_value(cast.unwilling.email)
    page.locator("[name=row2-email]").press("Enter")
    expect(page.get_by_text("1 of 1 invitation is sent.")).to_be_visible()


def test_a_dialog_renames_a_customer(another_browser: OpenBrowser, cast: Cast, axe: FindBarriers) -> None:
    """LINK-1 From the row, on a phone."""
    page = another_browser(viewport={"width": 360, "height": 740})
    sign_in(page, cast.seller.email, to="/partner/accounts/add/")
    page.get_by_label("E-mail").fill(cast.willing.email)
    axe(page)
    page.get_by_role("button", name="Add", exact=True).last.click()
    page.goto("/partner/accounts/")
    row_of(page, cast.willing).get_by_role("button").click()
    page.locator(".acts:popover-open").get_by_role("link", name="Rename").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    axe(page)
    dialog.get_by_label("Friendly name").fill("Vân ở Huế")
    dialog.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Vân ở Huế")
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
