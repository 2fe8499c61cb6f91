"""Questions to the whole engine over facts in memory; records are called after their ids: member 1 is `member-1`."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from emporion.kernel.access.viewer import SYSTEM, Viewer
from emporion.kernel.ledger.fact import Subject
from emporion.kernel.periods import Period
from emporion.kernel.preferences.definitions import Value
from emporion.numbers.metrics.engine.directory import Label, branch_of
from emporion.numbers.metrics.engine.facts import page_behind
from emporion.numbers.metrics.engine.measure import Seen, measured
from emporion.numbers.metrics.engine.render import rendered, rendered_facts
from emporion.numbers.metrics.engine.resolving import resolved
from emporion.numbers.metrics.engine.scanning import scan_of
from emporion.numbers.metrics.scan import Question, View
from emporion.numbers.metrics.tests.facts_table import FactsTable, default_settings

KNOWN_IDS = 1_000


class NumberedDirectory:
    """Records that are called after their ids, up to a thousand; `trees` gives parents by kind."""

    def __init__(self, trees: Mapping[str, Mapping[int, int | None]] | None = None) -> None:
        self._trees = trees or {}

    def labels(self, record: str, ids: Collection[int]) -> dict[int, Label]:
        return {row: Label(f"{record} {row}", f"{record}-{row}") for row in ids if row <= KNOWN_IDS}

    def ids(self, record: str, codes: Collection[str]) -> dict[str, int]:
        known = {f"{record}-{row}": row for row in range(1, KNOWN_IDS + 1)}
        return {code: known[code] for code in codes if code in known}

    def codes(self, record: str, limit: int) -> list[str]:
        return [f"{record}-{row}" for row in range(1, min(limit, KNOWN_IDS) + 1)]

    def branch(self, record: str, ids: Collection[int]) -> frozenset[int]:
        return branch_of(self._trees.get(record, {}).items(), ids)

    def subject_id(self, kind: str, code: str) -> int:
        return int(code.removeprefix(f"{kind}-"))

    def subject_codes(self, subjects: Iterable[Subject]) -> dict[Subject, str]:
        return {subject: f"{subject.kind}:{subject.kind}-{subject.id}" for subject in subjects}


def answers(
    facts: FactsTable,
    names: str,
    period: Period,
    *,
    by: str = "",
    viewer: Viewer = SYSTEM,
    settings: Mapping[str, Value] | None = None,
    closed_at: int | None = None,
    view: View = "closed",
    later: bool = False,
    trees: Mapping[str, Mapping[int, int | None]] | None = None,
    **where: object,
) -> list[dict[str, Any]]:
    """What `measure … --format json` would print. `closed_at` is the watermark at which everything was closed."""
    directory = NumberedDirectory(trees)
    asked = resolved(
        names.split(), by=by.split(), period=period, where=where, viewer=viewer, directory=directory
    )

    def seen(shown: View) -> Seen:
        return Seen(
            facts=facts.view(closed_at if shown == "closed" else None),
            settings=default_settings() | dict(settings or {}),
            question=Question(
                by=tuple(by.split()),
                period=period,
                where=where,
                as_of=None,
                view=shown,
                viewer=viewer,
                only=asked.only,
            ),
        )

    return rendered(measured(asked, seen, view=view, later=later, directory=directory))


def answer(facts: FactsTable, name: str, period: Period, **asked: Any) -> str | None:
    """The one number of a metric."""
    rows = answers(facts, name, period, **asked)
    assert len(rows) == 1
    value: str | None = rows[0][name]
    return value


def by(facts: FactsTable, name: str, dimensions: str, period: Period, **asked: Any) -> dict[Any, str | None]:
    """The numbers of a metric by the codes of one dimension, or by tuples of codes of several."""
    rows = answers(facts, name, period, by=dimensions, **asked)
    columns = [f"{dimension}_id" for dimension in dimensions.split()]
    keys = [tuple(row[column] for column in columns) for row in rows]
    return {key if len(key) > 1 else key[0]: row[name] for key, row in zip(keys, rows, strict=True)}


def behind(
    facts: FactsTable,
    name: str,
    period: Period,
    *,
    viewer: Viewer = SYSTEM,
    limit: int = 100,
    offset: int = 0,
    **where: object,
) -> tuple[list[dict[str, Any]], int]:
    """The facts behind a metric, and how many there are in all."""
    directory = NumberedDirectory()
    asked = resolved([name], by=(), period=period, where=where, viewer=viewer, directory=directory)
    view = facts.view()
    scan = scan_of(asked, view, default_settings())
    page = page_behind(asked, view, scan, directory, limit=limit, offset=offset)
    return rendered_facts(page), int(page.schema.metadata[b"total_count"])
