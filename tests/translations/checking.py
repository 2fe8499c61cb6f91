"""What may be wrong with a translation that a machine can see."""

import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Message as Entry

from emporion.kernel.ui.catalogs import LANGUAGES
from emporion.kernel.ui.refusals import CONTEXT
from tests.translations.catalogs import entries, forms, messages_of, plural_of, read
from tests.translations.extracting import Key, Message
from tests.translations.places import ROOT, catalog_paths
from tests.translations.words import foreign_words, has_own_letters, mixed_words

PLURAL_FORMS = {"ru": 3, "el": 2}
_PLACE = re.compile(r"%%|%(?:\([^)]*\))?[sd]|\{[^{}]*\}")
_TAG = re.compile(r"</?[a-z][^>]*>")
# How a sentence ends, and what stands for it in the language.
_ENDS = {
    "ru": {".": ".", "?": "?", "!": "!", ":": ":", "…": "…"},
    "el": {".": ".", "?": ";", "!": "!", ":": ":", "…": "…"},
}


def problems(folder: Path) -> list[str]:
    """Everything wrong with the translations of one app, a line each."""
    messages = messages_of(folder)
    return [line for language in LANGUAGES for line in _of_language(folder, messages, language)]


def _of_language(folder: Path, messages: dict[Key, Message], language: str) -> Iterator[str]:
    path = catalog_paths(folder)[language]
    where = path.relative_to(ROOT)
    known = entries(read(path, language))
    for key in sorted(messages.keys() - known.keys()):
        yield f"{where}: missing: {key[1]!r}"
    for key in sorted(known.keys() - messages.keys()):
        yield f"{where}: no longer in the code: {key[1]!r}"
    for key in sorted(known.keys() & messages.keys()):
        for problem in of_entry(known[key], messages[key].plural, language):
            yield f"{where}: {problem}: {key[1]!r}"


def of_entry(entry: Entry, plural: str, language: str) -> Iterator[str]:
    """What is wrong with one translation."""
    said = forms(entry)
    if "fuzzy" in entry.flags:
        yield "fuzzy"
    if plural_of(entry) != plural:
        yield "another plural in the code"
    elif len(said) != (PLURAL_FORMS[language] if plural else 1) or not all(said):
        yield "empty, or a plural form is missing"
    else:
        yield from _of_forms(entry, said, language)


def _of_forms(entry: Entry, said: tuple[str, ...], language: str) -> Iterator[str]:
    if entry.context == CONTEXT:
        yield from of_text("A sentence.", said[0], language)
        return
    english = (entry.id,) if isinstance(entry.id, str) else entry.id
    # Greek says "one" by a form of its own; in Russian the first form is also that of 21 and must hold the number.
    own_singular = language == "el" and len(said) > 1
    for at, form in enumerate(said):
        source = english[0] if at == 0 and own_singular else english[-1]
        yield from of_text(source, form, language)


def of_text(english: str, said: str, language: str) -> Iterator[str]:
    """What is wrong with one text beside its English one."""
    if sorted(_PLACE.findall(english)) != sorted(_PLACE.findall(said)):
        yield "other placeholders"
    if sorted(_TAG.findall(english)) != sorted(_TAG.findall(said)):
        yield "other tags"
    if _edges(english) != _edges(said):
        yield "other spaces around it"
    if words := foreign_words(said, language):
        yield f"left in Latin letters ({', '.join(words)})"
    elif _has_words(english, language) and not has_own_letters(said, language):
        yield "not translated"
    if mixed := mixed_words(said):
        yield f"letters of two alphabets in one word ({', '.join(mixed)})"
    if _end(english, "ru") != _end(said, language):
        yield "ends otherwise"
    if english[:1].isupper() and said[:1].islower():
        yield "begins with a small letter"


def _edges(text: str) -> tuple[str, str]:
    return (text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :])


def _has_words(english: str, language: str) -> bool:
    return bool(foreign_words(english, language))


def _end(text: str, language: str) -> str:
    last = text.rstrip()[-1:]
    return next((mark for mark, own in _ENDS[language].items() if own == last), "")


def said_in_two_ways(folders: list[Path]) -> list[str]:
    """Texts that two apps translate differently: Django would show one of the two everywhere."""
    found: list[str] = []
    for language in LANGUAGES:
        ways: dict[Key, dict[tuple[str, ...], str]] = defaultdict(dict)
        for folder in folders:
            for key, entry in entries(read(catalog_paths(folder)[language], language)).items():
                ways[key][forms(entry)] = str(folder.relative_to(ROOT))
        found += [f"{language}: {key[1]!r}: {said}" for key, said in ways.items() if len(said) > 1]
    return found
