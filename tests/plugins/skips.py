"""What was not run is said loudly: counted in the last lines of the run, and a failure where CI is set."""

import os
from collections import Counter
from collections.abc import Iterable

import pytest

REQUIRED = os.environ.get("CI", "").lower() in {"1", "true", "yes"}


def loud_lines(reasons: Iterable[str], marks: Iterable[str]) -> list[str]:
    """One line for each of `marks` that skipped something: `NOT RUN: 12 tests, no PostgreSQL at …`."""
    counted = Counter(mark for reason in reasons for mark in marks if mark in reason)
    return [f"NOT RUN: {count} tests: {mark}" for mark, count in sorted(counted.items())]


def skip_reasons(reporter: pytest.TerminalReporter) -> list[str]:
    """Why each skipped test was skipped."""
    return [str(report.longrepr) for report in reporter.stats.get("skipped", [])]


def say(reporter: pytest.TerminalReporter, mark: str) -> None:
    """Prints the loud line of `mark`, if it skipped anything."""
    for line in loud_lines(skip_reasons(reporter), [mark]):
        reporter.write_line(line, red=True, bold=True)
