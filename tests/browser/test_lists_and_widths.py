"""Lists in a real browser: what can be done with chosen rows is in sight, fields stand in line, nothing is cut."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.visiting import DESK, PHONE, visiting

pytestmark = pytest.mark.spec("SYS-8")


def in_sight(page: Page, selector: str) -> bool:
    """Whether all of it is inside the window."""
    box = page.locator(selector).bounding_box()
    size = page.viewport_size
    assert box is not None
    assert size is not None
    return box["y"] >= 0 and box["y"] + box["height"] <= size["height"] + 1


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_what_is_done_with_rows_is_in_sight_once_one_is_chosen(
    browser: Browser, company: str, size: object
) -> None:
    """Trap: the buttons stood below fifty rows."""
    with visiting(browser, company, user="director", size=size) as visitor:  # type: ignore[arg-type]  # one of the sizes
        page = visitor.go("/tasks/?state=all")
        assert not in_sight(page, ".bulk")
        page.locator("input[name=pk]").first.check()
        assert in_sight(page, ".bulk")
        expect(page.locator("[data-chosen]")).to_have_text("1")
        page.locator(".pick-all").check()
        expect(page.locator("[data-chosen]")).to_have_text("50")
        assert in_sight(page, ".all-matching")
        page.locator("input[name=all]").check()
        expect(page.locator("[data-chosen]")).to_have_text("")
        page.locator("input[name=pk]").nth(3).uncheck()
        expect(page.locator("input[name=all]")).not_to_be_checked()
        expect(page.locator("[data-chosen]")).to_have_text("49")
        # At the end of the page the bar stands below the rows; elsewhere it covers the half of one, as any bar does.
        page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
        assert visitor.violations() == []


def test_fields_of_a_filter_stand_in_line(browser: Browser, company: str) -> None:
    """Trap: a select is four pixels higher than a field beside it."""
    with visiting(browser, company, user="director") as visitor:
        page = visitor.go("/tasks/")
        heights = page.eval_on_selector_all(
            ".filters :is(input:not([type=hidden]), select, button)",
            "all => all.map(one => one.offsetHeight)",
        )
        assert len(set(heights)) == 1, heights


@pytest.mark.parametrize("language", ["en", "ru", "el"])
def test_no_column_is_cut_on_a_usual_screen(browser: Browser, company: str, language: str) -> None:
    """Trap: the last column of eleven behind the edge, in the longest language."""
    with visiting(browser, company, user="director", language=language) as visitor:
        visitor.speak(language)
        for path in ("/deals/", "/department/"):
            page = visitor.go(path)
            cut = page.eval_on_selector_all(
                ".table-wrap", "all => all.map(one => one.scrollWidth - one.clientWidth)"
            )
            assert max(cut) <= 0, (path, cut)


@pytest.mark.parametrize("path", ["/department/", "/facts/revenue/", "/deals/"])
def test_on_a_phone_every_number_stands_after_its_word(browser: Browser, company: str, path: str) -> None:
    """Trap: a table of ten columns of which a phone shows two."""
    with visiting(browser, company, user="director", language="ru", size=PHONE) as visitor:
        visitor.speak("ru")
        page = visitor.go(path)
        cut = page.eval_on_selector_all(
            ".table-wrap", "all => all.map(one => one.scrollWidth - one.clientWidth)"
        )
        assert max(cut) <= 0, cut
        unnamed = page.eval_on_selector_all(
            "tbody tr:first-child td:not(.first, .pick, th + td)",
            "all => all.filter(one => !one.dataset.label).length",
        )
        assert unnamed == 0
