"""The shell in a real browser: by keyboard alone, without script, narrow and wide, light and dark, for every reader."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Locator, Page, expect

from kanal.identity.models import Person
from kanal.identity.queries import the_provider
from kanal.kit.keys import search_key
from kanal.notices.models import Mail
from tests.browser.conftest import FindBarriers, OpenBrowser
from tests.browser.live import Live
from tests.browser.watch import settled
from tests.world import PASSWORD, a_world

DOORS = {
    "thu": ("thu@saokhue.example", "/desk/"),
    "lan": ("lan@saomai.example", "/partner/"),
    "an": ("an@anphat.example", "/console/"),
}
LISTS = {"thu": "/desk/organizations/", "lan": "/partner/members/", "an": "/console/api-keys/"}
NARROW = {"width": 360, "height": 740}

SignedIn = Callable[..., Page]
_states: dict[tuple[str, str], Any] = {}


@pytest.fixture
def signed_in(another_browser: OpenBrowser, live: Live, live_database: None) -> SignedIn:
    """A browser of somebody of the cast, who signed in by the form once for all tests."""
    if the_provider() is None:
        a_world()

    def open_as(name: str, *, language: str = "en", theme: str = "SYSTEM", **options: Any) -> Page:
        email, home = DOORS[name]
        Person.objects.filter(email=email).update(language=language, theme=theme)
        key = (live.url, email)
        if key not in _states:
            page = another_browser()
            page.goto(f"/account/sign-in/?next={home}")
            page.locator("#id_login").fill(email)
            page.locator("#id_password").fill(PASSWORD)
            page.locator("form.form .form-foot button").click()
            page.wait_for_url(f"**{home}")
            _states[key] = page.context.storage_state()
        return another_browser(storage_state=_states[key], **options)

    return open_as


@pytest.fixture
def mails(live_database: None) -> str:
    """Sixty mails that share one word of their own."""
    word = f"w{uuid4().hex[:8]}"
    start = datetime(2026, 3, 18, 5, 0, tzinfo=UTC)
    Mail.objects.bulk_create(
        Mail(
            kind="test",
            cause=f"{word}-{n}",
            to_address=f"reader{n}@example.com",
            language="vi",
            subject=f"{word} Thư số {n:02} với một tiêu đề khá dài để xuống dòng",
            made_at=start + timedelta(minutes=n),
            state=Mail.State.FAILED if n % 3 else Mail.State.IN_DOUBT,
            search_key=search_key(f"{word} thư số {n:02}"),
        )
        for n in range(60)
    )
    return word


def overflow(page: Page) -> int:
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


def focused(page: Page) -> Locator:
    return page.locator(":focus")


# --- By keyboard alone ---------------------------------------------------------------------------------------------
def test_the_first_key_leads_past_the_menu(signed_in: SignedIn) -> None:
    page = signed_in("lan")
    page.goto("/partner/")
    page.keyboard.press("Tab")
    expect(focused(page)).to_have_text("Skip to the content")
    expect(focused(page)).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(focused(page)).to_have_id("content")


def test_a_walk_through_the_shell_without_a_mouse(signed_in: SignedIn) -> None:
    page = signed_in("lan")
    page.goto("/partner/")
    reached = []
    for _n in range(40):
        page.keyboard.press("Tab")
        ring = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        named = page.evaluate(
            "(document.activeElement.innerText || document.activeElement.ariaLabel || document.activeElement.id).trim()"
        )
        assert ring != "none" or named == "find", f"no focus ring on {named}"
        reached.append(named)
        if named == "Members":
            break
    assert reached[0] == "Skip to the content"
    page.keyboard.press("Enter")
    page.wait_for_url("**/partner/members/")
    expect(page.locator(".side-link[aria-current=page]")).to_have_text("Members")


def test_the_search_is_one_key_away(signed_in: SignedIn) -> None:
    page = signed_in("lan")
    page.goto("/partner/")
    page.keyboard.press("/")
    expect(focused(page)).to_have_id("find")
    page.keyboard.type("hung")
    expect(page.locator("#find-answers [data-hit]").first).to_contain_text("Phan Mạnh Hùng")
    page.keyboard.press("ArrowDown")
    expect(focused(page)).to_contain_text("Phan Mạnh Hùng")
    page.keyboard.press("Enter")
    page.wait_for_url("**/partner/members/mem_*/")
    page.keyboard.press("Control+k")
    expect(focused(page)).to_have_id("find")
    page.keyboard.type("over")
    expect(page.locator("#find-answers [data-hit]")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(page.locator("#find")).to_have_value("")
    expect(page.locator("#find-answers")).to_be_empty()


def test_a_slash_typed_into_a_field_is_a_slash(signed_in: SignedIn) -> None:
    page = signed_in("thu")
    page.goto("/dev/style/")
    page.locator("[name=customer]").focus()
    page.keyboard.type("A/B")
    expect(page.locator("[name=customer]")).to_have_value("A/B")


def test_menus_open_walk_and_close_by_keys(signed_in: SignedIn) -> None:
    page = signed_in("lan")
    page.goto("/partner/")
    account = page.locator(".bar summary", has=page.locator(".face"))
    account.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowDown")
    expect(focused(page)).to_have_text("Profile")
    page.keyboard.press("ArrowUp")
    expect(focused(page)).to_have_text("Sign out")
    page.keyboard.press("Escape")
    expect(account).to_be_focused()
    expect(page.locator("details.menu[open]")).to_have_count(0)


def test_a_menu_closes_when_the_focus_or_a_click_goes_elsewhere(signed_in: SignedIn) -> None:
    page = signed_in("lan")
    page.goto("/partner/")
    first, second = page.locator(".bar-tools .needs-wide summary").all()
    first.click()
    second.click()
    expect(page.locator("details.menu[open]")).to_have_count(1)
    page.locator("h1").click()
    expect(page.locator("details.menu[open]")).to_have_count(0)


def test_a_dialog_takes_the_focus_and_gives_it_back(signed_in: SignedIn) -> None:
    page = signed_in("thu")
    page.goto("/dev/style/")
    opener = page.get_by_role("link", name="Open it as a dialog")
    opener.focus()
    page.keyboard.press("Enter")
    dialog = page.locator("dialog[open]")
    expect(dialog).to_contain_text("1,000,000")
    assert page.evaluate("document.querySelector('dialog').contains(document.activeElement)")
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(opener).to_be_focused()


# --- For whoever listens, and for whoever sees less ----------------------------------------------------------------
@pytest.mark.parametrize("theme", ["LIGHT", "DARK"])
@pytest.mark.parametrize("name", DOORS)
def test_overviews_and_lists_keep_nobody_out(signed_in: SignedIn, axe: FindBarriers, name: str, theme: str) -> None:
    page = signed_in(name, theme=theme)
    for url in (DOORS[name][1], LISTS[name]):
        settled(page) if page.goto(url) else None
        axe(page)


@pytest.mark.parametrize("theme", ["LIGHT", "DARK"])
@pytest.mark.parametrize("size", [NARROW, {"width": 1440, "height": 900}])
def test_the_style_page_keeps_nobody_out(
    signed_in: SignedIn, axe: FindBarriers, mails: str, theme: str, size: dict[str, int]
) -> None:
    page = signed_in("thu", theme=theme, viewport=size)
    page.goto(f"/dev/style/?q={mails}")
    axe(settled(page))
    page.locator("#forms form .form-foot button").click()
    expect(page.locator("[data-summary]")).to_be_focused()
    axe(settled(page))


@pytest.mark.parametrize("theme", ["LIGHT", "DARK"])
def test_open_sheets_and_errors_keep_nobody_out(signed_in: SignedIn, axe: FindBarriers, theme: str) -> None:
    page = signed_in("lan", theme=theme)
    page.goto("/partner/nothing/")
    axe(page)
    page.goto("/desk/")
    axe(page)
    page.goto("/partner/members/")
    page.locator(".list-tools summary").last.click()
    axe(page)


# --- Narrow and wide -----------------------------------------------------------------------------------------------
@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("name", DOORS)
def test_nothing_sticks_out_of_a_telephone(signed_in: SignedIn, mails: str, name: str, language: str) -> None:
    page = signed_in(name, language=language, viewport=NARROW)
    for url in (DOORS[name][1], LISTS[name], "/search/?q=a", f"/dev/style/?q={mails}", "/nothing/"):
        settled(page) if page.goto(url) else None
        assert overflow(page) == 0, url


@pytest.mark.parametrize("width", [640, 899, 900, 1024, 1920, 2560])
def test_nothing_sticks_out_of_a_window(signed_in: SignedIn, mails: str, width: int) -> None:
    page = signed_in("thu", viewport={"width": width, "height": 800})
    for url in ("/desk/", f"/dev/style/?q={mails}&column=subject&column=to&column=state&column=made&column=tries"):
        page.goto(url)
        assert overflow(page) == 0, url


def test_the_menu_is_a_drawer_where_it_is_narrow(signed_in: SignedIn) -> None:
    page = signed_in("lan", viewport=NARROW)
    page.goto("/partner/")
    expect(page.locator("#side")).to_be_hidden()
    page.get_by_role("button", name="Menu", exact=True).click()
    expect(page.locator("#side")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#side")).to_be_hidden()
    page.get_by_role("button", name="Menu", exact=True).click()
    page.locator("#side").get_by_role("link", name="Members").click()
    page.wait_for_url("**/partner/members/")


def test_heads_of_a_list_stay_in_sight(signed_in: SignedIn, mails: str) -> None:
    page = signed_in("thu")
    page.goto(f"/dev/style/?q={mails}&size=50")
    page.locator("#lists tbody tr").nth(30).scroll_into_view_if_needed()
    expect(page.locator("#lists thead th").first).to_be_in_viewport()


# --- Language and theme --------------------------------------------------------------------------------------------
def test_language_and_theme_are_changed_in_the_bar_and_stay(signed_in: SignedIn) -> None:
    """ID-7"""
    page = signed_in("lan")
    page.goto("/partner/members/?order=since")
    page.locator(".bar-tools .needs-wide summary").first.click()
    page.get_by_role("button", name="Tiếng Việt").locator("visible=true").click()
    expect(page.locator("html")).to_have_attribute("lang", "vi")
    assert page.url.endswith("/partner/members/?order=since")
    page.locator(".bar-tools .needs-wide summary").last.click()
    page.get_by_role("button", name="Tối", exact=True).locator("visible=true").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "DARK")
    page.goto("/partner/")
    assert Person.objects.get(email=DOORS["lan"][0]).theme == "DARK"
    assert brightness(page) < 60


@pytest.mark.parametrize(
    ("scheme", "theme", "dark"),
    [
        ("dark", "SYSTEM", True),
        ("light", "SYSTEM", False),
        ("dark", "LIGHT", False),
        ("light", "DARK", True),
    ],
)
def test_the_readers_theme_wins_over_the_systems(signed_in: SignedIn, scheme: str, theme: str, dark: bool) -> None:
    page = signed_in("lan", theme=theme, color_scheme=scheme)
    page.goto("/partner/")
    assert (brightness(page) < 60) is dark


def brightness(page: Page) -> float:
    """Of the page's ground, 0 to 255, as it is painted."""
    painted = page.evaluate(
        """() => {
            const canvas = document.createElement("canvas").getContext("2d");
            canvas.fillStyle = getComputedStyle(document.querySelector("main")).backgroundColor;
            canvas.fillRect(0, 0, 1, 1);
            return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3);
        }"""
    )
    return float(sum(painted)) / 3


def test_nothing_moves_for_whoever_wants_it_still(signed_in: SignedIn) -> None:
    page = signed_in("lan", reduced_motion="reduce")
    page.goto("/partner/")
    assert page.evaluate("getComputedStyle(document.querySelector('.side-link')).transitionProperty") == "none"


# --- Without script ------------------------------------------------------------------------------------------------
def test_everything_works_without_script(signed_in: SignedIn, mails: str) -> None:
    page = signed_in("lan", java_script_enabled=False)
    page.goto("/partner/")
    page.locator("#find").fill("hung")
    page.locator("#find").press("Enter")
    page.wait_for_url("**/search/?q=hung")
    page.get_by_role("main").get_by_role("link", name="Phan Mạnh Hùng").click()
    page.wait_for_url("**/members/mem_*/")

    page.goto(f"/dev/style/?q={mails}&size=10")
    page.locator("#lists select[name=state]").select_option("IN_DOUBT")
    page.locator("#lists").get_by_role("button", name="Show", exact=True).click()
    page.wait_for_url("**state=IN_DOUBT**")
    expect(page.locator("#lists tbody tr")).to_have_count(10)
    page.locator("#lists").get_by_role("link", name="Next").click()
    expect(page.locator("#lists tbody tr")).to_have_count(10)

    page.locator("#forms form .form-foot button").click()
    expect(page.locator("[data-summary]")).to_be_visible()

    page.goto("/dev/style/")
    page.get_by_role("link", name="Open it as a dialog").click()
    page.wait_for_url("**/dev/style/confirm/")
    page.get_by_role("main").get_by_role("button").last.click()
    expect(page.locator(".message[data-level=success]").first).to_be_visible()

    page.locator(".bar-tools .needs-wide summary").first.click()
    page.get_by_role("button", name="Tiếng Việt").locator("visible=true").click()
    expect(page.locator("html")).to_have_attribute("lang", "vi")


def test_the_drawer_opens_without_script(signed_in: SignedIn) -> None:
    page = signed_in("lan", java_script_enabled=False, viewport=NARROW)
    page.goto("/partner/")
    page.get_by_role("button", name="Menu", exact=True).click()
    expect(page.locator("#side")).to_be_visible()


# --- Lists ---------------------------------------------------------------------------------------------------------
def test_a_list_narrows_as_one_types_and_the_address_follows(signed_in: SignedIn, mails: str) -> None:
    page = signed_in("thu")
    page.goto("/dev/style/?size=10")
    field = page.locator("#lists input[type=search]")
    field.press_sequentially(f"{mails} 07")
    expect(page.locator("#lists tbody tr")).to_have_count(1)
    expect(page).to_have_url(re.compile(rf"/dev/style/\?q={mails}\+07&size=10$"))
    expect(field).to_be_focused()
    expect(page.locator("#list-mails-said")).to_have_text("1 row")


def test_pages_turn_without_loading_all_and_back_goes_back(signed_in: SignedIn, mails: str) -> None:
    page = signed_in("thu")
    page.goto(f"/dev/style/?q={mails}&size=10&order=made")
    page.evaluate("window.stayed = true")
    page.locator("#list-mails-later").click()
    expect(page.locator("#lists tbody tr").first).to_contain_text("Thư số 10")
    assert page.evaluate("window.stayed") is True
    page.go_back()
    expect(page.locator("#lists tbody tr").first).to_contain_text("Thư số 00")


def test_a_click_on_a_row_opens_its_detail(signed_in: SignedIn) -> None:
    page = signed_in("lan")
    page.goto("/partner/members/")
    page.locator("tbody tr").first.locator("td").nth(1).click()
    page.wait_for_url("**/partner/members/mem_*/")


def test_what_is_filtered_is_what_is_downloaded(signed_in: SignedIn, mails: str) -> None:
    page = signed_in("thu")
    page.goto(f"/dev/style/?q={mails}")
    page.locator(".list-tools summary").first.click()
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV").click()
    text = download.value.path().read_text(encoding="utf-8-sig")
    assert text.count(mails) == 60


# --- Forms ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("language", "shown"), [("vi", "1.234.567"), ("en", "1,234,567")])
def test_amounts_are_grouped_as_they_are_typed(signed_in: SignedIn, language: str, shown: str) -> None:
    page = signed_in("thu", language=language)
    page.goto("/dev/style/")
    field = page.locator("[name=amount]")
    field.press_sequentially("1234567")
    expect(field).to_have_value(shown)


def test_the_caret_stays_behind_its_digit(signed_in: SignedIn) -> None:
    page = signed_in("thu", language="vi")
    page.goto("/dev/style/")
    field = page.locator("[name=amount]")
    field.press_sequentially("1234567")
    for _n in range(5):
        field.press("ArrowLeft")
    field.press("0")
    expect(field).to_have_value("12.304.567")
    assert field.evaluate("field => field.selectionStart") == len("12.30")
    field.press("Backspace")
    field.press("Backspace")
    expect(field).to_have_value("124.567")
    assert field.evaluate("field => field.selectionStart") == len("12")


def test_a_day_says_what_kind_of_day_it_is(signed_in: SignedIn) -> None:
    page = signed_in("thu")
    page.goto("/dev/style/")
    page.locator("[name=starts]").fill("01/01/2027")
    page.locator("[name=starts]").press("Tab")
    expect(page.locator("#id_starts_hint")).to_contain_text("not a working day")


def test_what_was_sent_survives_a_session_that_had_ended(signed_in: SignedIn) -> None:
    page = signed_in("lan")
    page.goto("/partner/organization/edit/")
    phone = page.locator("[name=phone]")
    phone.fill("+84 24 0000 1111")
    kept = page.context.cookies()
    page.context.clear_cookies(name="sessionid")
    page.locator("form.form .form-foot button").click()
    page.wait_for_url("**/account/sign-in/**")
    page.context.add_cookies([cookie for cookie in kept if cookie["name"] == "sessionid"])  # type: ignore[misc]
    page.goto("/partner/organization/edit/")
    expect(page.locator("[name=phone]")).to_have_value("+84 24 0000 1111")
    page.reload()
    expect(page.locator("[name=phone]")).not_to_have_value("+84 24 0000 1111")


def test_a_form_is_sent_once_however_often_it_is_clicked(signed_in: SignedIn) -> None:
    page = signed_in("thu")
    page.goto("/dev/style/")
    sent = []
    page.on("request", lambda request: sent.append(request) if request.method == "POST" else None)
    page.evaluate(
        """() => {
            const button = document.querySelector("#forms form .form-foot button");
            for (let n = 0; n < 5; n += 1) button.click();
        }"""
    )
    expect(page.locator("[data-summary]")).to_be_visible()
    assert len(sent) == 1


def test_progress_goes_on_by_itself_to_its_end(signed_in: SignedIn) -> None:
    page = signed_in("thu")
    page.goto("/dev/style/")
    bar = page.locator("#work progress")
    before = int(bar.get_attribute("value") or 0)
    page.wait_for_function(
        "before => Number(document.querySelector('#work progress').getAttribute('value')) > before", arg=before
    )
    page.wait_for_selector("#work[data-standing=done]", timeout=25_000)
    expect(page.locator("#work .progress-says")).to_contain_text("400 of 400")
