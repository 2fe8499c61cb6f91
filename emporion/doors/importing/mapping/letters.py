"""Letters damaged on their way: UTF-8 that a program took for Western and saved again (MÃ¼nster)."""


def repaired(text: str) -> str:
    """The text as it was meant; unchanged when it was not damaged that way."""
    if text.isascii():
        return text
    try:
        return bytes(map(_western_byte, text)).decode("utf-8")
    except ValueError:
        return text


def _western_byte(letter: str) -> int:
    """The byte that Western code pages show as this letter; the few that they leave undefined stay themselves."""
    try:
        return letter.encode("cp1252")[0]
    except UnicodeEncodeError:
        return ord(letter)  # beyond a byte: bytes() refuses it, so the text is left as it is
