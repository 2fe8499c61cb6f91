"""One DuckDB per process and one cursor per thread; views and small tables that live as long as someone reads them."""

import os
import threading
import weakref
from collections import OrderedDict, deque
from itertools import count
from pathlib import Path

import duckdb
import ibis
import pyarrow as pa
from django.conf import settings
from ibis.backends.duckdb import Backend

KEPT_VIEWS = 128


class Relation:
    """A view or table of the process's DuckDB, known by its name, dropped some time after nobody holds it."""

    def __init__(self, kind: str, name: str, gone: "deque[str]", held: tuple["Relation", ...] = ()) -> None:
        self.name = name
        # What a view reads must not be dropped before the view.
        self.held = held
        weakref.finalize(self, gone.append, f'DROP {kind} IF EXISTS "{name}"').atexit = False


class _Process:
    """What one process keeps. After a fork the child makes its own: a connection does not survive in two."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.threads = threading.local()
        self.root = _connected()
        self.gone: deque[str] = deque()
        self.views: OrderedDict[str, Relation] = OrderedDict()
        self.numbers = count(1)


def _connected() -> duckdb.DuckDBPyConnection:
    spill = Path(settings.DUCKDB_SPILL)
    spill.mkdir(parents=True, exist_ok=True)
    root = duckdb.connect(
        ":memory:",
        config={
            "memory_limit": settings.DUCKDB_MEMORY,
            "threads": settings.DUCKDB_THREADS,
            "temp_directory": str(spill),
            "autoinstall_known_extensions": False,
        },
    )
    # GLOBAL: a plain SET is the root's own, and every thread asks by a cursor with settings of its own.
    root.execute("SET GLOBAL TimeZone = 'UTC'")
    # Files never change once written, and their footers are most of the work of a small question.
    root.execute("SET GLOBAL parquet_metadata_cache = true")
    return root


_starting = threading.Lock()
_processes: dict[int, _Process] = {}


def _this_process() -> _Process:
    with _starting:
        if os.getpid() not in _processes:
            _processes[os.getpid()] = _Process()
        return _processes[os.getpid()]


def backend() -> Backend:
    """This thread's Ibis backend, on a cursor of its own."""
    process = _this_process()
    made: Backend | None = getattr(process.threads, "backend", None)
    if made is None:
        made = ibis.duckdb.from_connection(process.root.cursor())
        process.threads.backend = made
    return made


def cursor() -> duckdb.DuckDBPyConnection:
    """This thread's cursor."""
    made: duckdb.DuckDBPyConnection = backend().con
    return made


def view(query: str, held: tuple[Relation, ...] = ()) -> Relation:
    """A view of that query, the same one for the same text. `held` are the relations it reads."""
    process = _this_process()
    with process.lock:
        _drop_gone(process)
        known = process.views.get(query)
        if known is None:
            name = f"view_{next(process.numbers)}"
            process.root.execute(f'CREATE VIEW "{name}" AS {query}')
            known = process.views[query] = Relation("VIEW", name, process.gone, held)
        process.views.move_to_end(query)
        while len(process.views) > KEPT_VIEWS:
            process.views.popitem(last=False)
        return known


def table(rows: pa.Table) -> Relation:
    """A table in memory holding those rows: scanned faster than Arrow, and with statistics."""
    process = _this_process()
    with process.lock:
        process.root.register("arriving", rows)
        try:
            return table_of('SELECT * FROM "arriving"')
        finally:
            process.root.unregister("arriving")


def table_of(query: str) -> Relation:
    """A table in memory holding what that query gives now."""
    process = _this_process()
    with process.lock:
        _drop_gone(process)
        name = f"rows_{next(process.numbers)}"
        process.root.execute(f'CREATE TABLE "{name}" AS {query}')
        return Relation("TABLE", name, process.gone)


def _drop_gone(process: _Process) -> None:
    """Nothing is dropped where it is let go: that may be inside a query of the same thread."""
    while process.gone:
        process.root.execute(process.gone.popleft())
