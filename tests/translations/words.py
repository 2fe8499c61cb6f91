"""Latin words that stand in Russian and Greek as they are: names, formats, keys, and the glossary's own."""

import re

_SAME_EVERYWHERE = """
    Emporion Django SQLite PostgreSQL Excel CSV XLSX JSON PDF SMTP API URL ZIP UTF TSV xlsx csv json tsv zip
    e-mail mail MFA TOTP QR CRM SWOT NPS ABC XYZ RFM SKU ID UTC CET HTTP HTTPS iCalendar
    AdventureWorks Northwind Salesforce HubSpot Bitrix amoCRM Pipedrive Odoo Zoho
    MASE STL
    Enter Esc Tab Shift Ctrl Google Authenticator Windows macOS Android iOS
    EUR USD RUB GBP GR CFA CFP BEAC en ru el English
    emporion
"""
SAME_EVERYWHERE = frozenset(_SAME_EVERYWHERE.split())
BY_LANGUAGE = {
    "ru": frozenset({"CJM"}),
    "el": frozenset({"hunter", "closer", "farmer", "hunters", "closers", "farmers", "email", "GB"}),
}
_LATIN = re.compile(r"[A-Za-z][A-Za-z'’-]*[A-Za-z]|[A-Za-z]")
_TYPED = (
    r"%%|%\([^)]*\)[a-z]|%[sd]|\{[^{}]*\}",  # placeholders
    r"<[^>]+>|&[a-z]+;|`[^`]*`",
    r"https?://\S+|\S+@\S+|[.*]\.?[a-z]{2,4}\b",  # addresses, ends of file names
    r"(?:emporion|make) [a-z]+|--[a-z]+|[A-Z]{3,}_[A-Z_]+",  # what is typed, variables of the environment
    r"[A-Z][A-Za-z]+(?:/[A-Z][\w+ -]*)+",  # time zones
    r"\b[A-Z]{3} · (?:[A-Z]{3}\b)?",  # a currency before its name; a new one has no other name yet
    r"[a-z]+:[A-Z]\w+|[A-Z]+\d+|\d+-Q\d",  # records, periods
)
_NOT_WORDS = re.compile("|".join(_TYPED))
_MIXED = re.compile(r"[A-Za-z][А-Яа-яЁёΑ-Ωα-ωά-ώ]|[А-Яа-яЁёΑ-Ωα-ωά-ώ][A-Za-z]|[А-яЁё][Α-ώ]|[Α-ώ][А-яЁё]")
_CYRILLIC = re.compile(r"[А-яЁё]")
_GREEK = re.compile(r"[Ͱ-Ͽἀ-῿]")


def foreign_words(text: str, language: str) -> list[str]:
    """The Latin words of a Russian or Greek text that are on no list."""
    allowed = SAME_EVERYWHERE | BY_LANGUAGE[language]
    found = _LATIN.findall(_NOT_WORDS.sub(" ", text))
    return [word for word in found if word not in allowed]


def mixed_words(text: str) -> list[str]:
    """Where letters of two alphabets stand side by side in one word: a letter that only looks right."""
    bare = _NOT_WORDS.sub(" ", text)
    return [bare[max(0, found.start() - 8) : found.end() + 8] for found in _MIXED.finditer(bare)]


def has_own_letters(text: str, language: str) -> bool:
    """Whether anything in the text is written in the language's own letters."""
    return bool((_CYRILLIC if language == "ru" else _GREEK).search(text))
