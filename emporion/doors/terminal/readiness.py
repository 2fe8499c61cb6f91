"""Before any command: the data folder and the database are there and fit this program."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager

from emporion.kernel.errors import Refusal


def ensure_ready() -> None:
    """Load Django; make the data folder and the database where there are none. Refuses a database that is older or
    newer than this program."""
    pending = pending_steps()
    if pending and is_set_up():
        raise Refusal(
            "older_database",
            "the database is of an older emporion: run emporion upgrade, which backs it up before",
        )
    if pending or not is_set_up():
        with _one_at_a_time():
            set_up()


def load() -> None:
    """Load Django and all parts."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "emporion.settings")
    import django
    from django.conf import settings

    settings.HOME.mkdir(mode=0o700, parents=True, exist_ok=True)
    # A command needs one connection; a pool would try for half a minute before it said that no server answers.
    options = settings.DATABASES["default"].get("OPTIONS")
    if isinstance(options, dict):
        options.pop("pool", None)
    django.setup()


def pending_steps() -> list[str]:
    """Load Django; the steps of an upgrade that the database still needs. Refuses a database that is newer."""
    load()
    pending, newer = _migrations()
    if newer:
        raise Refusal(
            "newer_database", f"the database was made by a newer emporion ({newer[0]}): install that version"
        )
    return pending


def upgrade() -> None:
    """Bring the database to this program's version. What a kill left half done, the next run finishes."""
    with _one_at_a_time():
        set_up()


def refuse_without_database() -> None:
    """Refuses where there is nothing yet that could be backed up."""
    if not is_set_up():
        raise Refusal("no_installation", "there is nothing here yet: no database was set up")


def set_up() -> None:
    """Tables, standard roles, and the ledger in its currency: EMPORION_CURRENCY at the first start, else the default.
    What is there stays as it is, so that a set-up that was killed is finished by the next command."""
    from django.core.management import call_command

    from emporion.kernel.access.actions import install_standard_roles

    call_command("migrate", verbosity=0, interactive=False)
    install_standard_roles()
    if not is_set_up():
        _begin_ledger(os.environ.get("EMPORION_CURRENCY", ""))


def _begin_ledger(currency: str) -> None:
    from emporion.kernel.access.viewer import SYSTEM
    from emporion.kernel.clock import now
    from emporion.kernel.ledger.epoch import begin_epoch
    from emporion.kernel.preferences.actions import set_preference
    from emporion.kernel.preferences.queries import preference

    if currency:
        set_preference(name="base_currency", value=currency, by=SYSTEM, at=now())
    else:
        begin_epoch(base_currency=str(preference("base_currency")))


def _migrations() -> tuple[list[str], list[str]]:
    """Steps this program has and the database has not, and the reverse."""
    from django.db import connection
    from django.db.migrations.loader import MigrationLoader

    loader = MigrationLoader(connection)
    applied, known = set(loader.applied_migrations), set(loader.disk_migrations)
    return _named(known - applied), _named(applied - known - set(loader.replacements))


def _named(steps: set[tuple[str, str]]) -> list[str]:
    return sorted(".".join(step) for step in steps)


def is_set_up() -> bool:
    """Whether the database was set up to its end once, by this program or an older one."""
    from django.db import connection

    from emporion.kernel.ledger.epoch import current_epoch
    from emporion.kernel.ledger.models import Epoch

    exists = Epoch._meta.db_table in connection.introspection.table_names()
    return exists and current_epoch() is not None


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    """Two first commands at once: the second waits for the first to finish setting up."""
    from django.conf import settings

    with (settings.HOME / "setup.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
