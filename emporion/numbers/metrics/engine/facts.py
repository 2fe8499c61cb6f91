"""The facts behind a number."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import ibis
import pyarrow as pa

from emporion.kernel.access.viewer import Permission, Viewer
from emporion.kernel.errors import Refusal
from emporion.kernel.ledger.fact import Subject
from emporion.kernel.ledger.vocabulary import Trait
from emporion.kernel.periods import Period
from emporion.numbers.metrics.engine.arithmetic import decimals
from emporion.numbers.metrics.engine.compiling import fetched
from emporion.numbers.metrics.engine.dimensions import DIMENSIONS
from emporion.numbers.metrics.engine.directory import Directory, RecordDirectory
from emporion.numbers.metrics.engine.labelling import labels_of
from emporion.numbers.metrics.engine.parts import chosen, refuse_unanswerable
from emporion.numbers.metrics.engine.resolving import Resolved, resolved
from emporion.numbers.metrics.engine.rows import keyed
from emporion.numbers.metrics.engine.scanning import scan_of, stored_facts
from emporion.numbers.metrics.freezing import settings_on
from emporion.numbers.metrics.registry import metric
from emporion.numbers.metrics.scan import FactView, Scan, View
from emporion.numbers.metrics.shape import PLACES, Derived, Evaluated, Leaf

TOTAL_COUNT = b"total_count"
_PLAIN = ("id", "kind", "day", "occurred_at", "recorded_at", "reverses_id", "due_day", "currency", "credit")
_DIMENSIONS = ("member", "team", "role", "territory", "customer", "deal", "order", "product", "stage")
_WORDS = ("channel", "source")
_NEEDED = (
    *(*_PLAIN, *_WORDS, "subject_kind", "subject_id", "quantity", "amount", "cost", "minutes", "traits"),
    *("weight", "weight_total", *(DIMENSIONS[name].column for name in _DIMENSIONS)),
)


def facts_behind(
    name: str,
    *,
    period: Period,
    where: Mapping[str, object] | None = None,
    as_of: int | None = None,
    view: View = "closed",
    viewer: Viewer,
    limit: int = 100,
    offset: int = 0,
) -> pa.Table:
    """The facts that a metric counts, asked as it was measured: a row each, earliest first, with names and codes.

    The schema's metadata holds under `total_count` how many there are in all. Cost is shown to those who may see it.
    Raises UnknownName, Refusal as `measure` does, and `no_facts` for a number that is not made of facts. Cost: two
    queries over the facts, and one on records for each kind of record named.
    """
    return facts_page(
        name,
        period=period,
        where=where,
        as_of=as_of,
        view=view,
        viewer=viewer,
        limit=limit,
        offset=offset,
    ).table


def facts_page(
    name: str,
    *,
    period: Period,
    where: Mapping[str, object] | None = None,
    as_of: int | None = None,
    view: View = "closed",
    viewer: Viewer,
    limit: int = 100,
    offset: int = 0,
) -> "FactsPage":
    """The same as `facts_behind`, with the records that the facts stand for."""
    directory = RecordDirectory(viewer)
    asked = resolved(
        [_with_facts(name)], by=(), period=period, where=where or {}, viewer=viewer, directory=directory
    )
    facts = stored_facts(period, as_of=as_of, view=view)
    settings = settings_on(period.last, as_closed=view == "closed" and as_of is None)
    return _page(asked, facts, scan_of(asked, facts, settings), directory, limit=limit, offset=offset)


class FactsPage(NamedTuple):
    """A page of facts; by row the record each stands for, and the order it belongs to."""

    table: pa.Table
    subjects: list[Subject]
    order_ids: list[int | None]
    total: int


def _with_facts(name: str) -> str:
    shape = metric(name).shape
    if not isinstance(shape, Evaluated):
        return name
    if not shape.behind:
        raise Refusal("no_facts", f"{name} is not made of facts; open the metric it is about")
    return shape.behind


def page_behind(
    asked: Resolved, facts: FactView, scan: Scan, directory: Directory, *, limit: int, offset: int
) -> pa.Table:
    """One page of the facts behind the only metric of a question."""
    return _page(asked, facts, scan, directory, limit=limit, offset=offset).table


def _page(
    asked: Resolved, facts: FactView, scan: Scan, directory: Directory, *, limit: int, offset: int
) -> FactsPage:
    found = facts_of(asked, scan)
    total = fetched(found.aggregate(many=found.count()), facts)["many"][0].as_py()
    page = fetched(found.order_by("day", "id").limit(limit, offset=offset), facts)
    table = _shown(page, directory, with_cost=asked.viewer.may(Permission.SEE_COST))
    return FactsPage(
        table.replace_schema_metadata({TOTAL_COUNT: str(total).encode()}),
        _subjects(page),
        page["order_id"].to_pylist(),
        total,
    )


def facts_of(asked: Resolved, scan: Scan) -> ibis.Table:
    """The facts behind the metric, each once, whatever the number of its parts that count it."""
    found = [_of_leaf(leaf, asked, scan) for leaf in asked.leaves]
    every = [facts.select(*_NEEDED) for facts in found if facts is not None]
    return every[0] if len(every) == 1 else ibis.union(*every, distinct=True)


def _of_leaf(leaf: Leaf, asked: Resolved, scan: Scan) -> ibis.Table | None:
    if not isinstance(leaf, Derived):
        return keyed(chosen(leaf, scan), asked, scan)
    rows, facts = leaf.rows(scan), leaf.facts(scan)
    if rows is None or facts is None:
        return None
    refuse_unanswerable(leaf, asked, set(rows.columns))
    return keyed(facts, asked, scan)


def _shown(page: pa.Table, directory: Directory, *, with_cost: bool) -> pa.Table:
    columns: dict[str, pa.Array] = {name: page[name] for name in _PLAIN[:3]}
    columns["subject"] = pa.array(_subject_codes(page, directory), pa.string())
    for name in _DIMENSIONS:
        columns |= _labelled(name, page, directory)
    columns |= {name: page[name] for name in _WORDS}
    for name in ("quantity", "amount", *(["cost"] if with_cost else [])):
        columns[name] = decimals(page[name].to_pylist(), PLACES[name])
    columns |= {name: page[name] for name in ("minutes", "weight", "weight_total")}
    columns["traits"] = pa.array(
        [", ".join(_traits(value)) for value in page["traits"].to_pylist()], pa.string()
    )
    return pa.table(columns | {name: page[name] for name in _PLAIN[3:]})


def _subjects(page: pa.Table) -> list[Subject]:
    pairs = zip(page["subject_kind"].to_pylist(), page["subject_id"].to_pylist(), strict=True)
    return [Subject(kind, row_id) for kind, row_id in pairs]


def _subject_codes(page: pa.Table, directory: Directory) -> list[str]:
    subjects = _subjects(page)
    codes = directory.subject_codes(set(subjects))
    return [codes[subject] for subject in subjects]


def _labelled(name: str, page: pa.Table, directory: Directory) -> dict[str, pa.Array]:
    dimension = DIMENSIONS[name]
    labels = labels_of(dimension, page[dimension.column].to_pylist(), directory)
    names = pa.array([label and label.name for label in labels], pa.string())
    if dimension.record is None:
        return {name: names}
    return {name: names, f"{name}_id": pa.array([label and label.code for label in labels], pa.string())}


def _traits(value: int) -> Iterator[str]:
    return (str(trait.name).lower() for trait in Trait(value))
