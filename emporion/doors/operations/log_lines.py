"""The log: one line for each thing that happened, as JSON for programs or as text for a terminal.

A line says where and how, never what: no bodies, no names, no secrets. Of an error it holds the kind and the places in
the program, not the message, for messages quote records. Texts of libraries are left out for the same reason.
"""

import json
import logging
import os
import sys
import traceback
from contextvars import ContextVar
from datetime import UTC, datetime
from types import TracebackType
from typing import Any

OURS = "emporion"
FRAMES_SHOWN = 12
request_id: ContextVar[str] = ContextVar("request_id", default="")

# The server's own log is ours too; until the pages are loaded it speaks to stderr.
QUIET_SERVER: dict[str, Any] = {
    "handlers": {
        "console": {"class": "logging.StreamHandler", "stream": "ext://sys.stderr", "formatter": "generic"},
        "access": {"class": "logging.NullHandler"},
    }
}


def start_log() -> None:
    """From now on this process writes its log to stderr: EMPORION_LOG json or text, by default as stderr is read."""
    kind = os.environ.get("EMPORION_LOG") or ("text" if sys.stderr.isatty() else "json")
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(TextLine() if kind == "text" else JsonLine())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger(OURS).setLevel(logging.INFO)
    # Requests and jobs that fail are told by our own lines, without addresses and messages.
    for name in ("django.request", "django.server", "django_tasks", "axes"):
        told_elsewhere = logging.getLogger(name)
        told_elsewhere.handlers[:] = [logging.NullHandler()]
        told_elsewhere.propagate = False


def facts_of(record: logging.LogRecord) -> dict[str, Any]:
    """What a line says about a record."""
    line: dict[str, Any] = {
        "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
        "level": record.levelname.lower(),
        "what": record.getMessage() if _is_ours(record) else _place(record),
    }
    if _is_ours(record):
        line |= getattr(record, "facts", {})
    if number := request_id.get():
        line["request"] = number
    if record.exc_info and record.exc_info[0] is not None:
        line["error"] = record.exc_info[0].__name__
        line["at"] = places(record.exc_info[2])
    return line


def places(trace: TracebackType | None) -> list[str]:
    """Where in the program an error came up: file, line and function of its last frames, no values."""
    frames = traceback.extract_tb(trace)[-FRAMES_SHOWN:]
    return [f"{_short(frame.filename)}:{frame.lineno} {frame.name}" for frame in frames]


class JsonLine(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        return json.dumps(facts_of(record), ensure_ascii=False, default=str)


class TextLine(logging.Formatter):
    """A line for people: the hour, what happened, then its facts."""

    def format(self, record: logging.LogRecord) -> str:
        """The line; below an error the places in the program."""
        line = facts_of(record)
        hour, level, what = line.pop("time")[11:19], line.pop("level"), line.pop("what")
        at = line.pop("at", [])
        said = " ".join(f"{name}={value}" for name, value in line.items() if value not in (None, ""))
        first = f"{hour} {'' if level == 'info' else level + ' '}{what} {said}".rstrip()
        return "\n".join([first, *(f"    {place}" for place in at)])


def _is_ours(record: logging.LogRecord) -> bool:
    return record.name == OURS or record.name.startswith(f"{OURS}.")


def _place(record: logging.LogRecord) -> str:
    return f"{record.name} at {_short(record.pathname)}:{record.lineno}"


def _short(path: str) -> str:
    for root in ("site-packages/", "emporion/"):
        before, found, after = path.rpartition(root)
        if found and before:
            return f"{'' if root.startswith('site') else root}{after}"
    return path.rsplit("/", 1)[-1]
