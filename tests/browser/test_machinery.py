"""What the house does by itself, seen through a real browser: mail on the shelf, messages, and the sandbox clock."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from kanal.identity.models import Person
from kanal.kit import clock
from kanal.kit.models import ClockShift, TickRun
from kanal.notices.models import Mail
from kanal.notices.tell import Reader, tell
from tests import database
from tests.browser.conftest import FindBarriers
from tests.browser.live import Live, live_server
from tests.browser.test_account import sign_in
from tests.worker_process import WorkerProcess, wait_until
from tests.world import World, a_world


@pytest.fixture(scope="module")
def live(django_db_setup: None) -> Iterator[Live]:
    """A server and a database for this file alone: its clock goes forward, and nobody else's may."""
    with live_server(f"{database.worker_database()}_machinery") as running:
        yield running


@pytest.fixture(scope="module")
def cast() -> dict[str, World]:
    """One cast for this file."""
    return {}


@pytest.fixture
def world(cast: dict[str, World], live_database: None) -> World:
    if "world" not in cast:
        cast["world"] = a_world()
        Person.objects.update(language="en")
    return cast["world"]


def told(person: Person, *, cause: str, at: datetime, link: str = "/account/notifications/") -> None:
    facts = {"organization": "Sao Mai", "key": cause, "begins_with": "kan_12345678", "expires_at": at}
    reader = Reader(person.email, person.name, "en", person_id=person.id)
    tell("api_key_expired", to=[reader], facts=facts, cause=cause, at=at, link=link)


def test_a_mail_on_the_shelf_is_read_and_its_button_leads_into_the_house(
    world: World, live: Live, page: Page, axe: FindBarriers
) -> None:
    told(world.lan, cause="Warehouse", at=clock.now())
    with WorkerProcess(live.database, KANAL_PUBLIC_URL=live.url):
        wait_until(lambda: Mail.objects.filter(cause="Warehouse", state=Mail.State.SENT).exists())

    page.goto("/dev/mail/?q=warehouse")
    axe(page)
    page.locator("tbody a.row-link").click()
    expect(page.locator("h1")).to_contain_text("Warehouse")
    letter = page.frame_locator("iframe")
    expect(letter.locator("h1")).to_be_visible()
    axe(page)
    letter.locator("a").first.click()
    expect(page).to_have_url(re.compile(r"/account/sign-in/\?next=/account/notifications/"))


def test_the_bell_counts_and_a_message_leads_on(world: World, live: Live, page: Page, axe: FindBarriers) -> None:
    for cause in ("Accounting", "Shop"):
        told(world.hung, cause=cause, at=clock.now())
    with WorkerProcess(live.database, KANAL_PUBLIC_URL=live.url):
        wait_until(lambda: Mail.objects.filter(to_address=world.hung.email, cause="Shop", state="SENT").exists())

    sign_in(page, world.hung.email, to="/notices/")
    expect(page.locator("#bell .tool-count")).to_be_visible()
    expect(page.locator("[data-unread]").filter(has_text="Shop")).to_have_count(1)
    axe(page)
    before = page.locator("[data-unread]").count()
    page.get_by_role("button", name=re.compile("Shop")).click()
    expect(page).to_have_url(re.compile("/account/notifications/"))
    page.goto("/notices/")
    expect(page.locator("[data-unread]")).to_have_count(before - 1)
    page.get_by_role("button", name="Mark all as read").click()
    expect(page.locator("[data-unread]")).to_have_count(0)
    told(world.hung, cause="Late", at=clock.now())
    with WorkerProcess(live.database, KANAL_PUBLIC_URL=live.url):
        wait_until(lambda: Mail.objects.filter(to_address=world.hung.email, cause="Late").exists())
    page.evaluate("window.dispatchEvent(new Event('focus'))")
    expect(page.locator("#bell .tool-count")).to_have_text("1")


def test_what_one_does_not_want_is_unticked_and_stays_so(world: World, page: Page, axe: FindBarriers) -> None:
    sign_in(page, world.mai.email, to="/account/notifications/")
    box = page.locator("input[value='api_key_expired:MAIL']")
    expect(box).to_be_checked()
    axe(page)
    box.uncheck()
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".message")).to_contain_text("saved")
    expect(box).not_to_be_checked()


def test_the_clock_is_moved_forty_days_and_the_page_shows_how_far_it_is(
    world: World, live: Live, page: Page, axe: FindBarriers
) -> None:
    sign_in(page, world.thu.email, to="/desk/clock/")
    page.get_by_role("link", name="A week").click()
    dialog = page.locator("dialog[open]")
    expect(dialog).to_contain_text("7 days")
    axe(page)
    dialog.get_by_role("link", name="Cancel").click()
    expect(dialog).to_have_count(0)
    assert not ClockShift.objects.exists()

    page.get_by_label("Days").fill("40")
    page.get_by_role("button", name="Continue").click()
    expect(page.locator("form.confirm")).to_contain_text("40 days")
    page.get_by_role("button", name="Move it").click()
    expect(page.locator("#clock-progress")).to_contain_text("of 40")
    with WorkerProcess(live.database, KANAL_PUBLIC_URL=live.url):
        wait_until(lambda: TickRun.objects.filter(ended_at__isnull=False, until_at__gt=in_forty_days()).exists())
        expect(page.locator("#clock-progress")).to_contain_text("40 of 40")
        expect(page.get_by_text("Forget old messages").first).to_be_visible()
    axe(page)
    assert clock.now() - clock.real_now() > timedelta(days=39)


def in_forty_days() -> datetime:
    return clock.real_now() + timedelta(days=39, hours=23)


def test_outside_a_browser_test_no_loop_runs(launched: object) -> None:
    """Playwright's loop would make every later test of this worker fail that starts one of its own."""
    with pytest.raises(RuntimeError, match="no running event loop"):
        asyncio.get_running_loop()
