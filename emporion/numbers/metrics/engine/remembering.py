"""Answers that are kept for whoever asks the same again, while nothing has changed.

What SQL names never changes under its name: a view is one text over files that are never written to again, and a
posted fact, a changed record or a new day makes other views. So the same SQL has the same answer for as long as the
process lives. Only pages ask so (`remembering`): measurements and benchmarks always compute.
"""

import os
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

import pyarrow as pa

KEPT = 256
LONGEST = 5_000  # rows
Key = tuple[int, str]

_wanted: ContextVar[bool] = ContextVar("remembering", default=False)


@dataclass
class _Kept:
    """The last answers, the most recently asked last. A process's names are its own, so its number is in the key."""

    answers: "OrderedDict[Key, pa.Table]" = field(default_factory=OrderedDict)
    lock: threading.Lock = field(default_factory=threading.Lock)


_kept = _Kept()


@contextmanager
def remembering() -> Iterator[None]:
    """Inside, a question that was answered before from the same facts and records is not computed again."""
    token = _wanted.set(True)
    try:
        yield
    finally:
        _wanted.reset(token)


def remembered(sql: str, answer: Callable[[str], pa.Table]) -> pa.Table:
    """The answer to that SQL, from before where it is kept and that is wanted."""
    if not _wanted.get():
        return answer(sql)
    key = (os.getpid(), sql)
    with _kept.lock:
        if key in _kept.answers:
            _kept.answers.move_to_end(key)
            return _kept.answers[key]
    table = answer(sql)
    if table.num_rows <= LONGEST:
        with _kept.lock:
            _kept.answers[key] = table
            while len(_kept.answers) > KEPT:
                _kept.answers.popitem(last=False)
    return table
