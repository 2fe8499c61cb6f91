"""The browser of the tests: Debian's Chromium, or the one EMPORION_CHROMIUM names.

`make browser` installs it where it may. Where there is none, its tests are skipped with a loud count; where CI is set
that is a failure.
"""

import os
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.plugins.skips import REQUIRED, say

ABSENT = "no Chromium (make browser installs it, EMPORION_CHROMIUM names another)"
NAMES = ("chromium", "chromium-browser", "google-chrome")
# No sandbox: tests run as root in containers. No calls home: they would be refused, many at a time.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def executable() -> str:
    """Where the browser is; empty where there is none."""
    found = os.environ.get("EMPORION_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), "")
    return found or ""


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One browser for all tests of a worker; each test has a context of its own."""
    path = executable()
    if not path:
        if REQUIRED:
            pytest.fail(ABSENT)
        pytest.skip(ABSENT)
    # Playwright keeps a loop in this thread, and Django would refuse its tests that come after in the same worker.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield running
        running.close()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Counts what no browser could run."""
    say(terminalreporter, ABSENT)
