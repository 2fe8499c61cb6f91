"""The records that references name: by their codes, or by a column that the mapping says (a name, an e-mail)."""

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

from django.apps import apps
from django.db import models

from emporion.doors.importing.mapping.faults import Fault, shown
from emporion.kernel.errors import Refusal, UnknownName
from emporion.kernel.importable import ColumnKind, Importable
from emporion.kernel.record_undoing import fields_of, rows_of


class References:
    """The ids of records: read once per kind, by code kept up as rows are written."""

    def __init__(self, targets: Mapping[str, Importable]) -> None:
        self._targets = {t.record: t for t in targets.values() if t.references is not None}
        self._known: dict[str, dict[str, int]] = {}
        self._by_column: dict[tuple[str, str], dict[str, int | Fault]] = {}

    def of(self, kind: str) -> dict[str, int]:
        """The ids of that kind of record by code."""
        if kind not in self._known:
            readers = self._targets.get(kind)
            if readers is None or readers.references is None:
                raise Refusal("no_references", f"nothing that can be imported is called {kind!r}")
            self._known[kind] = dict(readers.references())
        return self._known[kind]

    def by(self, kind: str, column: str) -> dict[str, int | Fault]:
        """The ids of that kind of record by the folded text of one of its columns. A text that several records share
        names none of them. Read when it is first asked for: what is referred to is loaded before."""
        if (kind, column) not in self._by_column:
            self._by_column[kind, column] = _ids_by_column(self._targets[kind], column)
        return self._by_column[kind, column]

    def add(self, kind: str, code: object, record_id: int) -> None:
        """A record that has just been written."""
        if kind in self._known and isinstance(code, str):
            self._known[kind][code] = record_id


def folded(text: str) -> str:
    """What of a name or an e-mail tells records apart: neither case nor spaces do."""
    return " ".join(text.casefold().split())


def check_named_by(target: Importable, column: str) -> None:
    """Refuses a column by which records of that kind cannot be named."""
    fitting = [c.name for c in target.columns if c.kind in (ColumnKind.TEXT, ColumnKind.CODE)]
    if column not in fitting or column not in fields_of(_model_of(target)):
        raise UnknownName(
            f"column by which a {target.record} is named", column, get_close_matches(column, fitting)
        )


def _ids_by_column(target: Importable, column: str) -> dict[str, int | Fault]:
    found: dict[str, int | Fault] = {}
    for text, record_id in rows_of(_model_of(target)).values_list(column, "pk").order_by("pk").iterator():
        if text and (key := folded(str(text))):
            shared = Fault(f"several records ({target.name}) have the {column} {shown(str(text))}")
            found[key] = shared if key in found else record_id
    return found


def _model_of(target: Importable) -> type[models.Model]:
    name: Any = target.record.replace("_", "")
    return next(model for model in apps.get_models() if model._meta.model_name == name)
