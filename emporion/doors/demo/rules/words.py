"""The words of the made-up company, in three languages: every name says of itself that it is made up. Pure."""

import tomllib
from functools import cache
from importlib.resources import files
from random import Random
from typing import Any

LANGUAGES = ("en", "ru", "el")


@cache
def words(language: str) -> dict[str, Any]:
    """All words of that language, by their use."""
    text = (files("emporion.doors.demo") / "words" / f"{language}.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def person(language: str, draw: Random) -> tuple[str, str]:
    """A given name and a family name that fits it."""
    said = words(language)
    female = draw.random() < 0.5
    given = draw.choice(said["female" if female else "male"])
    forms = draw.choice(said["families"]).split("|")
    return given, forms[-1] if female else forms[0]


def numbered(names: list[str], number: int) -> str:
    """The name of that number: when all are used up, they come again with a number behind."""
    again, place = divmod(number, len(names))
    return f"{names[place]} {again + 1}" if again else names[place]
