"""The web process: Emporion's pages by granian, in threads. Started by the supervisor as `python -m`."""

import argparse
import sys

from granian.constants import HTTPModes, Interfaces
from granian.log import LogLevels
from granian.server.mp import MPServer

from emporion.doors.operations.log_lines import QUIET_SERVER
from emporion.doors.operations.serving.orphans import end_with_parent

FINISHING = 8  # seconds in which requests in hand may end
THREADS_KEPT = 600  # seconds: each thread has a connection to the database, which is dear to open


def main(arguments: list[str]) -> None:
    """Serves until it is told to stop."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--host", required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--threads", type=int, required=True)
    wanted = parser.parse_args(arguments)
    end_with_parent()
    MPServer(
        "emporion.doors.operations.serving.pages:application",
        address=wanted.host,
        port=wanted.port,
        interface=Interfaces.WSGI,
        http=HTTPModes.http1,
        websockets=False,
        workers=1,
        blocking_threads=wanted.threads,
        blocking_threads_idle_timeout=THREADS_KEPT,
        workers_kill_timeout=FINISHING,
        log_level=LogLevels.error,
        log_dictconfig=QUIET_SERVER,
    ).serve()


if __name__ == "__main__":
    main(sys.argv[1:])
