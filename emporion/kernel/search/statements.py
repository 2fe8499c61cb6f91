"""The statements that build and ask the index. SQLite: a full-text table beside the records, kept by triggers; it holds
no text of its own. PostgreSQL: an index over an expression."""

from collections.abc import Sequence

from emporion.kernel.search.folding import CAPITALS, PAIRS, PHONE_ENDS, latin_pairs
from emporion.kernel.search.registry import Searched

_BETWEEN_DIGITS = " -()+./"
_BETWEEN_LETTERS = "@._+-"


def sqlite_drop(table: str) -> list[str]:
    """Without the index."""
    triggers = [
        f"DROP TRIGGER IF EXISTS {table}_search_{what}" for what in ("inserted", "updated", "deleted")
    ]
    return [*triggers, f"DROP TABLE IF EXISTS {table}_search"]


def sqlite_build(table: str, columns: Searched) -> list[str]:
    """The index of what the table holds, and the triggers that keep it."""
    add = f"INSERT INTO {table}_search (rowid, words)"
    remove = f"INSERT INTO {table}_search ({table}_search, rowid, words)"
    new, old = (_sqlite_words(row, columns) for row in ("new", "old"))
    own = _sqlite_words(f'"{table}"', columns)
    named = ", ".join(f'"{column}"' for column in columns.all())
    differs = " OR ".join(f'old."{column}" IS NOT new."{column}"' for column in columns.all())
    taken = f"{remove} VALUES ('delete', old.id, {old})"
    given = f"{add} VALUES (new.id, {new})"
    return [
        f"CREATE VIRTUAL TABLE {table}_search USING fts5(words, content='', detail=none, prefix='2 3', "
        'tokenize="unicode61 remove_diacritics 2")',
        f'{add} SELECT id, {own} FROM "{table}"',
        f'CREATE TRIGGER {table}_search_inserted AFTER INSERT ON "{table}" BEGIN {given}; END',
        f'CREATE TRIGGER {table}_search_deleted AFTER DELETE ON "{table}" BEGIN {taken}; END',
        f'CREATE TRIGGER {table}_search_updated AFTER UPDATE OF {named} ON "{table}" WHEN {differs} '
        f"BEGIN {taken}; {given}; END",
    ]


def _sqlite_words(row: str, columns: Searched) -> str:
    said = " || ' ' || ".join(f'{row}."{column}"' for column in columns.all())
    for letter, plain in {**PAIRS, **CAPITALS}.items():
        said = f"replace({said}, '{letter}', '{plain}')"
    for column in columns.phones:
        digits = f'{row}."{column}"'
        for letter in _BETWEEN_DIGITS:
            digits = f"replace({digits}, '{letter}', '')"
        ends = "".join(f" || ' ' || substr({digits}, -{length})" for length in PHONE_ENDS)
        said = f"{said} || ' ' || {digits}{ends}"
    for column in columns.emails:
        whole = f'{row}."{column}"'
        for letter in _BETWEEN_LETTERS:
            whole = f"replace({whole}, '{letter}', '')"
        said = f"{said} || ' ' || {whole}"
    return said


def sqlite_found(table: str) -> str:
    """The ids that a query finds."""
    return f"SELECT rowid FROM {table}_search WHERE {table}_search MATCH %s"


def sqlite_query(words: Sequence[str], whole: str) -> str:
    """All the words, by their beginnings; or the telephone number, written as one."""
    asked = [f'"{word}"*' if len(word) > 1 else f'"{word}"' for word in words]
    return f'({" AND ".join(asked)}) OR "{whole}"*' if whole else " AND ".join(asked)


def postgresql_drop(table: str) -> list[str]:
    """Without the index."""
    return [f"DROP INDEX IF EXISTS {table}_search"]


def postgresql_build(table: str, columns: Searched, collation: str) -> list[str]:
    """The function that cuts a text into words, and the index of what the table holds."""
    return [
        _cutting(collation),
        f'CREATE INDEX {table}_search ON "{table}" USING gin ({postgresql_words(table, columns)})',
    ]


def _cutting(collation: str) -> str:
    """A database's own locale may know no letters but English ones: the collation does. Marks that stand alone go."""
    pairs = {**latin_pairs(), **PAIRS}
    marks = "\u0301\u0307\u0308"
    folded = f"translate(lower($1 COLLATE \"{collation}\"), '{''.join(pairs)}{marks}', '{''.join(pairs.values())}')"
    cut = f"regexp_split_to_array({folded}, '[^[:alnum:]]+')"
    return (
        "CREATE OR REPLACE FUNCTION emporion_words(text) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE "
        f"AS $$ SELECT array_to_tsvector(array_remove({cut}, '')) $$"
    )


def postgresql_words(table: str, columns: Searched) -> str:
    """What a row of the table is found by: the very expression of the index, or the index is not used."""
    said = [f'"{table}"."{column}"' for column in columns.all()]
    for column in columns.phones:
        digits = f"regexp_replace(\"{table}\".\"{column}\", '[^0-9]', '', 'g')"
        said += [digits, *(f"right({digits}, {length})" for length in PHONE_ENDS)]
    said += [
        f"regexp_replace(\"{table}\".\"{column}\", '[{_BETWEEN_LETTERS}]', '', 'g')"
        for column in columns.emails
    ]
    joined = " || ' ' || ".join(said)
    return f"emporion_words({joined})"


def postgresql_found(table: str, columns: Searched) -> str:
    """The ids that a query finds. OFFSET 0 keeps the condition in here, where the index answers it: put beside others,
    it might be asked of row after row, and the planner does not know how long that takes."""
    fits = f"{postgresql_words(table, columns)} @@ %s::tsquery"
    return f'(SELECT "{table}".id FROM "{table}" WHERE {fits} OFFSET 0)'


def postgresql_query(words: Sequence[str], whole: str) -> str:
    """All the words, by their beginnings; or the telephone number, written as one."""
    asked = " & ".join(f"{word}:*" if len(word) > 1 else word for word in words)
    return f"({asked}) | {whole}:*" if whole else asked
