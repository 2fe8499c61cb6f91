"""What must hold before pages are served."""

import errno
import socket
from contextlib import closing
from typing import cast

from emporion.kernel.errors import Refusal


def refuse_taken_port(host: str, port: int) -> None:
    """Refuses an address on which another program listens, or which this machine does not have."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with closing(socket.socket(family, socket.SOCK_STREAM)) as probe:
        # As a server does: an address whose last connections have only just ended is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as failure:
            raise Refusal("port_taken", _why(failure, host, port)) from failure


def refuse_missing_assets() -> None:
    """Refuses where the static files were not collected: pages would come without their looks."""
    from django.conf import settings
    from django.contrib.staticfiles.storage import ManifestStaticFilesStorage, staticfiles_storage

    manifest = cast("ManifestStaticFilesStorage", staticfiles_storage).manifest_storage
    if manifest is None or not manifest.exists("staticfiles.json"):
        raise Refusal(
            "no_assets", f"the static files are not in {settings.STATIC_ROOT}: make assets puts them there"
        )


def refuse_bad_settings() -> None:
    """Refuses settings that would only fail at night."""
    from emporion.doors.operations.backups.keeping import how_many
    from emporion.doors.operations.schedules import standard_schedules

    standard_schedules()
    how_many()


def answers(host: str, port: int) -> bool:
    """Whether somebody listens there."""
    reachable = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - compared, not bound
    try:
        socket.create_connection((reachable, port), timeout=1).close()
    except OSError:
        return False
    return True


def address_of(host: str, port: int) -> str:
    """Where people find the pages."""
    if host in {"0.0.0.0", "::"}:  # noqa: S104 - compared, not bound
        host = socket.gethostname()
    return f"http://{f'[{host}]' if ':' in host else host}:{port}/"


def _why(failure: OSError, host: str, port: int) -> str:
    if failure.errno == errno.EADDRINUSE:
        return f"port {port} is taken by another program: stop it, or choose another with --port"
    if failure.errno == errno.EACCES:
        return f"port {port} needs more rights than you have: choose one above 1023 with --port"
    return f"cannot listen on {host}, port {port}: {failure.strerror or failure}"
