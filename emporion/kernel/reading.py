"""What a page reads once, however many of its parts ask."""

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

T = TypeVar("T")
_answers: ContextVar[dict[Hashable, Any] | None] = ContextVar(
    "answers of a page that only reads", default=None
)


@contextmanager
def read_once() -> Iterator[None]:
    """Inside, `once` reads each thing when it is first needed and then no more: for a page that only reads. What
    another process changes meanwhile shows on the next page, and all parts of one page know the same."""
    token = _answers.set({})
    try:
        yield
    finally:
        _answers.reset(token)


def once(key: Hashable, read: Callable[[], T]) -> T:
    """What `read` gives: kept under the key on a page that only reads, read anew everywhere else."""
    answers = _answers.get()
    if answers is None:
        return read()
    if key not in answers:
        answers[key] = read()
    found: T = answers[key]
    return found


def reads_once() -> bool:
    """Whether this is a page that only reads."""
    return _answers.get() is not None


_A_PAGE = 50
EVERYTHING = 2**62  # rows: more than there can be
ONE = 0  # some few that are named: they are found without the scope
_wanted: ContextVar[int] = ContextVar("rows wanted", default=_A_PAGE)


@contextmanager
def wanting(rows: int) -> Iterator[None]:
    """Inside, queries are made for a reader who wants so many rows and not, as usually, those of a page."""
    token = _wanted.set(rows)
    try:
        yield
    finally:
        _wanted.reset(token)


def rows_wanted() -> int:
    """How many rows the reader wants of what is found: it changes how a query is asked, never what it finds."""
    return _wanted.get()
