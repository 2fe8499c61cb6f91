"""Finding records by words: an index that the database itself keeps, asked by `matching`."""

from emporion.kernel.search.matching import matching
from emporion.kernel.search.registry import Searched, register_search

__all__ = ["Searched", "matching", "register_search"]
