"""What tests do in a browser: sign in, go somewhere, and see that nothing is wrong with a page."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, ViewportSize

ROOT = Path(__file__).resolve().parents[2]
AXE = (ROOT / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
DESK = ViewportSize(width=1440, height=900)
PHONE = ViewportSize(width=390, height=844)
# WCAG 2.2 AA is what the product promises (SYS-8).
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@dataclass
class Visitor:
    """Somebody with a browser at an installation."""

    address: str
    page: Page
    complaints: list[str] = field(default_factory=list)

    def go(self, path: str) -> Page:
        """Opens a page; fails when it is not there or the console complains."""
        answer = self.page.goto(self.address + path)
        assert answer is not None
        assert answer.status < 400, f"{path}: {answer.status}"
        assert not self.complaints, f"{path}: {self.complaints}"
        return self.page

    def overflow(self) -> int:
        """By how many pixels the page is wider than the screen."""
        return int(self.page.evaluate("document.documentElement.scrollWidth - window.innerWidth"))

    def speak(self, language: str) -> None:
        """Chooses the language of the account, as its owner does in the menu."""
        self.page.evaluate(
            """language => { const form = document.querySelector("form[action='/appearance/']");
            return fetch('/appearance/', {method: 'POST', body: new URLSearchParams({language,
            csrfmiddlewaretoken: form.querySelector('[name=csrfmiddlewaretoken]').value})}).then(() => null); }""",
            language,
        )

    def violations(self) -> list[str]:
        """What axe finds wrong with the page as it stands."""
        self.page.evaluate(AXE)
        found: list[dict[str, Any]] = self.page.evaluate(
            "rules => axe.run(document, {runOnly: rules, resultTypes: ['violations']}).then(found => found.violations)",
            RULES,
        )
        return [f"{one['id']}: {_said(node)}" for one in found for node in one["nodes"]]


def _said(node: dict[str, Any]) -> str:
    return f"{node['html'][:160]} {node.get('failureSummary', '')[:200]}"


@contextmanager
def visiting(
    browser: Browser,
    address: str,
    *,
    user: str = "",
    language: str = "en",
    script: bool = True,
    size: ViewportSize = DESK,
) -> Iterator[Visitor]:
    """A visitor, signed in with one click where `user` is named (in the made-up company)."""
    context = browser.new_context(
        viewport=size, locale=language, java_script_enabled=script, base_url=address, reduced_motion="reduce"
    )
    context.add_cookies([{"name": "language", "value": language, "url": address}])
    visitor = Visitor(address, context.new_page())
    _listen(context, visitor)
    try:
        if user:
            sign_in(visitor, user)
        yield visitor
    finally:
        context.close()


def _listen(context: BrowserContext, visitor: Visitor) -> None:
    def heard(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            visitor.complaints.append(message.text)

    context.on("console", heard)
    context.on("weberror", lambda error: visitor.complaints.append(str(error.error)))


def sign_in(visitor: Visitor, user: str) -> None:
    """With one click, as the made-up company allows."""
    visitor.go("/account/login/")
    visitor.page.locator(f"button[name=username][value='{user}']").click()
    visitor.page.wait_for_load_state()


def with_theme(visitor: Visitor, theme: str) -> None:
    """Turns the page to the light or dark theme, as the cookie would."""
    visitor.page.evaluate("theme => document.documentElement.setAttribute('data-bs-theme', theme)", theme)
