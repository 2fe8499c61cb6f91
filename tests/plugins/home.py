"""Each test process has a data folder of its own, made before Django's settings are read and removed at the end.

A real folder named by EMPORION_HOME is never touched: the variable is always replaced. The workers of a parallel run
put theirs inside that of the process which started them.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path


def _base() -> Path:
    """The folder of the whole run; whoever makes it removes it."""
    given = os.environ.get("EMPORION_TEST_RUN")
    if given and "PYTEST_XDIST_WORKER" in os.environ:
        return Path(given)
    made = tempfile.mkdtemp(prefix="emporion-tests-")
    atexit.register(shutil.rmtree, made, ignore_errors=True)
    os.environ["EMPORION_TEST_RUN"] = made
    return Path(made)


HOME = _base() / os.environ.get("PYTEST_XDIST_WORKER", "main")
HOME.mkdir(exist_ok=True)
os.environ["EMPORION_HOME"] = str(HOME)
os.environ.setdefault("EMPORION_DUCKDB_THREADS", "2")
