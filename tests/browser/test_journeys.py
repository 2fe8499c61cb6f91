"""From an empty installation to a record behind a number, as people go: by mouse, by keyboard alone, in each language.

Traps: a first run that leaves a step to the terminal; an import that only its author can map; a page that a keyboard
does not reach or where nobody sees the focus; a link that forgets the days one looked at; a key that means nothing on
a Russian keyboard; a number in English clothes.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.bicycles import FIRST, LAST, Bicycles, days, full, percent, short
from tests.browser.hands import Hand, Keys, Mouse, Walk
from tests.browser.serving import served
from tests.browser.visiting import visiting
from tests.browser.words import words
from tests.journeys.installation import Installation, installation

pytestmark = pytest.mark.spec("SYS-1", "SYS-7", "SYS-8", "SEE-4")
NAME, PASSWORD = "ann", "a wheel within a wheel"
LIGHT = "/metrics/"  # a page that comes at once
LONGEST = 120_000  # milliseconds that an import may take on a busy machine
HANDS: dict[str, Callable[[Page], Hand]] = {"mouse": Mouse, "keys": Keys}


@pytest.fixture(scope="module")
def bicycles(real_data: Path) -> Bicycles:
    """What their files say."""
    return Bicycles(real_data / "adventureworks")


@pytest.fixture(scope="module")
def brought(browser: Browser, bicycles: Bicycles, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of an installation into which somebody brought all these files through its pages."""
    with installation(tmp_path_factory.mktemp("bicycles"), server="") as place, served(place) as address:
        with visiting(browser, address) as visitor:
            walk = Walk(visitor, Mouse(visitor.page))
            first_run(walk, place)
            settings(walk)
            bring(walk, bicycles.files, check=False)
        yield address


@contextmanager
def walking(browser: Browser, address: str, hand: str = "mouse", language: str = "en") -> Iterator[Walk]:
    """Somebody who has signed in, in their language, and stands on their first page."""
    with visiting(browser, address, language=language) as visitor:
        walk = Walk(visitor, HANDS[hand](visitor.page))
        visitor.go(f"/account/login/?next={LIGHT}")
        walk.hand.fill(walk.field("login"), NAME)
        walk.hand.fill(walk.field("password"), PASSWORD)
        walk.follow(walk.button(words("doors/web/accounts", language).gettext("Sign in")))
        visitor.speak(language)  # whatever it was before: all walk on one account
        visitor.go(LIGHT)
        yield walk


def first_run(walk: Walk, place: Installation) -> None:
    """Whoever has the link becomes the director."""
    walk.visitor.go(f"/first-run/?token={(place.home / 'first-run.token').read_text()}")
    for name, text in {
        "first_name": "Ann",
        "username": NAME,
        "password": PASSWORD,
        "again": PASSWORD,
    }.items():
        walk.hand.fill(walk.field(name), text)
    walk.hand.choose(walk.field("language"), "English")
    walk.follow(walk.button("Begin"))
    assert walk.path == "/start/"


def settings(walk: Walk) -> None:
    """The company as it is: its name, its money, its days."""
    walk.follow(walk.link("Settings"))
    walk.hand.fill(walk.field("company_name"), "Adventure Works")
    walk.hand.choose(walk.field("base_currency"), "USD")
    walk.hand.choose(walk.field("zone"), "America/Los")
    walk.follow(walk.button("Keep"))
    assert "The settings are kept." in walk.said
    kept = [walk.field(name).input_value() for name in ("company_name", "base_currency", "zone")]
    assert kept == ["Adventure Works", "USD", "America/Los_Angeles"]


def bring(walk: Walk, files: list[Path], *, check: bool) -> None:
    """Files through the import page: which mapping reads them, perhaps a check, and what becomes of them."""
    walk.follow(walk.entry("Import"))
    walk.page.set_input_files("[name=tables]", files)
    walk.follow(walk.button("Bring these files"))
    walk.hand.choose(walk.page.locator("#preset"), "AdventureWorks")
    walk.follow(walk.button("Read by this mapping"))
    if check:
        walk.follow(walk.button("Check, write nothing"))
        wait(walk, "Checked; nothing was written yet.")
    walk.follow(walk.button("Import"))
    wait(walk, "Imported.")


def wait(walk: Walk, said: str) -> None:
    """Until the page that draws itself anew tells how the job ended."""
    expect(walk.page.locator("#upload progress")).to_have_count(0, timeout=LONGEST)
    assert said in walk.said
    assert not walk.visitor.complaints


def look_at_the_quarter(walk: Walk, language: str) -> None:
    """Department, of the days that have quotas."""
    walk.follow(walk.entry(words("doors/web/shell", language).gettext("Department")))
    walk.hand.press(walk.page.locator(".period summary"))
    walk.hand.fill(walk.page.locator("#period-from"), str(FIRST))
    walk.hand.fill(walk.page.locator("#period-to"), str(LAST))
    walk.follow(walk.page.locator(".period button"))
    assert walk.page.locator(".period-label").inner_text() == days(language)


def see_plan_and_fact(walk: Walk, bicycles: Bicycles, language: str) -> None:
    """Everybody's quota and what they sold, as their files have it."""
    ours = words("kernel/ui", language).gettext("%(fact)s of %(plan)s, %(reached)s")
    for person, quota in bicycles.quotas.items():
        sold = bicycles.sold(person)
        row = walk.page.locator(".people-table tbody tr").filter(has_text=bicycles.names[person])
        known = {"fact": short(sold, language), "plan": short(quota, language)}
        reached = percent(sold / quota, language)
        assert row.locator("svg[role=img]").get_attribute("aria-label") == ours % {
            **known,
            "reached": reached,
        }
        assert row.locator(".bar-words").inner_text().startswith(f"{known['fact']} {reached}")
    whole = walk.page.locator(".led .bar-words").inner_text()
    assert whole.startswith(short(bicycles.sold_by_all, language))


def open_the_number(walk: Walk, bicycles: Bicycles, language: str) -> str:
    """From Department to whoever sold most, to what they sold, to its facts, to the first order: its code."""
    best = bicycles.best
    walk.follow(walk.link(bicycles.names[best]))
    assert walk.page.locator("h1").inner_text() == bicycles.names[best]
    assert walk.page.locator(".period-label").inner_text() == days(language)
    walk.follow(walk.page.locator("main .bar-link").first)
    panels = words("doors/web/panels", language)
    assert panels.gettext("Facts behind the number") in walk.said
    assert walk.page.locator(".metric-number").inner_text() == full(bicycles.sold(best), language)
    many = bicycles.lines_of(best)
    assert walk.page.locator(".count").inner_text() == panels.ngettext(
        "%(many)s fact", "%(many)s facts", many
    ) % {"many": many}
    link = walk.page.locator("tbody a[href^='/orders/']").first
    code = re.sub(r"\D", "", link.inner_text())
    walk.follow(link)
    return code


def see_the_order(walk: Walk, bicycles: Bicycles, code: str, language: str) -> None:
    """The card of the order: its total is the one in the files, and its seller."""
    cards, theirs = words("doors/web/cards", language), bicycles.orders[code]
    assert theirs["SalesPersonID"] == bicycles.best
    assert walk.page.locator("h1").inner_text() == cards.gettext("Order %(code)s") % {"code": code}
    for name in ("Lines", "Whose sale it is", "Payments"):
        assert walk.page.get_by_role("heading", name=cards.gettext(name), exact=True).count() == 1
    total = walk.page.locator("dt").get_by_text(cards.gettext("Total"), exact=True).locator("+ dd")
    assert total.inner_text() == full(Decimal(theirs["SubTotal"]), language)
    assert bicycles.names[bicycles.best] in walk.said


@pytest.mark.parametrize("hand", ["mouse", "keys"])
def test_from_the_quarter_to_an_order(browser: Browser, brought: str, bicycles: Bicycles, hand: str) -> None:
    with walking(browser, brought, hand) as walk:
        look_at_the_quarter(walk, "en")
        see_plan_and_fact(walk, bicycles, "en")
        see_the_order(walk, bicycles, open_the_number(walk, bicycles, "en"), "en")


@pytest.mark.parametrize("language", ["ru", "el"])
def test_the_same_in_another_language(
    browser: Browser, brought: str, bicycles: Bicycles, language: str
) -> None:
    with walking(browser, brought, language=language) as walk:
        look_at_the_quarter(walk, language)
        see_plan_and_fact(walk, bicycles, language)
        see_the_order(walk, bicycles, open_the_number(walk, bicycles, language), language)


def test_an_empty_product_is_begun_by_keyboard_alone(
    browser: Browser, bicycles: Bicycles, tmp_path: Path
) -> None:
    """From the link that `serve` prints to an order; only the file dialog is the browser's own."""
    folder = tmp_path / "files"
    folder.mkdir()
    few = bicycles.with_one_order(folder)
    with (
        installation(tmp_path, server="") as place,
        served(place) as address,
        visiting(browser, address) as visitor,
    ):
        walk = Walk(visitor, Keys(visitor.page))
        first_run(walk, place)
        settings(walk)
        bring(walk, few.files, check=True)
        look_at_the_quarter(walk, "en")
        see_plan_and_fact(walk, few, "en")
        see_the_order(walk, few, open_the_number(walk, few, "en"), "en")


def test_every_key_does_what_its_list_says(browser: Browser, brought: str, bicycles: Bicycles) -> None:
    """`?` lists the keys, `/` finds, `t` shows the table of a chart, `c` logs a call with whom one looks at."""
    order = next(iter(bicycles.orders_of(bicycles.best)))
    with walking(browser, brought, "keys") as walk:
        page = walk.page
        page.keyboard.press("?")
        expect(page.locator("#keys")).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.locator("#keys")).not_to_be_visible()

        page.keyboard.press("/")
        page.keyboard.type(order["SalesOrderID"])
        walk.arrive(lambda: page.keyboard.press("Enter"))
        walk.follow(page.locator("main a[href^='/orders/']").first)
        assert order["SalesOrderID"] in page.locator("h1").inner_text()

        walk.follow(walk.link(bicycles.names[bicycles.best]))
        table = page.locator(".chart-table table").first
        expect(table).not_to_be_visible()
        page.keyboard.press("t")
        expect(table).to_be_visible()

        walk.follow(page.locator(".counted a[href^='/customers/']").first)
        customer, card = page.locator("h1").inner_text(), walk.path
        walk.arrive(lambda: page.keyboard.press("c"))
        assert walk.field("customer").input_value().startswith(customer)
        walk.hand.fill(walk.field("note"), "They ask for a blue one")
        walk.follow(walk.button("Log it"))
        assert walk.path == card
        assert "Logged." in walk.said
        assert "They ask for a blue one" in walk.said


@pytest.mark.parametrize(("key", "language"), [("с", "ru"), ("ψ", "el")])
def test_a_key_is_the_same_on_a_keyboard_of_other_letters(
    browser: Browser, brought: str, key: str, language: str
) -> None:
    with walking(browser, brought, language=language) as walk:
        session = walk.page.context.new_cdp_session(walk.page)
        typed = {"type": "keyDown", "key": key, "text": key, "code": "KeyC"}
        walk.arrive(lambda: session.send("Input.dispatchKeyEvent", typed))
        assert walk.path == "/activities/log/call/"
