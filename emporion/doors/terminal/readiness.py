"""Before any command: the data folder and the database are there and fit this program. A command that only looks makes
neither."""

import fcntl
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from emporion.kernel.errors import Refusal

_KEY = "EMPORION_SECRET_KEY"


def ensure_ready() -> None:
    """Load Django; make the data folder and the database where there are none. Refuses a database that is older or
    newer than this program."""
    pending = pending_steps()
    if pending and is_set_up():
        raise _older()
    if pending or not is_set_up():
        with _one_at_a_time():
            set_up()


def ensure_there() -> None:
    """Load Django for a command that has nothing to do without records. Refuses, and makes nothing, where no
    installation is; refuses a database that is older or newer than this program."""
    refuse_without_installation()
    if _pending():
        raise _older()


def _older() -> Refusal:
    return Refusal(
        "older_database",
        "the database is of an older emporion: run emporion upgrade, which backs it up before",
    )


def load() -> None:
    """Load Django and all parts."""
    _load_django()
    from django.conf import settings

    settings.HOME.mkdir(mode=0o700, parents=True, exist_ok=True)


def load_to_look() -> None:
    """Load Django and all parts for a command that needs no records: where no data folder is, none is made; what it
    signs is worth nothing then."""
    if _has_no_key():
        os.environ[_KEY] = secrets.token_urlsafe(50)
    _load_django()


def _has_no_key() -> bool:
    return not os.environ.get(_KEY) and not (_home() / "secret.key").exists()


def _load_django() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "emporion.settings")
    import django
    from django.conf import settings

    # A command needs one connection; a pool would try for half a minute before it said that no server answers.
    options = settings.DATABASES["default"].get("OPTIONS")
    if isinstance(options, dict):
        options.pop("pool", None)
    django.setup()


def _home() -> Path:
    """The data folder, before Django is loaded: its settings make one."""
    return Path(os.environ.get("EMPORION_HOME", "var")).resolve()


def pending_steps() -> list[str]:
    """Load Django; the steps of an upgrade that the database still needs. Refuses a database that is newer."""
    load()
    return _pending()


def _pending() -> list[str]:
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


def refuse_without_installation() -> None:
    """Load Django. Refuses where no installation is, in one line that says where it was looked for and what to do; that
    leaves nothing behind."""
    on_server = bool(os.environ.get("DATABASE_URL"))
    database = _home() / "emporion.sqlite3"
    if not on_server and not database.exists():
        raise _nothing_at(str(database))
    is_new_here = _has_no_key()
    load_to_look()
    if not is_set_up():
        raise _nothing_at("DATABASE_URL" if on_server else str(database))
    if is_new_here:
        _keep_key()


def _nothing_at(place: str) -> Refusal:
    text = (
        f"there is nothing at {place}: no database was set up there. If yours is elsewhere, say where (EMPORION_HOME, "
        "DATABASE_URL); else begin with emporion demo, emporion import or emporion serve"
    )
    return Refusal("no_installation", text)


def _keep_key() -> None:
    """Beside a database on a server, the folder of this machine: the next command signs with the same key."""
    home = _home()
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    with os.fdopen(os.open(home / "secret.key", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(os.environ[_KEY])


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
