"""Folders in which something is made and which appear under their name only when it is whole.

Each holds a lock while its process lives; one whose lock is free was left behind by a kill, and is removed.
"""

import contextlib
import ctypes
import errno
import fcntl
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

LOCK = "lock"
_EXCHANGE, _HERE = 2, -100  # of renameat2: change the two names; relative to the working folder


@contextmanager
def making(beside: Path, prefix: str) -> Iterator[Path]:
    """A new folder in `beside` for its owner alone, gone afterwards; what kills left there goes before."""
    beside.mkdir(mode=0o700, parents=True, exist_ok=True)
    _remove_abandoned(beside, prefix)
    folder = beside / f"{prefix}{secrets.token_hex(6)}"
    folder.mkdir(mode=0o700)
    with (folder / LOCK).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def _remove_abandoned(beside: Path, prefix: str) -> None:
    for folder in beside.glob(f"{prefix}*"):
        with contextlib.suppress(OSError), (folder / LOCK).open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(folder, ignore_errors=True)


def settle(path: Path) -> None:
    """Returns when the disk has the file, or the folder's names."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def exchange(one: Path, other: Path) -> None:
    """Each gets the other's name, in one step where the system can."""
    renameat2 = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if renameat2 is not None:
        if renameat2(_HERE, os.fsencode(one), _HERE, os.fsencode(other), _EXCHANGE) == 0:
            return
        if (failed := ctypes.get_errno()) not in (errno.EINVAL, errno.ENOSYS):
            raise OSError(failed, os.strerror(failed), str(other))
    aside = one.with_name(f"{one.name}.{secrets.token_hex(3)}")
    other.rename(aside)
    one.rename(other)
    aside.rename(one)
