"""Bringing a database to this program's version."""

import click

from emporion.doors.terminal.output import say
from emporion.doors.terminal.readiness import is_set_up, pending_steps, upgrade


@click.command("upgrade")
@click.option("--no-backup", is_flag=True, help="Without a backup before.")
def upgrade_command(*, no_backup: bool) -> None:
    """Bring the database to the version of this program, after a backup. It may be stopped and run again."""
    pending = pending_steps()
    if pending and is_set_up() and not no_backup:
        from emporion.doors.operations.backups.keeping import back_up_before_upgrade

        say(f"backed up before: {back_up_before_upgrade().path}")
    upgrade()
    steps = len(pending)
    say(
        f"{steps} {'step' if steps == 1 else 'steps'} done"
        if steps
        else "nothing to do: the database fits this program"
    )
