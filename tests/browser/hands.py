"""The two ways people work with a page: with a mouse, and by keyboard alone. A journey is written once for both."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import urlsplit

from playwright.sync_api import Locator, Page

from tests.browser.visiting import Visitor

FARTHEST = 500  # presses of Tab after which a link counts as out of reach
# Where the focus is, and whether one sees it there: a ring or a shadow that nothing else has.
STANDS = """target => { if (document.activeElement !== target) return "";
const style = getComputedStyle(target);
return style.outlineStyle !== "none" || style.boxShadow !== "none" ? "seen" : "unseen"; }"""


class Hand(Protocol):
    """What one does with the parts of a page."""

    def reach(self, part: Locator) -> None:
        """Gets there."""

    def press(self, part: Locator) -> None:
        """Presses a link, a button or the head of a menu."""

    def fill(self, field: Locator, text: str) -> None:
        """Writes a text instead of what stands there; a day as YYYY-MM-DD."""

    def choose(self, field: Locator, label: str) -> None:
        """Chooses what begins so."""


@dataclass(frozen=True, slots=True)
class Mouse:
    """Clicks."""

    page: Page

    def reach(self, part: Locator) -> None:
        """Moves there."""
        part.hover()

    def press(self, part: Locator) -> None:
        """Clicks it."""
        part.click()

    def fill(self, field: Locator, text: str) -> None:
        """Clicks into it and writes."""
        field.fill(text)

    def choose(self, field: Locator, label: str) -> None:
        """Chooses in the list that opens."""
        labels = [one for one in field.locator("option").all_inner_texts() if one.startswith(label)]
        field.select_option(label=labels[0])


@dataclass(frozen=True, slots=True)
class Keys:
    """Presses keys, and never touches a mouse."""

    page: Page

    def press(self, part: Locator) -> None:
        """Goes there and presses Enter."""
        self.reach(part)
        self.page.keyboard.press("Enter")

    def fill(self, field: Locator, text: str) -> None:
        """Goes there and types."""
        self.reach(field)
        if field.get_attribute("type") == "date":
            year, month, day = text.split("-")
            text = month + day + year  # the order of an English browser
        else:
            self.page.keyboard.press("Control+a")
        self.page.keyboard.type(text)

    def choose(self, field: Locator, label: str) -> None:
        """Goes there and types how it begins, as lists understand it."""
        self.reach(field)
        self.page.keyboard.type(label)

    def reach(self, part: Locator) -> None:
        """To a part of the page by Tab, over the navigation by its skip link; it must be seen that one is there."""
        target = part.element_handle()
        if self.page.evaluate("document.activeElement === document.body"):
            self.page.keyboard.press("Tab")
            if target.evaluate("target => document.getElementById('main').contains(target)"):
                self.page.keyboard.press("Enter")
        for _press in range(FARTHEST):
            if stands := target.evaluate(STANDS):
                assert stands == "seen", f"nobody sees that {part} is in focus"
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"Tab does not come to {part}")


@dataclass(frozen=True, slots=True)
class Walk:
    """Somebody on the way from page to page."""

    visitor: Visitor
    hand: Hand

    @property
    def page(self) -> Page:
        """Where they are."""
        return self.visitor.page

    @property
    def path(self) -> str:
        """Its address, without what is asked of it."""
        return urlsplit(self.page.url).path

    @property
    def said(self) -> str:
        """The text of the page."""
        return self.page.locator("main").inner_text()

    def follow(self, part: Locator) -> None:
        """Presses what leads to another page, which must come without a complaint."""
        self.hand.reach(part)
        self.arrive(lambda: self.hand.press(part))

    def arrive(self, step: Callable[[], object]) -> None:
        """Does what leads to another page, which must come without a complaint."""
        before = self.page.url
        with self.page.expect_navigation():
            step()
        import time

        print("ARRIVED", round(time.time() % 10000, 1), before[-60:], self.page.url[-60:])
        assert self.page.locator("h1").count() == 1, (before, self.page.url)
        assert not self.visitor.complaints, f"{before} to {self.page.url}: {self.visitor.complaints}"

    def link(self, name: str) -> Locator:
        """The link of that name on the page itself."""
        return self.page.locator("main").get_by_role("link", name=name, exact=True).first

    def button(self, name: str) -> Locator:
        """The button of that name on the page itself."""
        return self.page.locator("main").get_by_role("button", name=name, exact=True).first

    def entry(self, name: str) -> Locator:
        """The entry of the navigation."""
        return self.page.locator(".shell-side").get_by_role("link", name=name, exact=True)

    def field(self, name: str) -> Locator:
        """The field of that name in its form."""
        return self.page.locator(f"main [name={name}]").first
