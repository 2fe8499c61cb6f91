"""Bringing a database to this program's version."""

import click

from emporion.doors.terminal.output import say
from emporion.doors.terminal.readiness import upgrade


@click.command("upgrade")
def upgrade_command() -> None:
    """Bring the database to the version of this program; back it up before. It may be stopped and run again."""
    steps = upgrade()
    say(
        f"{steps} {'step' if steps == 1 else 'steps'} done"
        if steps
        else "nothing to do: the database fits this program"
    )
