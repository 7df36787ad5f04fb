"""Every page of every menu, as the demonstration fills it: in both languages, light and dark, narrow and wide.

No barrier that axe-core calls serious, no console error, no request to another host, no sideways scrolling. Pages
are found in the menus, so a later one is looked at from the day it appears. The pictures in docs/ are made here:
KANAL_PICTURES=1 bin/test tests/browser/test_every_page.py
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize

from kanal.cli._demo_cast import PASSWORD
from kanal.web.access import Door
from kanal.web.menus import ACCOUNT_MENU, MENU
from tests import database
from tests.browser.conftest import FindBarriers
from tests.browser.live import Live, environment_of, live_server
from tests.browser.watch import Watch

HEADS = {Door.PARTNER: "lan@saomai.example", Door.CONSOLE: "an@anphat.example", Door.DESK: "thu@saokhue.example"}
WIDE, NARROW = ViewportSize(width=1360, height=850), ViewportSize(width=360, height=740)
PICTURES = database.ROOT / "docs" / "images"
KEPT = database.ROOT / "var" / "test" / "pictures"


@dataclass(frozen=True)
class Look:
    """One way of looking at a page; two of them cover each theme, language and width."""

    theme: str
    language: str
    viewport: ViewportSize


LOOKS = [Look("LIGHT", "vi", WIDE), Look("DARK", "en", NARROW)]


@pytest.fixture(scope="module")
def demo(django_db_setup: None) -> Iterator[Live]:
    """A server of its own whose database holds the demonstration, made by the command that makes it for people."""
    with live_server(f"{database.worker_database()}_demo") as live:
        command = [sys.executable, "-m", "kanal", "demo"]
        told = {**os.environ, **environment_of(live)}
        subprocess.run(command, cwd=database.ROOT, env=told, check=True, capture_output=True)
        yield live


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: f"{look.theme}-{look.language}".lower())
@pytest.mark.parametrize("door", Door)
def test_a_page_of_the_menu_keeps_nobody_out(
    door: Door, look: Look, demo: Live, chromium: Browser, axe: FindBarriers
) -> None:
    watch = Watch(demo.url)
    context = chromium.new_context(
        base_url=demo.url,
        viewport=look.viewport,
        locale=look.language,
        reduced_motion="reduce",
    )
    watch.over(context)
    page = signed_in(context, HEADS[door], look)
    for url in addresses_of(door):
        page.goto(url)
        assert page.locator("html").get_attribute("lang") == look.language
        axe(page)
        assert not scrolls_sideways(page), f"{url} is wider than {look.viewport['width']} px"
        picture(page, f"{door}{url}", look)
    if look.viewport is WIDE:
        page.goto(reverse(door.overview))
        for_the_readme(page, door)
    context.close()
    assert not watch.complaints, "\n".join([*watch.complaints, demo.last_words()])


def signed_in(context: BrowserContext, email: str, look: Look) -> Page:
    page = context.new_page()
    page.goto("/account/sign-in/")
    page.locator("#id_login").fill(email)
    page.locator("#id_password").fill(PASSWORD)
    page.locator("#id_password").press("Enter")
    page.wait_for_url(lambda url: "/sign-in/" not in url)
    page.goto("/account/")
    page.locator("select[name=language]").select_option(look.language)
    page.locator("select[name=theme]").select_option(look.theme)
    with page.expect_navigation():
        page.locator("main form button").first.click()
    return page


def addresses_of(door: Door) -> list[str]:
    names = [entry.url_name for entry in MENU[door]] + [entry.url_name for entry in ACCOUNT_MENU]
    return list(dict.fromkeys(reverse(name) for name in names))


def scrolls_sideways(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))


def picture(page: Page, name: str, look: Look) -> None:
    """For whoever wants to look: the last run's pages lie under var/."""
    KEPT.mkdir(parents=True, exist_ok=True)
    slug = name.strip("/").replace("/", "-")
    page.screenshot(path=KEPT / f"{slug}-{look.theme.lower()}-{look.language}.png", full_page=True)


def for_the_readme(page: Page, door: Door) -> None:
    if os.environ.get("KANAL_PICTURES"):
        PICTURES.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=PICTURES / f"{door}.png")
