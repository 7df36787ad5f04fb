"""What must not happen behind a page's back: an error in the console, a refused script or style, a foreign request."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request, Response

ANSWERED_WITH_NO = re.compile(r"Failed to load resource: the server responded with a status of 4\d\d")
CSP_BROKEN = "document.addEventListener('securitypolicyviolation', e => console.error('CSP: ' + e.violatedDirective))"


@dataclass
class Watch:
    """A page that answers 404 or 422 on purpose is no complaint; anything it loads that does so is."""

    origin: str
    complaints: list[str] = field(default_factory=list)

    def over(self, context: BrowserContext) -> None:
        context.add_init_script(CSP_BROKEN)
        context.on("request", self.asked)
        context.on("response", self.answered)
        context.on("console", self.said)
        context.on("weberror", lambda error: self.complaints.append(f"script: {error.error}"))

    def asked(self, request: Request) -> None:
        url = urlsplit(request.url)
        if url.scheme not in {"data", "blob", "about"} and f"{url.scheme}://{url.netloc}" != self.origin:
            self.complaints.append(f"a request left the house: {request.method} {request.url}")

    def answered(self, response: Response) -> None:
        asked = response.request
        is_page = asked.is_navigation_request() or asked.headers.get("hx-request") == "true"
        if response.status >= (500 if is_page else 400):
            self.complaints.append(f"{response.status} {response.request.method} {response.url}")

    def said(self, message: ConsoleMessage) -> None:
        if message.type not in {"error", "warning"} or ANSWERED_WITH_NO.search(message.text):
            return
        self.complaints.append(f"console {message.type}: {message.text} ({message.location.get('url', '')})")


def settled(page: Page) -> Page:
    page.wait_for_load_state("networkidle")
    return page
