"""What somebody reads on a page: its text, and what a screen reader says beside it."""

import re
from html.parser import HTMLParser

from tests.translations.words import foreign_words

# What is typed or drawn and not said, and words of another language that say which one it is.
_UNREAD = {"script", "style", "svg", "code", "kbd", "pre", "samp"}
_SPOKEN = {"aria-label", "title", "placeholder", "alt", "aria-description"}
_VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
# A name of the code: it begins and ends with a letter and has an underscore inside, or a dot between small words.
_RAW = re.compile(r"\b[a-z]+(?:_[a-z0-9]+)+\b|\b[a-z]{3,}\.[a-z]{3,}\b")


class Reader(HTMLParser):
    """Gathers the texts of a page. `lang` or `translate="no"` on an element says that its text is not ours to say."""

    def __init__(self, language: str) -> None:
        super().__init__(convert_charrefs=True)
        self.texts: list[str] = []
        self._language = language
        self._open: list[tuple[str, bool]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Its attributes are read, its text when it comes."""
        given = dict(attrs)
        unread = tag in _UNREAD or given.get("translate") == "no" or self._foreign(given.get("lang"))
        if tag not in _VOID:
            self._open.append((tag, unread))
        if not unread and not self._hidden():
            self.texts += [text for name, text in attrs if text and name in _SPOKEN]
            if tag == "input" and given.get("type") in {"submit", "button", "reset"}:
                self.texts.append(given.get("value") or "")

    def _foreign(self, language: str | None) -> bool:
        return language is not None and language.split("-")[0] != self._language

    def _hidden(self) -> bool:
        return any(unread for _tag, unread in self._open)

    def handle_endtag(self, tag: str) -> None:
        """Closes it and what was left open inside."""
        names = [name for name, _unread in self._open]
        if tag in names:
            del self._open[len(names) - 1 - names[::-1].index(tag) :]

    def handle_data(self, data: str) -> None:
        """A text."""
        if data.strip() and not self._hidden():
            self.texts.append(data.strip())


def texts_of(page: str, language: str) -> list[str]:
    """Everything that is read on a page."""
    reader = Reader(language)
    reader.feed(page)
    reader.close()
    return reader.texts


def suspicious(page: str, language: str, content: re.Pattern[str]) -> list[str]:
    """What on a page is not in its language, each with the text it stands in; `content` is what records hold."""
    found = []
    for text in texts_of(page, language):
        bare = content.sub(" ", text)
        words = _RAW.findall(bare) or foreign_words(bare, language)
        if words:
            found.append(f"{', '.join(words)} in {text[:80]!r}")
    return sorted(set(found))
