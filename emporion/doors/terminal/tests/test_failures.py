"""What can go wrong is told in one line that says what to do."""

import errno
import sqlite3

import click
import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import IntegrityError, OperationalError

from emporion.doors.terminal.failures import DISK_FULL, STOPPED, Stopped, in_words, told
from emporion.kernel.errors import Refusal


def wrapped(outer: Exception, inner: Exception) -> Exception:
    """As the database layer hands on an error of the driver."""
    outer.__cause__ = inner
    return outer


@pytest.mark.parametrize(
    ("failure", "words"),
    [
        (Refusal("x", "not so,\nbut so"), "not so, but so"),
        (OSError(errno.ENOSPC, "No space left on device"), DISK_FULL),
        (
            wrapped(OperationalError("database or disk is full"), sqlite3.OperationalError("disk full")),
            DISK_FULL,
        ),
        (wrapped(RuntimeError("commit failed"), OSError(errno.EFBIG, "File too large")), DISK_FULL),
        (OperationalError("disk I/O error"), "neither full nor broken"),
        (OperationalError("database is locked"), "busy with another command"),
        (OperationalError("attempt to write a readonly database"), "may only be read"),
        (
            OperationalError("connection refused\nIs it running?"),
            "does not answer (connection refused Is it running?)",
        ),
        (IntegrityError("UNIQUE constraint failed"), "the database refused: UNIQUE constraint failed"),
        (
            PermissionError(errno.EACCES, "Permission denied", "/var/emporion"),
            "no permission for /var/emporion",
        ),
        (
            FileNotFoundError(errno.ENOENT, "No such file or directory", "a.csv"),
            "No such file or directory: a.csv",
        ),
        (ImproperlyConfigured("DATABASE_URL must begin so"), "DATABASE_URL must begin so"),
        (Refusal("x", "no order \x1b[2J"), "no order �[2J"),
        (MemoryError(), "memory ran out"),
        (ZeroDivisionError("division by zero"), "unexpected ZeroDivisionError: division by zero"),
    ],
)
def test_one_line(failure: Exception, words: str) -> None:
    text = in_words(failure)
    assert words in text
    assert "\n" not in text


@pytest.mark.parametrize(
    ("failure", "code", "line"),
    [
        (Refusal("x", "no"), 1, "emporion: no\n"),
        (Stopped(), 1, f"emporion: {STOPPED}\n"),
        (click.UsageError("say it otherwise"), 2, "Error: say it otherwise\n"),
    ],
)
def test_exit_codes(
    failure: BaseException,
    code: int,
    line: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    @click.group(invoke_without_command=True)
    def cli() -> None:
        raise failure

    monkeypatch.setattr("sys.argv", ["emporion"])
    assert told(cli) == code
    assert capsys.readouterr().err.splitlines(keepends=True)[-1] == line


def test_done_is_0(monkeypatch: pytest.MonkeyPatch) -> None:
    @click.group(invoke_without_command=True)
    def cli() -> str:
        return "what a command gives back is not its exit code"

    monkeypatch.setattr("sys.argv", ["emporion"])
    assert told(cli) == 0
