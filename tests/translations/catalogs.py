"""The files people translate: read, merged with what the code says now, written so that a diff shows only changes."""

import io
import re
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.catalog import Message as Entry
from babel.messages.pofile import read_po, write_po

from emporion.kernel.ui.catalogs import LANGUAGES, PRODUCT
from tests.translations.extracting import Key, Message, messages_in
from tests.translations.places import REFUSALS, ROOT, app_folders, catalog_paths, files_of, source_files
from tests.translations.refusing import refusals_in

# Lines that change with every run and tell nobody anything.
_RESTLESS = re.compile(
    rb'^"(Project-Id-Version|Report-Msgid-Bugs-To|POT-Creation-Date|PO-Revision-Date|Last-Translator|Language-Team|'
    rb"Generated-By): .*\n",
    re.MULTILINE,
)


def read(path: Path, language: str) -> Catalog:
    """The translations in that file; none yet where it is missing."""
    if not path.exists():
        return empty(language)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def empty(language: str) -> Catalog:
    """No translations, with the language's own rule of plurals."""
    return Catalog(locale=language, fuzzy=False)


def entries(catalog: Catalog) -> dict[Key, Entry]:
    """By context and English text."""
    return {(entry.context or "", _english(entry)[0]): entry for entry in catalog if entry.id}


def _english(entry: Entry) -> tuple[str, str]:
    return (entry.id, "") if isinstance(entry.id, str) else (entry.id[0], entry.id[1])


def forms(entry: Entry) -> tuple[str, ...]:
    """What it is called in the language, in all its plural forms."""
    said = entry.string or ""
    return (said,) if isinstance(said, str) else tuple(said)


def plural_of(entry: Entry) -> str:
    """The English plural; empty where the text has none."""
    return _english(entry)[1]


def merged(
    known: Catalog, messages: dict[Key, Message], language: str, elsewhere: dict[Key, Entry]
) -> Catalog:
    """What the code says now with the translations there are. A new text is called what another app calls it, or has
    none yet; one that has gone is left out."""
    catalog = empty(language)
    kept = entries(known)
    for key, message in sorted(messages.items(), key=lambda pair: (pair[0][1], pair[0][0])):
        old = kept.get(key)
        if old is None or not all(forms(old)):
            old = elsewhere.get(key, old)
        catalog.add(
            (message.text, message.plural) if message.plural else message.text,
            old.string if old and bool(plural_of(old)) == bool(message.plural) else "",
            locations=[(name, 0) for name in sorted(message.files)],
            auto_comments=sorted(message.comments - {""}),
            flags=(old.flags & {"fuzzy"}) if old else (),
            context=message.context or None,
        )
    return catalog


def written(catalog: Catalog) -> bytes:
    """The file's text."""
    file = io.BytesIO()
    write_po(file, catalog, width=0, omit_header=False, include_lineno=False, sort_output=False)
    text = re.sub(rb"\A(#[^\n]*\n)+", b"", file.getvalue())
    return _RESTLESS.sub(b"", text)


def messages_of(folder: Path) -> dict[Key, Message]:
    """What the app's code says now."""
    messages = messages_in(files_of(folder), ROOT)
    if folder != REFUSALS:
        return messages
    return messages | refusals_in(path for path in source_files(PRODUCT) if path.suffix == ".py")


def update(folder: Path) -> list[Path]:
    """Brings the app's files up to date with its code; gives those that changed."""
    messages = messages_of(folder)
    paths = catalog_paths(folder)
    if not messages and not any(path.exists() for path in paths.values()):
        return []
    return [paths[language] for language in LANGUAGES if _rewritten(paths[language], messages, language)]


def _rewritten(path: Path, messages: dict[Key, Message], language: str) -> bool:
    others = [other for other in app_folders() if other not in path.parents]
    text = written(merged(read(path, language), messages, language, _translated(others, language)))
    if path.exists() and path.read_bytes() == text:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text)
    return True


def _translated(folders: list[Path], language: str) -> dict[Key, Entry]:
    found: dict[Key, Entry] = {}
    for folder in folders:
        all_of_it = entries(read(catalog_paths(folder)[language], language))
        found |= {
            key: entry
            for key, entry in all_of_it.items()
            if all(forms(entry)) and not entry.flags & {"fuzzy"}
        }
    return found
