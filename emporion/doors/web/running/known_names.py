"""Every name by which a table or a column of ours may be called: its own, its labels in each language, and synonyms."""

from functools import cache

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import override

from emporion.doors.web.running import synonyms
from emporion.doors.web.running.audit_words import KINDS
from emporion.doors.web.running.guessing import Names, folded_names
from emporion.doors.web.running.import_words import column_label, table_label
from emporion.kernel.importable import Column, ColumnKind, Importable, importables

_NUMBERED = ("{} id", "{} code", "{} number", "{} no")
_NAMED_BY = ("id", "code", "name", "email")


@cache
def known_names() -> dict[str, Names]:
    """By table of ours, what it and its columns are called. Languages and tables do not change while we run."""
    return {name: _names(one) for name, one in importables().items()}


def _names(target: Importable) -> Names:
    tables = [target.name, target.record, *_in_all_languages(table_label(target.name))]
    return Names(
        folded_names([*tables, *_listed(synonyms.TABLES.get(target.name, ""))]),
        {column.name: _column_names(target, column) for column in target.columns},
    )


def _column_names(target: Importable, column: Column) -> list[frozenset[str]]:
    """The column's own name, then what is said of it in this table, then what it is called anywhere."""
    of_this_table = _listed(synonyms.COLUMNS.get(f"{target.name}.{column.name}", ""))
    labels = _in_all_languages(column_label(target.name, column.name))
    records = _in_all_languages(KINDS.get(target.record, target.record))
    of_this_table += [*labels, *(f"{record} {label}" for record, label in zip(records, labels, strict=True))]
    of_this_table.append(f"{target.record} {column.name}")
    if column.name == "code" and target.key == ("code",):
        of_this_table += [pattern.format(target.record) for pattern in _NUMBERED]
    anywhere = _listed(synonyms.COLUMNS.get(column.name, ""))
    if column.kind is ColumnKind.REFERENCE:
        anywhere += [f"{one} {way}" for one in (column.name, *labels, *anywhere) for way in _NAMED_BY]
    return [folded_names([column.name]), folded_names(of_this_table), folded_names(anywhere)]


def _listed(text: str) -> list[str]:
    return [name.strip() for name in text.split(",") if name.strip()]


def _in_all_languages(text: str | Promise) -> list[str]:
    found = []
    for language, _name in settings.LANGUAGES:
        with override(language):
            found.append(str(text))
    return found
