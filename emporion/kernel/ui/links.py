"""Addresses of cards and facts, told by the parts that have them: whoever draws a row need not know who draws its card.

A part registers when its app is ready, so that no part names another that stands above it.
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

_CARDS: dict[str, str] = {}


def register_card(subject: str, url_name: str) -> None:
    """From now on the card of a record of that kind (customer, order, deal, member, …) is at this URL name, which
    takes the record's `pk`."""
    _CARDS[subject] = url_name


def card_address(subject: str, pk: int | None) -> str:
    """Where the card of that record is; empty where there is none."""
    if pk is None or subject not in _CARDS:
        return ""
    return reverse(_CARDS[subject], kwargs={"pk": pk})


def address_with(path: str, query: Mapping[str, Any]) -> str:
    """That path with these choices, leaving out what is empty."""
    kept = {name: value for name, value in query.items() if value not in (None, "", [], ())}
    return f"{path}?{urlencode(kept, doseq=True)}" if kept else path
