"""Which Windows code page a text is written in, told by how its letters follow and how often they come. Pure."""

import re
from itertools import pairwise

WESTERN, CYRILLIC, GREEK = "cp1252", "cp1251", "cp1253"
# The letters of each alphabet, the most frequent first.
_BY_FREQUENCY = {
    CYRILLIC: "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфъёіїєґўјљњћђџѕ",
    GREEK: "ατοιενσρκπηυμςίλόάέγδωήύώχθφβξζψϊϋΐΰ",
}
_RARE = 60  # what a letter costs that the alphabet does not have
_LETTERS = re.compile("[^\\W\\d_]+")


def code_page_of(sample: bytes) -> str:
    """Cyrillic, Greek or Western, for text that is neither ASCII nor UTF-8.

    In Western text the letters beyond ASCII stand among ASCII ones (Müller), in Cyrillic and Greek words they stand
    together. Between these two, the page wins in which the letters are the frequent ones, in words that do not change
    from small letters to capitals (read in the other's page, αγορά becomes бгпсЬ).
    """
    if _is_western(sample):
        return WESTERN
    return min(_BY_FREQUENCY, key=lambda page: _strangeness(sample, page))


def _is_western(sample: bytes) -> bool:
    words = _LETTERS.findall(sample.decode(WESTERN, errors="replace"))
    mixed = sum(len(word) for word in words if not word.isascii() and re.search("[A-Za-z]", word))
    foreign = sum(len(word) for word in words if not re.search("[A-Za-z]", word))
    return mixed >= foreign


def _strangeness(sample: bytes, page: str) -> float:
    """How unlikely the text is in that page: the mean rank of its letters, with a charge for every capital that
    follows a small letter."""
    ranks = {letter: rank for rank, letter in enumerate(_BY_FREQUENCY[page])}
    text = sample.decode(page, errors="replace")
    letters = [
        letter for letter in text.lower() if letter > "\x7f" and (letter.isalpha() or letter == "\ufffd")
    ]
    if not letters:
        return _RARE
    jumps = sum(one.islower() and two.isupper() for one, two in pairwise(text))
    return (sum(ranks.get(letter, _RARE) for letter in letters) + _RARE * jumps) / len(letters)
