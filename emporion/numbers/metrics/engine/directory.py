"""From the ids that facts hold to the names and codes that people read, and back."""

from collections.abc import Collection, Iterable, Mapping
from difflib import get_close_matches
from typing import NamedTuple, Protocol

from django.apps import apps
from django.db import models

from emporion.kernel.access.viewer import SYSTEM, Viewer
from emporion.kernel.batches import batched
from emporion.kernel.errors import UnknownName
from emporion.kernel.ledger.fact import Subject
from emporion.kernel.ledger.registry import sources
from emporion.numbers.metrics.engine.opened import named, opened

IDS_AT_ONCE = 10_000


class Label(NamedTuple):
    """How a record is called, and its code as it was imported."""

    name: str
    code: str


class Directory(Protocol):
    """Where the engine looks up records."""

    def labels(self, record: str, ids: Collection[int]) -> Mapping[int, Label]:
        """Names and codes of the records with these ids; those that do not exist are left out."""

    def ids(self, record: str, codes: Collection[str]) -> Mapping[str, int]:
        """Ids by code; codes that do not exist are left out."""

    def codes(self, record: str, limit: int) -> list[str]:
        """Some codes that do exist, to propose when one does not."""

    def branch(self, record: str, ids: Collection[int]) -> frozenset[int]:
        """These records of a tree and all that hang on them."""

    def subject_id(self, kind: str, code: str) -> int:
        """The id of the record of that kind and code that facts stand for; refuses one that does not exist."""

    def subject_codes(self, subjects: Iterable[Subject]) -> Mapping[Subject, str]:
        """`order:SO1` for every subject; one that is not known keeps its number."""


_TABLES: dict[str, str] = {
    "member": "team.Member",
    "team": "team.Team",
    "territory": "team.Territory",
    "customer": "customers.Customer",
    "product": "catalog.Product",
    "category": "catalog.Category",
    "deal": "pipeline.Deal",
    "stage": "pipeline.Stage",
    "pipeline": "pipeline.Pipeline",
    "order": "orders.Order",
}
_NAMELESS = frozenset({"order"})


class RecordDirectory:
    """The records themselves. Queries: one for up to 10,000 ids.

    For a viewer with a scope a code that exists and may not be opened is as one that does not exist, and no codes are
    proposed: what is near would tell what there is.
    """

    def __init__(self, viewer: Viewer = SYSTEM) -> None:
        self._viewer = viewer

    def labels(self, record: str, ids: Collection[int]) -> dict[int, Label]:
        """Names and codes; a record without a name goes by its code, one the viewer may not know of is left out."""
        name = "code" if record in _NAMELESS else "name"
        known = named(record, self._viewer)
        rows = _rows(record) if known is None else known
        return {
            row_id: Label(called or code, code)
            for part in batched(ids, IDS_AT_ONCE)
            for row_id, called, code in rows.filter(id__in=part).values_list("id", name, "code")
        }

    def ids(self, record: str, codes: Collection[str]) -> dict[str, int]:
        """Ids by code."""
        visible = opened(record, self._viewer)
        rows = _rows(record) if visible is None else visible
        return dict(rows.filter(code__in=codes).values_list("code", "id"))

    def codes(self, record: str, limit: int) -> list[str]:
        """The first codes; none for a viewer with a scope."""
        if not self._viewer.sees_all:
            return []
        return list(_rows(record).order_by("code").values_list("code", flat=True)[:limit])

    def branch(self, record: str, ids: Collection[int]) -> frozenset[int]:
        """These and what hangs on them. One query, which reads the whole tree."""
        return branch_of(_rows(record).values_list("id", "parent_id"), ids)

    def subject_id(self, kind: str, code: str) -> int:
        """The id of the record with that code. Queries: that kind's codes are read until it is found."""
        source = sources().get(kind)
        if source is None:
            raise UnknownName("kind of record", kind, get_close_matches(kind, sources()))
        for part in batched(source.ids(), IDS_AT_ONCE):
            for row_id, known in source.codes(part).items():
                if known == code and self._may_open(kind, row_id):
                    return row_id
        raise UnknownName(kind, code, [])

    def _may_open(self, kind: str, row_id: int) -> bool:
        visible = opened(kind, self._viewer)
        return visible is None or visible.filter(id=row_id).exists()

    def subject_codes(self, subjects: Iterable[Subject]) -> dict[Subject, str]:
        """`order:SO1` for every subject. Queries: one for up to 10,000 of a kind."""
        by_kind: dict[str, list[int]] = {}
        for subject in subjects:
            by_kind.setdefault(subject.kind, []).append(subject.id)
        return {
            Subject(kind, subject_id): f"{kind}:{codes.get(subject_id, subject_id)}"
            for kind, ids in by_kind.items()
            for part in batched(ids, IDS_AT_ONCE)
            for codes in [_codes_of(kind, part)]
            for subject_id in part
        }


def branch_of(tree: Iterable[tuple[int, int | None]], roots: Collection[int]) -> frozenset[int]:
    """The roots and everything below them; a tree that has run into a circle does not run on for ever."""
    below: dict[int, list[int]] = {}
    for row_id, parent_id in tree:
        if parent_id is not None:
            below.setdefault(parent_id, []).append(row_id)
    found, waiting = set(roots), list(roots)
    while waiting:
        fresh = [row_id for row_id in below.get(waiting.pop(), ()) if row_id not in found]
        found.update(fresh)
        waiting.extend(fresh)
    return frozenset(found)


def _codes_of(kind: str, ids: list[int]) -> Mapping[int, str]:
    source = sources().get(kind)
    return source.codes(ids) if source else {}


def _rows(record: str) -> "models.QuerySet[models.Model]":
    model: type[models.Model] = apps.get_model(_TABLES[record])
    return models.QuerySet(model)
