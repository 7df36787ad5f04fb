"""Signing in, seen through a real browser."""

from playwright.sync_api import Page, expect


def test_the_sign_in_page_opens(page: Page) -> None:
    page.goto("/account/sign-in/")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
