"""Somebody at a terminal is told that a closed number is no longer all there is."""

import os
import pty
import subprocess

from tests.journeys.installation import LONGEST, Installation, command

WORDS = "closed days have learnt more since; --later shows it beside, --now counts it"


def told_at_a_terminal(place: Installation, *arguments: str) -> str:
    """What the command says on stderr to a person."""
    ours, theirs = pty.openpty()
    try:
        subprocess.run(
            [*command(), *arguments],
            env=place.environment,
            stdout=subprocess.DEVNULL,
            stderr=theirs,
            check=True,
            timeout=LONGEST,
        )
        os.write(theirs, b"\n")  # so that there is something to read
        return os.read(ours, 10_000).decode()
    finally:
        os.close(ours)
        os.close(theirs)


def test_a_closed_number_that_is_no_longer_all_says_so(company: Installation) -> None:
    """Trap: an auditor reads the closed number and never learns that a later order belongs to its days."""
    january = ("measure", "revenue", "--from", "2026-01-01", "--to", "2026-01-31")
    company.done("ledger", "close", "2026-01-31")
    assert WORDS not in told_at_a_terminal(company, *january)
    company.done("import", "--undo", "1")
    assert WORDS in told_at_a_terminal(company, *january)
    assert WORDS not in company.done(*january).err
    for more in (("--later",), ("--now",), ("--as-of", "5"), ("--format", "csv")):
        assert WORDS not in told_at_a_terminal(company, *january, *more)
