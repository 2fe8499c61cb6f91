"""`make pictures`: every main page of the made-up company, in two sizes, two themes and three languages."""

import os
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from tests.browser.serving import served
from tests.browser.visiting import DESK, PHONE, Visitor, sign_in, visiting
from tests.journeys.installation import Installation
from tests.plugins.chromium import FLAGS, executable

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "pictures"
PATIENCE = 180_000  # milliseconds for a page of a busy machine
LANGUAGES = ("en", "ru", "el")
THEMES = ("light", "dark")
SIZES = {"1440": DESK, "390": PHONE}
# By name, who opens the page and where it is; what ends with a star is the first card that the list links to.
PAGES = {
    "sign-in": ("", "/account/login/"),
    "my-page": ("closer", "/"),
    "assistant": ("assistant", "/"),
    "department": ("head", "/department/"),
    "business": ("director", "/business/"),
    "metrics": ("director", "/metrics/"),
    "metric": ("director", "/metrics/revenue/?by=team&by=month"),
    "metric-usual": ("closer", "/metrics/revenue/"),
    "facts": ("director", "/facts/revenue/"),
    "customers": ("head", "/customers/"),
    "customer": ("head", "/customers/*"),
    "deals": ("head", "/deals/"),
    "board": ("head", "/deals/board/"),
    "deal": ("head", "/deals/*"),
    "activities": ("head", "/activities/"),
    "tasks": ("head", "/tasks/"),
    "orders": ("head", "/orders/"),
    "order": ("head", "/orders/*"),
    "products": ("head", "/products/"),
    "product": ("head", "/products/*"),
    "people": ("head", "/people/"),
    "member": ("head", "/people/*"),
    "territories": ("director", "/territories/"),
    "search": ("head", "/search/?q=test"),
    "import": ("director", "/import/"),
    "jobs": ("director", "/jobs/"),
    "audit": ("director", "/audit/"),
    "settings": ("director", "/settings/"),
    "users": ("director", "/settings/users/"),
    "roles": ("director", "/settings/roles/"),
    "calendar": ("director", "/settings/calendar/"),
}


def main(wanted: list[str]) -> int:
    """Makes the pictures, all or those named: of a made-up company of its own, or of that in the folder `MADE`."""
    names = [name for name in PAGES if not wanted or name in wanted]
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        place = Installation(Path(os.environ.get("MADE") or Path(folder) / "home"))
        if not place.home.exists():
            place.home.mkdir()
            place.done("demo", "--scale", os.environ.get("SCALE", "1"))
        browser = playwright.chromium.launch(executable_path=executable(), args=FLAGS)
        with served(place) as address:
            for language in LANGUAGES:
                _in_one_language(browser, address, language, names)
        browser.close()
    return 0


def _in_one_language(browser: Browser, address: str, language: str, names: list[str]) -> None:
    for user in dict.fromkeys(PAGES[name][0] for name in names):
        own = [name for name in names if PAGES[name][0] == user]
        for theme in THEMES:
            for size, viewport in SIZES.items():
                with visiting(browser, address, language=language, size=viewport) as visitor:
                    visitor.page.context.set_default_timeout(PATIENCE)
                    visitor.page.context.add_cookies([{"name": "theme", "value": theme, "url": address}])
                    if user:
                        sign_in(visitor, user)
                        visitor.speak(language)
                    for name in own:
                        _picture(visitor, name, f"{name}-{size}-{theme}-{language}.png")


def _picture(visitor: Visitor, name: str, file: str) -> None:
    _user, path = PAGES[name]
    if path.endswith("*"):
        visitor.go(path.rstrip("*"))
        link = visitor.page.locator("a.row-link").first.get_attribute("href")
        assert link, f"{path} lists nothing"
        path = link
    page = visitor.go(path)
    page.wait_for_load_state("networkidle")  # what a page asks for after itself
    page.wait_for_timeout(200)  # until a chart is drawn
    FOLDER.mkdir(exist_ok=True)
    page.screenshot(path=FOLDER / file, full_page=True)
    sys.stdout.write(f"{file}\n")


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
