"""Django settings. Everything an installation may choose comes from the environment (docs/guides/settings.md)."""

import os
import secrets
import time
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

HOME = Path(os.environ.get("EMPORION_HOME", "var")).resolve()


def _secret_key() -> str:
    """The key from the environment, or one made once and kept in the data folder, readable by its owner alone."""
    given = os.environ.get("EMPORION_SECRET_KEY")
    if given:
        return given
    kept = HOME / "secret.key"
    HOME.mkdir(mode=0o700, parents=True, exist_ok=True)
    made = secrets.token_urlsafe(50)
    try:
        descriptor = os.open(kept, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return _kept_key(kept)
    with os.fdopen(descriptor, "w") as file:
        file.write(made)
    return made


def _kept_key(kept: Path) -> str:
    for _ in range(20):
        if key := kept.read_text().strip():
            return key
        time.sleep(0.05)  # another process has just made the file, and writes the key now
    raise ImproperlyConfigured(f"{kept} is empty: put the key back, or remove the file and a new one is made")


def _database() -> dict[str, object]:
    url = os.environ.get("DATABASE_URL", "")
    if url:
        return _postgresql(url)
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": HOME / "emporion.sqlite3",
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            # In the default DEFERRED mode a reader that turns writer fails at once under load.
            "transaction_mode": "IMMEDIATE",
            "timeout": 30,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-65536;",
        },
        "TEST": {"NAME": HOME / "test.sqlite3"},
    }


def _postgresql(url: str) -> dict[str, object]:
    if not url.startswith(("postgres://", "postgresql://")):
        # Without the value: a password may be in it.
        raise ImproperlyConfigured("DATABASE_URL must begin with postgres:// or postgresql://")
    parts = urlsplit(url)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 0,
        "OPTIONS": {"pool": {"min_size": 1, "max_size": 24}, **dict(parse_qsl(parts.query))},
    }


SECRET_KEY = _secret_key()
DEBUG = False
ALLOWED_HOSTS = os.environ.get("EMPORION_HOSTS", "localhost,127.0.0.1,[::1]").split(",")
ROOT_URLCONF = "emporion.urls"
DATABASES = {"default": _database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "access.User"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django_tasks_db",
    "emporion.kernel.preferences",
    "emporion.kernel.access",
    "emporion.kernel.audit",
    "emporion.kernel.ledger",
    "emporion.kernel.jobs",
    "emporion.records.team",
    "emporion.records.catalog",
    "emporion.records.customers",
    "emporion.records.pipeline",
    "emporion.records.orders",
    "emporion.records.activities",
    "emporion.numbers.metrics",
    "emporion.numbers.planning",
    "emporion.doors.importing",
    "emporion.doors.terminal",
]
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("ru", "Русский"), ("el", "Ελληνικά")]

FACTS_FOLDER = HOME / "facts"
DUCKDB_MEMORY = os.environ.get("EMPORION_DUCKDB_MEMORY", "512MB")
DUCKDB_THREADS = int(os.environ.get("EMPORION_DUCKDB_THREADS", str(os.cpu_count() or 1)))
DUCKDB_SPILL = HOME / "spill"
