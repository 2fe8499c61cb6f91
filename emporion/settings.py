"""Django settings. Everything an installation may choose comes from the environment (docs/guides/settings.md)."""

import os
import secrets
import time
from datetime import timedelta
from pathlib import Path
from typing import Any
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
        # Compiling a page's question takes longer than answering it.
        "OPTIONS": {
            "pool": {"min_size": 1, "max_size": 24},
            "options": "-c jit=off",
            **dict(parse_qsl(parts.query)),
        },
    }


def _mail() -> dict[str, Any]:
    """How mail leaves: smtp://USER:PASSWORD@HOST:PORT (smtps:// speaks TLS from the start, smtp://…?tls=1 after the
    greeting). Without it no mail is sent, and pages say so."""
    url = os.environ.get("EMPORION_MAIL", "")
    if not url:
        return {"EMAIL_BACKEND": "django.core.mail.backends.dummy.EmailBackend"}
    parts = urlsplit(url)
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
        raise ImproperlyConfigured("EMPORION_MAIL must be like smtp://user:password@host:587?tls=1")
    ssl = parts.scheme == "smtps"
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": parts.port or (465 if ssl else 25),
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": ssl,
        "EMAIL_USE_TLS": dict(parse_qsl(parts.query)).get("tls") == "1",
        "EMAIL_TIMEOUT": 20,
    }


def _public_address() -> str:
    """Where people open the pages, as links in mails begin: https://crm.example.com. Empty where nobody has said it."""
    address = os.environ.get("EMPORION_ADDRESS", "").rstrip("/")
    parts = urlsplit(address)
    if address and (parts.scheme not in {"http", "https"} or not parts.hostname or parts.path or parts.query):
        raise ImproperlyConfigured("EMPORION_ADDRESS must be like https://crm.example.com, without a path")
    return address


SECRET_KEY = _secret_key()
DEBUG = False
ALLOWED_HOSTS = os.environ.get("EMPORION_HOSTS", "localhost,127.0.0.1,[::1]").split(",")
PUBLIC_ADDRESS = _public_address()
ROOT_URLCONF = "emporion.urls"
DATABASES = {"default": _database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "access.User"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "django_tasks_db",
    "django_htmx",
    "csp",
    "axes",
    "emporion.kernel.preferences",
    "emporion.kernel.access",
    "emporion.kernel.audit",
    "emporion.kernel.ledger",
    "emporion.kernel.jobs",
    "emporion.kernel.calendar",
    "emporion.kernel.ui",
    "emporion.records.team",
    "emporion.records.catalog",
    "emporion.records.customers",
    "emporion.records.pipeline",
    "emporion.records.orders",
    "emporion.records.activities",
    "emporion.numbers.metrics",
    "emporion.numbers.insight",
    "emporion.numbers.planning",
    "emporion.doors.importing",
    "emporion.doors.operations",
    "emporion.doors.demo",
    "emporion.doors.web.shell",
    "emporion.doors.web.accounts",
    "emporion.doors.web.panels",
    "emporion.doors.web.plans",
    "emporion.doors.web.forecasts",
    "emporion.doors.web.economics",
    "emporion.doors.web.cards",
    "emporion.doors.web.running",
    "emporion.doors.terminal",
    # Below ours: the pages of the sign-in library are drawn by our templates, in our words.
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
]
MIDDLEWARE = [
    "emporion.doors.operations.middleware.RequestLogMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "emporion.doors.web.shell.middleware.ViewerMiddleware",
    "emporion.doors.web.shell.middleware.LanguageMiddleware",
    "emporion.doors.web.accounts.middleware.SecondFactorMiddleware",
    "emporion.kernel.ui.middleware.RefusalMiddleware",
    "axes.middleware.AxesMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "emporion.doors.web.shell.context.shell",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "emporion.kernel.ui.templatetags.ui",
            ],
        },
    }
]
FORM_RENDERER = "emporion.kernel.ui.rendering.FormRenderer"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
_VALIDATION = "django.contrib.auth.password_validation"
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": f"{_VALIDATION}.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username", "first_name", "last_name", "email")},
    },
    {"NAME": f"{_VALIDATION}.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": f"{_VALIDATION}.CommonPasswordValidator"},
    {"NAME": f"{_VALIDATION}.NumericPasswordValidator"},
]
ACCOUNT_ADAPTER = "emporion.doors.web.accounts.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = LOGIN_URL
ACCOUNT_FORMS = {
    name: f"emporion.doors.web.accounts.forms.sign_in.{form}"
    for name, form in {
        "login": "SignInForm",
        "change_password": "ChangePasswordForm",
        "reauthenticate": "ConfirmPasswordForm",
    }.items()
}
# Wrong passwords are counted by axes; what is left here are the codes of the second factor.
ACCOUNT_RATE_LIMITS = {"login_failed": "10/15m/key"}
MFA_ADAPTER = "emporion.doors.web.accounts.adapters.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Emporion"
MFA_FORMS = {
    name: f"emporion.doors.web.accounts.forms.sign_in.{form}"
    for name, form in {
        "authenticate": "CodeForm",
        "reauthenticate": "ConfirmCodeForm",
        "activate_totp": "ActivateForm",
    }.items()
}
USERSESSIONS_TRACK_ACTIVITY = False
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_USERNAME_FORM_FIELD = "login"
AXES_USERNAME_CALLABLE = "emporion.doors.web.accounts.lockout.username_of"
AXES_CLIENT_IP_CALLABLE = "emporion.doors.web.accounts.lockout.address_of"
AXES_LOCKOUT_CALLABLE = "emporion.doors.web.accounts.lockout.locked_out"
AXES_RESET_ON_SUCCESS = True
AXES_DISABLE_ACCESS_LOG = True  # who signed in is on our own audit log
AXES_VERBOSE = False
CSRF_FAILURE_VIEW = "emporion.doors.web.shell.faults.not_from_here"
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
if os.environ.get("EMPORION_HTTPS") == "1":
    # A proxy before us speaks HTTPS to people and says so in this header; it must replace what a client sends in it.
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT, SECURE_REDIRECT_EXEMPT = True, [r"^health/$"]
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "manifest-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
}
ROOT = Path(__file__).resolve().parent.parent
NODE_MODULES = ROOT / "node_modules"
STATIC_URL = "/static/"
STATIC_ROOT = ROOT / "build" / "static"
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "emporion.kernel.ui.finders.AllowListFinder",
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "emporion.kernel.ui.storage.StaticStorage"},
}
MEDIA_ROOT = HOME / "uploads"
globals().update(_mail())
DEFAULT_FROM_EMAIL = os.environ.get("EMPORION_MAIL_FROM", "emporion@localhost")
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default", "upkeep"]}}
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("ru", "Русский"), ("el", "Ελληνικά")]

FACTS_FOLDER = HOME / "facts"
DUCKDB_MEMORY = os.environ.get("EMPORION_DUCKDB_MEMORY", "512MB")
DUCKDB_THREADS = int(os.environ.get("EMPORION_DUCKDB_THREADS", str(os.cpu_count() or 1)))
DUCKDB_SPILL = HOME / "spill"
