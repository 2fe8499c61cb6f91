"""In which encoding a text file is written: said by its first bytes, by its zeros, or by its letters."""

import codecs
import hashlib
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import NamedTuple

from emporion.doors.importing.reading.alphabets import code_page_of
from emporion.kernel.errors import Refusal

BLOCK = 1 << 20
HEAD = 1 << 16
SAMPLE = 1 << 18
# The longer marks first: the mark of UTF-32 begins with that of UTF-16.
_MARKS = [
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
]
_WIDEST = ["utf-32-le", "utf-32-be"]
_WIDE = [*_WIDEST, "utf-16-le", "utf-16-be"]
_LAYOUT = b"\t\n\r\f\x1a"
_KINDS_BY_START = {
    b"MZ": "a Windows program",
    b"\x7fELF": "a program",
    b"%PDF": "a PDF document",
    b"\x1f\x8b": "a packed file; unpack it first",
    b"PK": "a zip archive; unpack it first",
    b"\xd0\xcf\x11\xe0": "an old Excel or Word file; save it as .xlsx or CSV",
    b"\x89PNG": "a picture",
}


class Encoding(NamedTuple):
    """The Python name of an encoding, and how many bytes of a mark stand before the text that it does not know."""

    name: str
    mark: int = 0


def encoding_of(path: Path) -> Encoding:
    """How the file is written. Refuses an empty file and what is no text. Reads the file once."""
    with path.open("rb") as file:
        head = file.read(HEAD)
    if not head.strip():
        raise Refusal("empty_file", f"{path.name} is empty")
    for mark, name in _MARKS:
        if head.startswith(mark):
            # Some programs put the mark of UTF-16 before text in UTF-32.
            wider = _wide_encoding(head[2:], _WIDEST) if name == "utf-16" else ""
            return Encoding(wider, 2) if wider else Encoding(name)
    if b"\0" in head and (wide := _wide_encoding(head, _WIDE)):
        return Encoding(wide)
    _refuse_binary(path, head)
    return Encoding(_narrow_encoding(path))


def _wide_encoding(head: bytes, names: list[str]) -> str:
    """UTF-16 or UTF-32 without a mark: the one in which the bytes read as letters."""
    whole = head[: len(head) // 4 * 4]
    for name in names:
        try:
            text = whole.decode(name)
        except UnicodeDecodeError as problem:
            if problem.end < len(whole):
                continue
            text = whole[: problem.start].decode(name)
        if text and sum(map(_is_plausible, text)) >= 0.97 * len(text):
            return name
    return ""


def _is_plausible(letter: str) -> bool:
    """Latin, Greek, Cyrillic, currency signs and layout: what business files are written in."""
    code = ord(letter)
    return 0x20 <= code < 0x530 or letter in "\t\r\n" or 0x1E00 <= code < 0x2200


def _refuse_binary(path: Path, head: bytes) -> None:
    controls = sum(byte < 32 and byte not in _LAYOUT for byte in head)
    if controls <= len(head) // 100 + (1 if len(head) < 100 else 0):
        return
    kind = next((kind for start, kind in _KINDS_BY_START.items() if head.startswith(start)), "")
    seems = f"it seems to be {kind}" if kind else "it holds bytes that no text has"
    raise Refusal("not_a_table", f"{path.name} is not a table of text: {seems}")


def _narrow_encoding(path: Path) -> str:
    if _reads_as_utf8(path):
        return "utf-8"
    sample = b"\n".join(_lines_beyond_ascii(path))
    read = sample.decode("utf-8", errors="replace")
    broken = read.count("\ufffd")
    whole = sum(letter > "\x7f" for letter in read) - broken
    if whole > 4 * broken:
        return "utf-8"  # a few damaged bytes in UTF-8: reading will name their line
    return code_page_of(sample)


def _reads_as_utf8(path: Path) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for block in blocks(path):
            decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _lines_beyond_ascii(path: Path) -> Iterator[bytes]:
    """Some of the lines that hold the letters in question."""
    taken = 0
    with path.open("rb") as file:
        while taken < SAMPLE and (line := file.readline(SAMPLE)):
            if not line.isascii():
                taken += len(line)
                yield line


def blocks(path: Path, start: int = 0) -> Iterator[bytes]:
    """The file in pieces."""
    with path.open("rb") as file:
        file.seek(start)
        while block := file.read(BLOCK):
            yield block


def line_of_damage(path: Path, encoding: Encoding) -> int:
    """The number of the line in which the bytes stop fitting the encoding."""
    decoder = codecs.getincrementaldecoder(encoding.name)()
    line = 1
    for block in chain(blocks(path, encoding.mark), [b""]):
        pending, _ = decoder.getstate()
        try:
            line += decoder.decode(block, final=not block).count("\n")
        except UnicodeDecodeError as problem:
            good = (pending + block)[: problem.start]
            return line + good.decode(encoding.name, errors="ignore").count("\n")
    return line


def digest_of(path: Path) -> str:
    """The file's SHA-256, by which a resumed import knows it again."""
    digest = hashlib.sha256()
    for block in blocks(path):
        digest.update(block)
    return digest.hexdigest()
