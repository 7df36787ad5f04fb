"""Real Chromium against the real server: one of each per worker, a fresh browser profile per test.

`page` fails the test on any console error or warning, any break of the Content-Security-Policy and any request to
another origin. `another_browser()` opens further profiles under the same watch. `axe(page)` finds what keeps people
out. `tests.mailbox` reads what was mailed: with a page, a test's own database is the live one.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import override_settings
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests import database
from tests.browser.live import Live, live_server
from tests.browser.watch import Watch

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE_MS = 20_000  # a loaded machine is slow, not broken
SERIOUS = {"serious", "critical"}
# Fetching style sheets anew to put them in the page would break the very policy that the watch holds.
HOW = {"resultTypes": ["violations"], "preload": False}

OpenBrowser = Callable[..., Page]
FindBarriers = Callable[[Page], None]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/browser/" in str(item.path):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def live(django_db_setup: None) -> Iterator[Live]:
    with live_server(f"{database.worker_database()}_browser") as running:
        yield running


@pytest.fixture(scope="session")
def launched() -> Iterator[tuple[Browser, asyncio.AbstractEventLoop]]:
    """Chromium, and the event loop through which Playwright speaks with it, put aside until a test wants both."""
    if not CHROMIUM.exists():
        sentence = "Chromium is not installed, so no page was looked at: apt-get install chromium."
        if os.environ.get("CI"):
            pytest.fail(sentence)
        pytest.skip(sentence)
    with sync_playwright() as playwright:
        expect.set_options(timeout=PATIENCE_MS)
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        loop = asyncio.get_running_loop()
        asyncio._set_running_loop(None)
        yield browser, loop
        asyncio._set_running_loop(loop)
        browser.close()


@pytest.fixture
def chromium(launched: tuple[Browser, asyncio.AbstractEventLoop], monkeypatch: pytest.MonkeyPatch) -> Iterator[Browser]:
    """Playwright's loop runs in this thread during the test and no longer: no other test may meet a running loop."""
    browser, loop = launched
    # Django would take the test for async code.
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    asyncio._set_running_loop(loop)
    yield browser
    asyncio._set_running_loop(None)


@pytest.fixture
def live_database(live: Live, chromium: Browser, django_db_blocker: pytest.FixtureRequest) -> Iterator[None]:
    """What the test itself reads and writes is what the pages show."""
    from django.db import connections

    with django_db_blocker.unblock(), override_settings(PUBLIC_URL=live.url):  # type: ignore[attr-defined]
        database.point_django_at(live.database)
        try:
            yield
        finally:
            connections.close_all()
            database.point_django_at(database.worker_database())


@pytest.fixture
def another_browser(chromium: Browser, live: Live, live_database: None) -> Iterator[OpenBrowser]:
    """A profile of its own: another device, another person. Takes Playwright's options of a context."""
    watch, opened = Watch(live.url), list[BrowserContext]()

    def open_browser(**options: object) -> Page:
        settings = {"locale": "en-GB", "viewport": {"width": 1280, "height": 800}, **options}
        context = chromium.new_context(base_url=live.url, **settings)  # type: ignore[arg-type]
        context.set_default_timeout(PATIENCE_MS)
        watch.over(context)
        opened.append(context)
        return context.new_page()

    yield open_browser
    for context in opened:
        context.close()
    assert not watch.complaints, "\n".join([*watch.complaints, live.last_words()])


@pytest.fixture
def page(another_browser: OpenBrowser) -> Page:
    return another_browser()


@pytest.fixture
def axe() -> FindBarriers:
    def find(page: Page) -> None:
        found = Axe().run(page, options=HOW).response["violations"]
        barriers = [
            f"{each['id']} ({each['impact']}): {each['help']}: {[node['target'] for node in each['nodes']]}"
            for each in found
            if each["impact"] in SERIOUS
        ]
        assert not barriers, f"{page.url}\n" + "\n".join(barriers)

    return find
