"""Serving the pages."""

import fcntl
import os
import sys

import click

from emporion.doors.terminal.output import say
from emporion.doors.terminal.readiness import ensure_ready

THREADS = 8
MOST_THREADS = 64


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on; 0.0.0.0 is all.")
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True)
@click.option(
    "--threads",
    type=click.IntRange(1, MOST_THREADS),
    default=THREADS,
    show_default=True,
    help="Requests at once.",
)
@click.option("--worker/--no-worker", default=True, help="Whether jobs and schedules run here too.")
def serve_command(*, host: str, port: int, threads: int, worker: bool) -> None:
    """Serve the pages, and run the jobs, until stopped (Ctrl-C). What dies is started again."""
    ensure_ready()
    from django.conf import settings
    from django.db import connections

    from emporion.doors.operations.serving import checks
    from emporion.doors.operations.serving.supervising import Part, Supervisor
    from emporion.kernel.access.first_run import first_run_token

    checks.refuse_bad_settings()
    checks.refuse_missing_assets()
    checks.refuse_taken_port(host, port)
    lock = os.open(settings.HOME / "serve.lock", os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.flock(lock, fcntl.LOCK_SH)  # a restore that would exchange the folder sees it
    token = first_run_token()
    connections.close_all()
    address = ("--host", host, "--port", str(port), "--threads", str(threads))
    parts = [Part("web process", "emporion.doors.operations.serving.web", address)]
    if worker:
        parts.append(Part("worker", "emporion.doors.operations.serving.worker"))
    Supervisor(
        parts,
        is_ready=lambda: checks.answers(host, port),
        tell_ready=lambda: _tell_ready(checks.address_of(host, port), token),
        complain=lambda text: click.echo(f"emporion: {text}", err=True),
    ).run()
    say("stopped")


def _tell_ready(address: str, token: str) -> None:
    say(f"Emporion is ready at {address}")
    if token:
        say(f"Nobody can sign in yet; begin here: {address}first-run/?token={token}")
    sys.stdout.flush()
