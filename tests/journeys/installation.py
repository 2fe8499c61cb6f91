"""An installation as a stranger has it: a data folder, perhaps a PostgreSQL database, and the command."""

import atexit
import json
import os
import secrets
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg

ROOT = Path(__file__).resolve().parents[2]
SERVER = os.environ.get("DATABASE_URL", "")
LONGEST = 300  # seconds one command may take, on a busy machine


@dataclass(frozen=True, slots=True)
class Said:
    """What a command answered."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Its one document; fails when there is anything else on stdout."""
        return json.loads(self.out)


@dataclass(frozen=True, slots=True)
class Installation:
    """One data folder with its database; `emporion` runs the real command in a process of its own."""

    home: Path
    database_url: str = ""
    more: Mapping[str, str] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        """What the command finds in its environment."""
        kept = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
        named = {"EMPORION_HOME": str(self.home), "PYTHONPATH": str(ROOT), "PYTHONHASHSEED": "0", **self.more}
        return kept | named | ({"DATABASE_URL": self.database_url} if self.database_url else {})

    def start(self, *arguments: object) -> "subprocess.Popen[str]":
        """Starts the command and does not wait."""
        return subprocess.Popen(
            [*command(), *map(str, arguments)],
            env=self.environment,
            cwd=self.home.parent,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def emporion(self, *arguments: object) -> Said:
        """Runs the command to its end."""
        with self.start(*arguments) as process:
            out, err = process.communicate(timeout=LONGEST)
        return Said(process.returncode, out, err)

    def done(self, *arguments: object) -> Said:
        """Runs the command, which must succeed."""
        said = self.emporion(*arguments)
        assert said.code == 0, (
            f"emporion {' '.join(map(str, arguments))}: exit {said.code}\n{said.err}{said.out}"
        )
        return said

    def asked(self, *arguments: object) -> Any:
        """Runs the command, which must succeed with one JSON document."""
        return self.done(*arguments).json

    def sql(self, statement: str) -> list[tuple[Any, ...]]:
        """Runs a statement straight in the database, behind the product's back."""
        if self.database_url:
            with psycopg.connect(self.database_url, autocommit=True) as connection:
                cursor = connection.execute(statement)
                return cursor.fetchall() if cursor.description else []
        raw = sqlite3.connect(self.home / "emporion.sqlite3", timeout=30)
        try:
            rows = raw.execute(statement).fetchall()
            raw.commit()
        finally:
            raw.close()
        return rows


def command() -> list[str]:
    """The installed command, or the same by its module where the package is not installed."""
    installed = Path(sys.executable).parent / "emporion"
    if installed.exists():
        return [str(installed)]
    return [sys.executable, "-c", "from emporion.doors.terminal.main import main; main()"]


@contextmanager
def installation(
    folder: Path, *, server: str = SERVER, like: Installation | None = None
) -> Iterator[Installation]:
    """A copy of an installation in that folder, with a database of its own; gone afterwards.

    Without `like` it is empty: a copy of one that the product set up itself, which takes the product seconds. `server`
    is the PostgreSQL to use, or nothing for SQLite.
    """
    model = like or _set_up(server)
    home = folder / "home"
    shutil.copytree(model.home, home)
    if not server:
        yield Installation(home)
        return
    with _database(server, template=model.database_url) as url:
        yield Installation(home, url)


@cache
def _set_up(server: str) -> Installation:
    """A home as the product's first command leaves it; removed when the tests end."""
    folder = Path(tempfile.mkdtemp(prefix="model-", dir=os.environ["EMPORION_HOME"]))
    keeping = ExitStack()
    atexit.register(keeping.close)
    url = keeping.enter_context(_database(server)) if server else ""
    made = Installation(folder / "home", url)
    made.done("upgrade")
    return made


@contextmanager
def _database(server: str, template: str = "") -> Iterator[str]:
    name = f"emporion_{secrets.token_hex(6)}"
    model = urlsplit(template).path.lstrip("/") or "template1"
    with psycopg.connect(_at(server, "postgres"), autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name} TEMPLATE {model}")
    try:
        yield _at(server, name)
    finally:
        with psycopg.connect(_at(server, "postgres"), autocommit=True) as admin:
            admin.execute(f"DROP DATABASE {name} WITH (FORCE)")


def _at(server: str, name: str) -> str:
    return urlunsplit(urlsplit(server)._replace(path=f"/{name}"))
