"""Ties tests to docs/spec.md: `@pytest.mark.spec("PLAN-2")` names the promise a test proves.

An id that docs/spec.md does not hold stops the collection. `make spec` prints, per id, how many tests prove it.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import pytest

SPEC = Path(__file__).resolve().parents[2] / "docs" / "spec.md"
ROW = re.compile(r"^\| ([A-Z]+-\d+) \|", re.MULTILINE)


def ids_of(text: str) -> list[str]:
    """The ids in the tables of a specification, in its order."""
    return ROW.findall(text)


def unknown_ids(proved: Iterable[str], known: Iterable[str]) -> list[str]:
    """The ids tests claim and the specification does not hold."""
    return sorted(set(proved) - set(known))


def report_lines(known: Iterable[str], proofs: Mapping[str, int]) -> Iterator[str]:
    """`TEAM-1: 4 tests` or `TEAM-2: not yet`, one line per id."""
    for name in known:
        count = proofs.get(name, 0)
        yield f"{name}: {count} test{'' if count == 1 else 's'}" if count else f"{name}: not yet"


def _claims(items: Iterable[pytest.Item]) -> Counter[str]:
    return Counter(
        name for item in items for name in {arg for mark in item.iter_markers("spec") for arg in mark.args}
    )


class _SpecReport:
    """Replaces pytest's list of collected tests by the report."""

    def __init__(self) -> None:
        self.proofs: Counter[str] = Counter()

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        known = ids_of(SPEC.read_text(encoding="utf-8"))
        for line in report_lines(known, self.proofs):
            terminalreporter.write_line(line)
        terminalreporter.write_line(
            f"{sum(name in self.proofs for name in known)} of {len(known)} ids proved"
        )


def pytest_addoption(parser: pytest.Parser) -> None:
    """Adds --spec-report."""
    parser.addoption(
        "--spec-report", action="store_true", help="print how many tests prove each id of the spec"
    )


def pytest_configure(config: pytest.Config) -> None:
    """Collects only, where the report is asked for."""
    if config.getoption("spec_report"):
        config.option.collectonly = True
        config.pluginmanager.register(_SpecReport(), "spec-report")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Refuses unknown ids; counts the claims for the report."""
    claims = _claims(items)
    unknown = unknown_ids(claims, ids_of(SPEC.read_text(encoding="utf-8")))
    if unknown:
        raise pytest.UsageError(f"docs/spec.md has no {', '.join(unknown)}")
    report = config.pluginmanager.get_plugin("spec-report")
    if isinstance(report, _SpecReport):
        report.proofs.update(claims)
