"""The bar of a long command."""

import io
import sys

import pytest

from emporion.doors.terminal.progress import bar


class Screen(io.StringIO):
    """A terminal that keeps what it shows."""

    def isatty(self) -> bool:
        return True


def test_where_somebody_looks_each_file_has_its_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = Screen()
    monkeypatch.setattr(sys, "stderr", screen)
    with bar("import") as advance:
        assert advance is not None
        advance("orders.csv", 5, 10)
        advance("orders.csv", 10, 10)
        advance("targets.csv", 0, 3)
    assert "import orders.csv" in screen.getvalue()


def test_where_nobody_looks_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    file = io.StringIO()
    monkeypatch.setattr(sys, "stderr", file)
    with bar("import") as advance:
        assert advance is None
    assert not file.getvalue()
