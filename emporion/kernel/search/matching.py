"""Asking the index."""

from collections.abc import Sequence
from typing import Any, TypeVar

from django.db import connection, models
from django.db.models import Q
from django.db.models.expressions import RawSQL

from emporion.kernel.search import statements
from emporion.kernel.search.folding import email_of, telephone_of, words_of
from emporion.kernel.search.registry import Searched, searched_models

Rows = TypeVar("Rows", bound=models.QuerySet[Any])


def matching(rows: Rows, text: str) -> Rows:
    """Those of `rows` in which all the words stand, each by its beginning, in any order and writing: names, codes,
    e-mail addresses, telephone numbers. All of them when nothing is asked. Adds a condition, no query of its own."""
    if not text.strip():
        return rows
    searched = searched_models()[rows.model]
    email = email_of(text)
    words = [email] if email else words_of(text)
    if not words:
        return rows.none()
    if not searched.texts and not searched.through:
        return rows.filter(_beginning(text))
    found, asked = _found(rows.model, searched, words, telephone_of(text))
    if not searched.texts:
        # All in one set of ids: alternatives joined by OR are asked of every row of the table.
        codes: models.QuerySet[Any] = models.QuerySet(rows.model)
        statement, values = codes.filter(_beginning(text)).values("pk").query.sql_with_params()
        found, asked = f"{statement} UNION ALL {found}", [*values, *asked]
    return rows.filter(pk__in=RawSQL(found, asked))  # noqa: S611 - of our own names; what is asked is a parameter


def _found(
    model: type[models.Model], searched: Searched, words: Sequence[str], telephone: str
) -> tuple[str, list[Any]]:
    """The statement that gives the ids, and what is put into it."""
    query = _query(words, telephone)
    table, parts, asked = model._meta.db_table, [], []
    if searched.texts:
        parts.append(_own(table, searched))
        asked.append(query)
    for name in searched.through:
        other: Any = model._meta.get_field(name).related_model
        inner = _own(other._meta.db_table, searched_models()[other])
        parts.append(f'SELECT id FROM "{table}" WHERE "{name}_id" IN ({inner})')
        asked.append(query)
    return " UNION ALL ".join(parts), asked


def _own(table: str, searched: Searched) -> str:
    if connection.vendor == "sqlite":
        return statements.sqlite_found(table)
    return statements.postgresql_found(table, searched)


def _query(words: Sequence[str], telephone: str) -> str:
    make = statements.sqlite_query if connection.vendor == "sqlite" else statements.postgresql_query
    return make(words, telephone)


def _beginning(text: str) -> Q:
    """Codes that begin so, as it was typed, in capitals and in small letters: all by the index of the codes."""
    typed = text.strip().replace("\0", "")
    found = Q()
    for code in dict.fromkeys((typed, typed.upper(), typed.lower())):
        if connection.vendor == "sqlite":
            found |= Q(code__gte=code, code__lt=f"{code}\U0010ffff")
        else:
            found |= Q(code__startswith=code)
    return found
