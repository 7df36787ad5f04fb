"""Customers from a file, in a real browser: uploaded, looked through, confirmed, followed to its end, downloaded.

LINK-1 Several rows at once, each answered by itself. CRED-9 Progress that is true, and a result that can be kept.
"""

from __future__ import annotations

import re
from uuid import uuid4

import pytest
from playwright.sync_api import FilePayload, Page, expect

from kanal.batches.carry_out_rows import carry_out_rows
from kanal.batches.queries import batches_of
from kanal.identity.acting import acting
from kanal.identity.models import Organization, Person
from kanal.identity.queries import the_provider
from kanal.kit import clock
from kanal.onboarding.customers_from_file import ADD_CUSTOMERS
from tests.browser.conftest import FindBarriers, OpenBrowser
from tests.browser.test_partners import sign_in
from tests.world import a_partner, a_world, an_owner

UPLOAD = "/partner/accounts/files/new/"
ROWS = 150


@pytest.fixture
def partner(live_database: None) -> tuple[Person, Organization]:
    """Somebody new, since all tests live in one database."""
    if the_provider() is None:
        a_world()
    word = uuid4().hex[:8]
    owner, organization = an_owner("Mai Hoa", f"hoa.{word}@cuclan.example", f"Cúc Lan {word}", "0314409058")
    Person.objects.filter(id=owner.id).update(language="en")
    provider = the_provider()
    assert provider
    return owner, a_partner(organization, owner, acting(Person.objects.get(email="thu@saokhue.example"), provider))


def a_file(owner: Person) -> FilePayload:
    word = uuid4().hex[:6]
    lines = [f"khach{number}.{word}@vidu.example,Khách {number}" for number in range(ROWS)]
    text = "\n".join(["Email,Tên thường dùng", *lines, "không phải thư,", f"{owner.email},"])
    return FilePayload(name="khach-hang.csv", mimeType="text/csv", buffer=text.encode())


def carry_out_some(organization: Organization) -> None:
    batch = batches_of(organization, ADD_CUSTOMERS.name).first()
    assert batch
    carry_out_rows(ADD_CUSTOMERS, book_id=batch.book_id, batch_id=batch.id, at=clock.now())


def uploaded(page: Page, owner: Person) -> None:
    page.get_by_label("File").set_input_files(a_file(owner))
    page.get_by_role("button", name="Check the file").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("khach-hang.csv")


def test_a_file_is_followed_to_its_end(
    another_browser: OpenBrowser, partner: tuple[Person, Organization], axe: FindBarriers
) -> None:
    """LINK-1, CRED-9"""
    owner, organization = partner
    page = another_browser()
    sign_in(page, owner.email, to=UPLOAD)
    axe(page)
    with page.expect_download() as template:
        page.get_by_role("link", name="Template as XLSX").click()
    assert template.value.suggested_filename == "kanal-customer_files.xlsx"
    uploaded(page, owner)
    axe(page)
    page.get_by_role("link", name=re.compile("Has a problem")).click()
    expect(page.locator("tbody tr")).to_have_count(2)
    expect(page.locator("tbody")).to_contain_text("That is you")

    page.get_by_role("link", name=f"Invite {ROWS}").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text(f"Invite {ROWS} customers?")
    dialog.get_by_role("button", name=f"Invite {ROWS}").click()
    expect(page.locator("#batch-progress")).to_contain_text(f"0 of {ROWS}")
    axe(page)
    carry_out_some(organization)
    expect(page.locator("#batch-progress")).to_contain_text(f"100 of {ROWS}")
    carry_out_some(organization)

    expect(page.get_by_text("Carried out", exact=True)).to_be_visible()  # the page came by itself
    expect(page.locator(".items")).to_contain_text("Invitation sent")
    axe(page)
    with page.expect_download() as result:
        page.get_by_role("link", name="Result as XLSX").click()
    assert result.value.suggested_filename.endswith(".xlsx")
    page.goto("/partner/accounts/files/")
    expect(page.locator("tbody tr")).to_have_count(1)
    axe(page)


def test_without_script_every_step_can_be_done(
    another_browser: OpenBrowser, partner: tuple[Person, Organization]
) -> None:
    owner, organization = partner
    page = another_browser(java_script_enabled=False)
    sign_in(page, owner.email, to=UPLOAD)
    uploaded(page, owner)
    page.get_by_role("link", name=f"Invite {ROWS}").click()
    page.get_by_role("button", name=f"Invite {ROWS}").click()
    expect(page.locator("#batch-progress")).to_contain_text(f"0 of {ROWS}")
    carry_out_some(organization)
    page.get_by_role("link", name="Look again").click()
    expect(page.locator("#batch-progress")).to_contain_text(f"100 of {ROWS}")
    page.get_by_role("link", name="Stop").click()
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_text("Stopped", exact=True).first).to_be_visible()
    page.get_by_role("link", name=re.compile("Left out")).click()
    expect(page.locator("tbody")).to_contain_text("Stopped before its turn")
