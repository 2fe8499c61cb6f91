"""Other people's real files (AdventureWorks, Northwind, CRM exports), which are not part of the source.

They lie in EMPORION_TEST_DATA, by default ../shared/data beside the clone. Where they are absent their tests are
skipped with a loud count; where CI is set that is a failure.
"""

import os
from pathlib import Path

import pytest

from tests.plugins.skips import REQUIRED, say

ROOT = Path(__file__).resolve().parents[2]
FOLDER = Path(os.environ.get("EMPORION_TEST_DATA") or ROOT.parent / "shared" / "data")
ABSENT = "no test data in EMPORION_TEST_DATA"


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of real files; skips the test where there is none."""
    if FOLDER.is_dir():
        return FOLDER.resolve()
    if REQUIRED:
        pytest.fail(f"{ABSENT}: {FOLDER}")
    pytest.skip(ABSENT)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Counts what could not be read."""
    say(terminalreporter, ABSENT)
