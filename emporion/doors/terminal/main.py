"""The command `emporion`."""

import importlib
import os
import signal
from threading import Timer
from types import FrameType
from typing import NoReturn

import click

from emporion.doors.terminal.failures import STOPPED, Stopped, say, told

# By command, the module that holds it: only the module of the command that was called is loaded.
_COMMANDS = {
    "import": "importing",
    "measure": "measuring",
    "metrics": "measuring",
    "facts": "measuring",
    "plan": "planning",
    "ledger": "ledger",
    "settings": "preferences",
    "user": "users",
    "demo": "demo",
    "upgrade": "upgrading",
    "serve": "serving",
    "backup": "backups",
    "restore": "backups",
}

PATIENCE = 10  # seconds in which a command that was told to stop may roll back and end by itself
OTHERS_NOTHING = 0o077  # what is written is customers, prices and pay: for its owner alone


class Lazy(click.Group):
    """A group that loads a command when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click calls it so
        """All commands, in the order of a first use."""
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """The command of that name, its module loaded."""
        if cmd_name not in _COMMANDS:
            return None
        module = importlib.import_module(f"emporion.doors.terminal.commands.{_COMMANDS[cmd_name]}")
        command: click.Command = getattr(module, f"{cmd_name}_command")
        return command


@click.group(cls=Lazy, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--traceback", is_flag=True, help="When something fails, show where in the program.")
@click.version_option(package_name="emporion", message="%(version)s")
def cli(*, traceback: bool) -> None:
    """The operating system of a sales department: records become facts, facts become numbers.

    Everything is kept in the folder EMPORION_HOME (./var).
    """


def main() -> NoReturn:
    """Runs the command line: exit 0 done, 1 refused or failed with one line on stderr, 2 wrong usage."""
    os.umask(OTHERS_NOTHING)
    for sign in (signal.SIGINT, signal.SIGTERM):
        signal.signal(sign, _stop)
    raise SystemExit(told(cli))


def _stop(_signal: int, _frame: FrameType | None) -> NoReturn:
    """Ends the command by unwinding it. Where that gets stuck (a library that swallows what is raised in it, a lock
    that is never given back), the process ends all the same: every write is one transaction, a kill loses nothing."""
    timer = Timer(PATIENCE, _end)
    timer.daemon = True
    timer.start()
    raise Stopped


def _end() -> NoReturn:
    os._exit(say(STOPPED))
