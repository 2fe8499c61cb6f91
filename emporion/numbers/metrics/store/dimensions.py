"""Dimension tables: small current tables of members, customers and the like beside the facts, ids and codes only.

Each is one Parquet file, made from the records when they have changed since; a file is never written to again.
"""

import json
import time
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from difflib import get_close_matches
from functools import partial
from itertools import islice
from pathlib import Path

import ibis
import pyarrow as pa
import pyarrow.parquet as pq
from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db import connection, models

from emporion.kernel.clock import local_day, now
from emporion.kernel.errors import UnknownName
from emporion.kernel.preferences.queries import preference
from emporion.kernel.reading import once
from emporion.numbers.metrics.store import duck
from emporion.numbers.metrics.store.layout import alone, facts_folder, replace_text

# Up to so many records all are read at every change, and every change is noticed by its version.
FEW = 20_000
ROWS_AT_ONCE = 20_000
# Instants of change are taken before their transactions end: what ended late is read again for so long, and every
# morning everything.
OVERLAP = timedelta(minutes=10)
KEPT_SECONDS = 24 * 3600
Row = tuple[object, ...]
Fetch = Callable[[date, datetime | None], Iterable[Row]]
Stamp = list[list[str | None]]


@dataclass(frozen=True, slots=True)
class Dimension:
    """A table to be kept, made from `labels`: its own records first, then those that say more about them.

    `fetch(today, since)` gives its rows as they are today: all, or, with `since`, at least those whose record changed
    from that instant on. The first column of `schema` is the key.
    """

    name: str
    labels: tuple[str, ...]
    schema: pa.Schema
    fetch: Fetch


@dataclass(frozen=True, slots=True)
class _Made:
    """What is known of a file: on which day and from which state of the records it was made."""

    file: str
    stamp: Stamp
    today: str
    made_at: str


_registered: dict[str, Dimension] = {}


def register_dimension(name: str, labels: tuple[str, ...], schema: pa.Schema, fetch: Fetch) -> None:
    """Keep a table `name` of records whose `updated_at` (and `version`, where they have one) tell that they changed."""
    _registered[name] = Dimension(name, labels, schema, fetch)


def dimension_table(name: str, today: date) -> tuple[duck.Relation, ibis.Table]:
    """The table as of today, brought up to date, and what must be held while it is read. Raises UnknownName.

    Cost: one query for each kind of record it is made from, when nothing changed; a page asks each kind once.
    """
    known = _known()
    if name not in known:
        raise UnknownName("dimension table", name, get_close_matches(name, known))
    dimension = known[name]
    relation = duck.view(f"SELECT * FROM {_rows_of(_up_to_date(dimension, today).file)}")
    return relation, ibis.table(ibis.Schema.from_pyarrow(dimension.schema), name=relation.name)


def refresh_dimensions() -> None:
    """Bring every table up to date, so that no question has to."""
    today = department_day()
    for dimension in _known().values():
        _up_to_date(dimension, today)


def department_day() -> date:
    """Today, as the department lives its days. One query."""
    return local_day(now(), str(preference("zone")))


def _known() -> dict[str, Dimension]:
    # Not at the top: the tables are made from the records of all parts, the store itself knows none.
    from emporion.numbers.metrics.store.builders import DIMENSIONS

    return {dimension.name: dimension for dimension in DIMENSIONS} | _registered


def _up_to_date(dimension: Dimension, today: date) -> _Made:
    stamp = [once(("stamp", label), partial(_stamp, label)) for label in dimension.labels]
    made = _last_made(dimension)
    if made and made.stamp == stamp and made.today == str(today):
        return made
    with alone(f"dimension-{dimension.name}"):
        made = _last_made(dimension)
        if made and made.stamp == stamp and made.today == str(today):
            return made
        return _make(dimension, made, stamp, today)


def _stamp(label: str) -> list[str | None]:
    """What changes when a record does: the latest instant, their number, and the versions where they are few.

    One query, over indexes where they are many; then two changes of one instant are told apart by the next one only.
    """
    model = apps.get_model(label)
    table = model._meta.db_table
    versions = f"(SELECT sum(version) FROM {table})" if _has_version(model) else "NULL"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT latest, many, CASE WHEN many <= {FEW} THEN {versions} END"
            f" FROM (SELECT max(updated_at) AS latest, count(*) AS many FROM {table}) AS counted"
        )
        return [None if value is None else str(value) for value in cursor.fetchone()]


def _has_version(model: type[models.Model]) -> bool:
    try:
        model._meta.get_field("version")
    except FieldDoesNotExist:
        return False
    return True


def _make(dimension: Dimension, made: _Made | None, stamp: Stamp, today: date) -> _Made:
    started = now().isoformat()
    many = int(stamp[0][1] or 0)
    rows = _merged(dimension, made, today) if made and _is_partial(made, stamp, many, today) else None
    if rows is None or rows.num_rows != many:
        rows = _table(dimension, dimension.fetch(today, None))
    done = _Made(_written(dimension, rows), stamp, str(today), started)
    replace_text(_pointer(dimension), json.dumps(asdict(done)))
    _remove_old(dimension, done.file)
    return done


def _is_partial(made: _Made, stamp: Stamp, many: int, today: date) -> bool:
    """Whether it is enough to read the dimension's own records that changed since."""
    return many > FEW and made.stamp[1:] == stamp[1:] and made.today == str(today) and bool(made.stamp[0][0])


def _merged(dimension: Dimension, made: _Made, today: date) -> pa.Table:
    """The rows of the last file, with those changed since in their place."""
    since = min(_instant(str(made.stamp[0][0])), _instant(made.made_at)) - OVERLAP
    arrived = duck.table(_table(dimension, dimension.fetch(today, since)))
    key = dimension.schema.names[0]
    query = (
        f"SELECT * FROM {_rows_of(made.file)} WHERE {key} NOT IN (SELECT {key} FROM {arrived.name})"
        f" UNION ALL SELECT * FROM {arrived.name}"
    )
    merged: pa.Table = duck.cursor().sql(query).to_arrow_table().cast(dimension.schema)
    return merged


def _table(dimension: Dimension, rows: Iterable[Row]) -> pa.Table:
    return pa.Table.from_batches(_batches(dimension.schema, iter(rows)), dimension.schema)


def _batches(schema: pa.Schema, rows: Iterator[Row]) -> Iterator[pa.RecordBatch]:
    while block := list(islice(rows, ROWS_AT_ONCE)):
        columns: Sequence[Sequence[object]] = list(zip(*block, strict=True))
        arrays = [pa.array(values, field.type) for values, field in zip(columns, schema, strict=True)]
        yield pa.RecordBatch.from_arrays(arrays, schema=schema)


def _written(dimension: Dimension, rows: pa.Table) -> str:
    name = f"{dimension.name}-{uuid.uuid4().hex}.parquet"
    pq.write_table(rows.sort_by(dimension.schema.names[0]), _folder() / name, compression="snappy")
    return name


def _last_made(dimension: Dimension) -> _Made | None:
    try:
        made = _Made(**json.loads(_pointer(dimension).read_text(encoding="utf-8")))
    except (FileNotFoundError, json.JSONDecodeError, TypeError):
        return None
    return made if (_folder() / made.file).exists() else None


def _remove_old(dimension: Dimension, kept: str) -> None:
    for file in _folder().glob(f"{dimension.name}-*.parquet"):
        if file.name != kept and file.stat().st_mtime < time.time() - KEPT_SECONDS:
            file.unlink(missing_ok=True)


def _folder() -> Path:
    folder = facts_folder() / "dimensions"
    folder.mkdir(exist_ok=True)
    return folder


def _pointer(dimension: Dimension) -> Path:
    return _folder() / f"{dimension.name}.json"


def _rows_of(file: str) -> str:
    path = str(_folder() / file).replace("'", "''")
    return f"read_parquet('{path}', hive_partitioning = false)"


def _instant(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
