"""Every page in a real browser: nothing in the console, nothing axe finds, nothing wider than the screen .

Traps: a word of Russian or Greek that pushes a table over the edge; a grey that cannot be read in the dark; a field
without its label; a script or a style that the content security policy stops.
"""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, ViewportSize

from tests.browser.visiting import DESK, PHONE, Visitor, visiting, with_theme
from tests.pages.addresses import addresses
from tests.pages.table import rule_of

pytestmark = pytest.mark.spec("SYS-8")
NO_PAGE = (".zip", ".csv", "/options/", "/health/")  # files, and what a page's script asks
HALF = ViewportSize(width=DESK["width"] // 2, height=DESK["height"] // 2)  # 200 % zoom


@pytest.fixture(scope="module")
def director(browser: Browser, company: str) -> Iterator[Visitor]:
    """Who sees every page."""
    with visiting(browser, company, user="director") as visitor:
        yield visitor


@pytest.fixture(scope="module")
def paths(director: Visitor) -> list[str]:
    """Every page without anything that varies, and of each list the first card and its form."""
    plain = [
        one.path()
        for one in addresses()
        if not one.parameters
        and (rule := rule_of(one.name))
        and not rule.posts
        and not one.path().endswith(NO_PAGE)
    ]
    return [*plain, *_cards(director, plain), "/metrics/revenue/?by=team&by=month", "/facts/revenue/"]


def _cards(visitor: Visitor, lists: list[str]) -> list[str]:
    found = []
    for path in lists:
        visitor.go(path)
        links = visitor.page.locator("a.row-link")
        if links.count():
            found.append(str(links.first.get_attribute("href")))
    return list(dict.fromkeys(found))


def test_axe_finds_nothing_in_either_theme(director: Visitor, paths: list[str]) -> None:
    found = []
    for path in paths:
        director.go(path)
        for theme in ("light", "dark"):
            with_theme(director, theme)
            found += [f"{path} ({theme}) {one}" for one in director.violations()]
    assert found == []


@pytest.mark.spec("SYS-7")
@pytest.mark.parametrize("language", ["en", "ru", "el"])
def test_nothing_is_wider_than_a_phone(
    browser: Browser, company: str, paths: list[str], language: str
) -> None:
    with visiting(browser, company, user="director", language=language, size=PHONE) as visitor:
        visitor.speak(language)
        wide = [f"{path}: {over} px" for path in paths if (over := _opened(visitor, path)) > 0]
    assert wide == []


def test_twice_as_large_fits(browser: Browser, company: str, paths: list[str]) -> None:
    """At 200 % the screen holds half as much, and everything is still there."""
    with visiting(browser, company, user="director", size=HALF) as visitor:
        wide = [f"{path}: {over} px" for path in paths if (over := _opened(visitor, path)) > 0]
    assert wide == []


def test_every_page_works_without_scripts(browser: Browser, company: str, paths: list[str]) -> None:
    with visiting(browser, company, user="director", script=False) as visitor:
        for path in paths:
            visitor.go(path)
            assert visitor.page.locator("main h1").count() == 1, path


def _opened(visitor: Visitor, path: str) -> int:
    visitor.go(path)
    return visitor.overflow()
