"""How words are compared: no case, no accents, in Latin, Cyrillic and Greek. Pure.

SQLite's tokenizer knows case everywhere but accents only in Latin, PostgreSQL knows neither: each is given what it
lacks by the same lists, and what is asked is folded here the same way.
"""

import re
import unicodedata

# Without accents and without the final sigma; the й is a letter of its own, the ё is written е more often than not.
PAIRS = dict(zip("άέήίϊΐόύϋΰώςё", "αεηιιιουυυωσе", strict=True))
CAPITALS = {letter.upper(): plain for letter, plain in PAIRS.items() if len(letter.upper()) == 1}
# Last digits of a telephone number, with and without the code of the town: the ways in which people write it.
PHONE_ENDS = (10, 7)
MOST_WORDS = 8
LONGEST_WORD = 60
_TELEPHONE = re.compile(r"[\d\s()+\-./]{6,}")


def latin_pairs() -> dict[str, str]:
    """Small Latin letters with marks, and the plain ones: those of the languages of Europe."""
    found = {chr(code): unicodedata.normalize("NFD", chr(code))[0] for code in range(0xDF, 0x180)}
    return {letter: plain for letter, plain in found.items() if letter != plain and letter.islower()}


def folded(text: str) -> str:
    """The text as it is compared."""
    return "".join(map(_folded, unicodedata.normalize("NFC", text)))


def _folded(letter: str) -> str:
    small = letter.lower()
    plain = unicodedata.normalize("NFD", small)[0]
    return plain if plain.isascii() and plain.isalpha() else PAIRS.get(small, small)


def words_of(text: str) -> list[str]:
    """The words that are looked for, at most eight."""
    spaced = "".join(letter if _of_a_word(letter) else " " for letter in folded(text))
    return [word[:LONGEST_WORD] for word in spaced.split()[:MOST_WORDS]]


def _of_a_word(letter: str) -> bool:
    """By the letters of an older Unicode: every one of them is a letter for both databases too."""
    kind = unicodedata.ucd_3_2_0.category(letter)
    return kind.startswith("L") or kind == "Nd"


def telephone_of(text: str) -> str:
    """The digits of what could be a telephone number; empty where it could not."""
    if not _TELEPHONE.fullmatch(text.strip()):
        return ""
    digits = "".join(letter for letter in text if letter.isascii() and letter.isdecimal())
    longest = max(PHONE_ENDS)
    return digits[-longest:] if len(digits) > longest else digits


def email_of(text: str) -> str:
    """The letters and digits of what could be the beginning of an e-mail address; empty where it could not."""
    name, at, rest = text.strip().partition("@")
    if not at or not name or len((name + rest).split()) != 1:
        return ""
    return "".join(letter for letter in folded(name + rest) if _of_a_word(letter))[:LONGEST_WORD]
