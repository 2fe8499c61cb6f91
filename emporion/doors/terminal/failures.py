"""What can go wrong, in one line on stderr that says what to do."""

import errno
import os
import sys
import traceback

import click

from emporion.doors.terminal.output import plain
from emporion.kernel.errors import EmporionError

DONE, FAILED, WRONG_USAGE = 0, 1, 2
STOPPED = "stopped; what was finished is kept, and the same command goes on from there"
DISK_FULL = "the disk is full; free some space and run the same command again, it goes on where it stopped"
LONGEST_QUOTE = 200  # of another library's message
_SIGNS_OF_A_FULL_DISK = ("disk is full", "No space left", "no space left", "os error 28", "File too large")


class Stopped(BaseException):
    """Somebody told the command to end: Ctrl-C, or the system. What is half done is rolled back on the way out."""


def told(cli: click.Group) -> int:
    """Runs the command line; what fails is told on stderr. The exit code."""
    try:
        code = cli.main(prog_name="emporion", standalone_mode=False)
        sys.stdout.flush()
    except click.ClickException as wrong:
        wrong.show()
        return wrong.exit_code
    except (Stopped, click.Abort):
        return say(STOPPED)
    except (BrokenPipeError, SystemExit):  # click turns the first into the second
        return _reader_left()
    except Exception as failure:  # noqa: BLE001 - the last place where a failure can be put into words
        if "--traceback" in sys.argv:
            traceback.print_exc()
        return say(in_words(failure))
    return code if isinstance(code, int) else DONE


def in_words(failure: BaseException) -> str:
    """One line about a failure."""
    from django.core.exceptions import ImproperlyConfigured

    if isinstance(failure, EmporionError | ImproperlyConfigured):
        return _one_line(failure)
    if _is_full_disk(failure):
        return DISK_FULL
    known = _of_the_system(failure) or _of_the_store(failure) or _of_the_database(failure)
    return (
        known
        or f"unexpected {type(failure).__name__}: {_one_line(failure)} (emporion --traceback … shows where)"
    )


def _of_the_system(failure: BaseException) -> str | None:
    if isinstance(failure, PermissionError):
        return f"no permission for {failure.filename}: give it to the user who runs emporion"
    if isinstance(failure, OSError):
        where = f" {failure.filename}" if failure.filename else ""
        return f"{failure.strerror or _one_line(failure)}:{where}" if where else _one_line(failure)
    if isinstance(failure, MemoryError):
        return "memory ran out; lower EMPORION_DUCKDB_MEMORY or give the machine more"
    return None


def _of_the_store(failure: BaseException) -> str | None:
    library = type(failure).__module__.lstrip("_").split(".")[0]
    if library == "duckdb" and type(failure).__name__ == "OutOfMemoryException":
        return "memory ran out; raise EMPORION_DUCKDB_MEMORY or ask for a shorter period"
    if library in ("duckdb", "deltalake"):
        text = _one_line(failure)[:LONGEST_QUOTE]
        return (
            f"the fact store cannot be read; emporion ledger rebuild makes it anew from the ledger ({text})"
        )
    return None


def _of_the_database(failure: BaseException) -> str | None:
    from django.db import DatabaseError, InterfaceError, OperationalError

    text = _one_line(failure)
    if isinstance(failure, OperationalError | InterfaceError):
        if "locked" in text:
            return "the database is busy with another command; run this one again when that has ended"
        if "disk I/O error" in text:
            return "the disk does not take what is written: see that it is neither full nor broken, then run this again"
        if "readonly" in text or "read-only" in text:
            return "the database may only be read: give the user who runs emporion the right to write EMPORION_HOME"
        return f"the database does not answer ({text}); see to it, then run the same command again"
    return f"the database refused: {text}" if isinstance(failure, DatabaseError) else None


def _is_full_disk(failure: BaseException) -> bool:
    seen: BaseException | None = failure
    while seen is not None:
        if isinstance(seen, OSError) and seen.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            return True
        if any(sign in str(seen) for sign in _SIGNS_OF_A_FULL_DISK):
            return True
        seen = seen.__cause__ or seen.__context__
    return False


def _one_line(failure: BaseException) -> str:
    return plain(" ".join(str(failure).split())) or type(failure).__name__


def say(text: str) -> int:
    """One line on stderr; the exit code of a failure."""
    sys.stderr.write(f"emporion: {text}\n")
    sys.stderr.flush()
    return FAILED


def _reader_left() -> int:
    """Whoever read our output (`| head`) has seen enough: that is no failure, and Python must not complain about it
    when it closes stdout."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return DONE
