"""Which tests run on which database.

The database is chosen by DATABASE_URL, as for the product: none is SQLite. Tests marked `postgres` are left out on
SQLite. When DATABASE_URL names a PostgreSQL that does not answer, its tests are skipped with a loud count; where CI is
set that is an error.
"""

import os
from functools import cache
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest

from tests.plugins.skips import REQUIRED, say

URL = os.environ.get("DATABASE_URL", "")
SILENT = "no PostgreSQL answers at DATABASE_URL"


@cache
def answers(url: str) -> bool:
    """Whether a server answers at `url`; the test database itself need not exist yet."""
    parts = urlsplit(url)
    try:
        psycopg.connect(urlunsplit(parts._replace(path="/postgres")), connect_timeout=3).close()
    except psycopg.OperationalError:
        return False
    return True


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leaves out what means nothing on SQLite, and skips what a missing server cannot run."""
    if config.getoption("spec_report"):
        return
    if not URL:
        kept = [item for item in items if not item.get_closest_marker("postgres")]
        config.hook.pytest_deselected(items=[item for item in items if item.get_closest_marker("postgres")])
        items[:] = kept
    elif not answers(URL):
        if REQUIRED:
            raise pytest.UsageError(SILENT)
        for item in items:
            item.add_marker(pytest.mark.skip(reason=SILENT))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Counts what no server could run."""
    say(terminalreporter, SILENT)
