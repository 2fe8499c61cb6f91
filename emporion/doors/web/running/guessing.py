"""Guessing from names alone which table a file is and which of its columns is which of ours. Pure.

Only what can be one thing is guessed: a name that fits two columns of ours, or two columns of theirs that fit one of
ours equally well, are left to the person.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

ENOUGH = 3  # columns that must fit before a file whose name says nothing is guessed
NAMED = 4  # columns that a fitting file name counts for
NEAR = 0.88  # how alike two names must be where one is written a little otherwise
SHORTEST_NEAR = 5  # letters; shorter names are alike by chance
_SOUNDS = """
а=a б=b в=v г=g д=d е=e ж=zh з=z и=i й=i к=k л=l м=m н=n о=o п=p р=r с=s т=t у=u ф=f х=h ц=ts ч=ch ш=sh щ=sch ъ= ы=i ь=
э=e ю=iu я=ia і=i є=e ґ=g
α=a β=v γ=g δ=d ε=e ζ=z η=i θ=th ι=i κ=k λ=l μ=m ν=n ξ=x ο=o π=p ρ=r σ=s ς=s τ=t υ=i φ=f χ=h ψ=ps ω=o
"""
_LATIN = {pair[0]: pair[2:] for pair in _SOUNDS.split()}
_DIPHTHONGS = (("ου", "u"), ("αυ", "av"), ("ευ", "ev"), ("μπ", "b"), ("ντ", "nt"), ("γκ", "gk"))
# One sound that people spell in several ways, in whichever alphabet they began.
_SPELLINGS = (("kh", "h"), ("shch", "sch"), ("ph", "f"), ("ou", "u"), ("y", "i"), ("j", "i"), ("w", "v"))
_DOUBLED = re.compile(r"(.)\1+")
_WORDS = re.compile(r"[^\W\d_]+")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_NO_LETTER = re.compile(r"[^0-9a-z]+")


@dataclass(frozen=True, slots=True)
class Names:
    """What a table and its columns are called, folded: by rank, the surest first."""

    table: frozenset[str]
    columns: Mapping[str, Sequence[frozenset[str]]]


def folded(text: str) -> str:
    """What of a name tells it from others, in Latin letters: neither case, accents, blanks, nor the alphabet do."""
    bare = "".join(
        letter
        for letter in unicodedata.normalize("NFKD", text).casefold()
        if not unicodedata.combining(letter)
    )
    for written, latin in _DIPHTHONGS:
        bare = bare.replace(written, latin)
    bare = _NO_LETTER.sub("", "".join(_LATIN.get(letter, letter) for letter in bare))
    for written, latin in _SPELLINGS:
        bare = bare.replace(written, latin)
    return _DOUBLED.sub(r"\1", bare) if not bare.isdigit() else bare


def folded_names(texts: Iterable[str]) -> frozenset[str]:
    """Each name folded, without those of which nothing stays."""
    return frozenset(filter(None, map(folded, texts)))


def guessed_columns(names: Names, header: Sequence[str], *, near: bool = True) -> dict[str, str]:
    """By column of ours, that of theirs which can only be it; without `near` only names that are known as they are."""
    once = [name for name in header if name and header.count(name) == 1]
    fits: dict[str, list[tuple[int, str]]] = defaultdict(list)  # by ours
    for theirs in once:
        rank, ours = _fitting(names, folded(theirs), near=near)
        if len(ours) == 1:
            fits[ours[0]].append((rank, theirs))
    found = {}
    for column, candidates in fits.items():
        best = min(rank for rank, _theirs in candidates)
        surest = [theirs for rank, theirs in candidates if rank == best]
        if len(surest) == 1:
            found[column] = surest[0]
    return found


def _fitting(names: Names, theirs: str, *, near: bool) -> tuple[int, list[str]]:
    """The columns of ours that a name fits best, and how well; ranks count up from the surest."""
    ranks = max(map(len, names.columns.values()), default=0)
    for rank in range(ranks):
        ours = [name for name, known in names.columns.items() if theirs in known[rank]]
        if ours:
            return rank, ours
    if not near or len(theirs) < SHORTEST_NEAR:
        return ranks, []
    by_name = {one: name for name, known in names.columns.items() for one in frozenset().union(*known)}
    alike = get_close_matches(theirs, by_name, n=3, cutoff=NEAR)
    return ranks, sorted({by_name[one] for one in alike})


def guessed_table(file: str, header: Sequence[str], tables: Mapping[str, Names]) -> str:
    """The table a file is by its name and by how many of its columns are known; empty where two could be."""
    named = _named(file, tables)
    scores = {
        name: len(guessed_columns(known, header, near=False)) + (NAMED if name == named else 0)
        for name, known in tables.items()
    }
    best = max(scores.values(), default=0)
    surest = [name for name, score in scores.items() if score == best]
    return surest[0] if best >= ENOUGH and len(surest) == 1 else ""


def _named(file: str, tables: Mapping[str, Names]) -> str:
    """The table whose name stands in the file's: the longest, so that `order_lines` is not `orders`."""
    stem = unicodedata.normalize("NFC", _CAMEL.sub(" ", file.rsplit(".", 1)[0]))
    words = _WORDS.findall(stem)
    spans = {
        folded("".join(words[first:last]))
        for first in range(len(words))
        for last in range(first + 1, len(words) + 1)
    }
    lengths = {
        name: max((len(one) for one in known.table & spans), default=0) for name, known in tables.items()
    }
    longest = max(lengths.values(), default=0)
    surest = [name for name, length in lengths.items() if length == longest]
    return surest[0] if longest and len(surest) == 1 else ""
