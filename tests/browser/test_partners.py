"""Becoming a partner, seen by both sides: applied for in the console, approved at the desk, and the portal opens.

PROG-1 conditions and terms · PROG-2 the clock and both sides' mail · PROG-3 closed until approval
"""

from __future__ import annotations

import re
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from kanal.identity.models import Organization, Person
from kanal.identity.queries import the_provider
from tests.browser.conftest import FindBarriers, OpenBrowser
from tests.world import PASSWORD, a_world, an_owner, tellings


@pytest.fixture
def applicant(live_database: None) -> tuple[Person, Organization]:
    """Somebody new, since all tests live in one database."""
    if the_provider() is None:
        a_world()
    word = uuid4().hex[:8]
    owner, organization = an_owner("Cao Thanh", f"thanh.{word}@sonca.example", f"Sơn Ca {word}", "0314409058")
    Person.objects.filter(email__in=[owner.email, "minh@saokhue.example"]).update(language="en")
    return owner, organization


def sign_in(page: Page, email: str, *, to: str) -> None:
    page.goto(f"/account/sign-in/?next={to}")
    page.locator("#id_login").fill(email)
    page.locator("#id_password").fill(PASSWORD)
    page.locator("form.form .form-foot button").click()
    page.wait_for_url(f"**{to}")


def test_applied_approved_and_the_portal_opens(
    another_browser: OpenBrowser, applicant: tuple[Person, Organization], axe: FindBarriers
) -> None:
    """PROG-1, PROG-2, PROG-3"""
    owner, organization = applicant
    console = another_browser()
    sign_in(console, owner.email, to="/console/become-a-partner/")
    expect(console.locator(".conditions > li[data-met=yes]")).to_have_count(3)
    axe(console)
    console.get_by_role("button", name="Apply").click()
    expect(console.locator(".field-error, [data-summary]").first).to_contain_text("Accept the terms to apply.")
    console.get_by_label("We have read the terms").check()
    console.get_by_role("button", name="Apply").click()
    expect(console.get_by_role("heading", name=re.compile("waits for the provider"))).to_be_visible()
    expect(console.get_by_text("Answer until")).to_be_visible()
    assert console.goto("/partner/").status == 404  # type: ignore[union-attr]

    desk = another_browser()
    sign_in(desk, "minh@saokhue.example", to="/desk/partners/applications/")
    desk.get_by_role("link", name=organization.name).first.click()
    expect(desk.get_by_role("heading", level=1)).to_have_text(organization.name)
    axe(desk)
    desk.get_by_role("link", name="Approve").click()
    dialog = desk.get_by_role("dialog")
    expect(dialog).to_contain_text(f"Approve {organization.name}?")
    dialog.get_by_role("button", name="Approve").click()
    expect(desk.get_by_text(f"{organization.name} is a partner now.")).to_be_visible()
    expect(desk).to_have_url(re.compile(r"/desk/partners/prt_\w+/$"))

    console.goto("/")
    console.wait_for_url("**/partner/")
    console.goto("/partner/contract/")
    expect(console.get_by_text("The provider has recorded no contract with you yet.")).to_be_visible()
    assert [len(tellings(organization, f"partner_application_{step}")) for step in ("received", "approved")] == [1, 1]
