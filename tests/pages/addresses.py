"""Every address the product answers, read from its URL configuration."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from django.urls import URLPattern, URLResolver, get_resolver

NO_JOB = UUID(int=0)
# Sign-in is tried by its own tests; it is open to all or to oneself.
NOT_OURS = ("account/", "static/")


@dataclass(frozen=True, slots=True)
class Address:
    """One pattern: its name, its route, and the names of what varies in it."""

    name: str
    route: str
    parameters: tuple[str, ...]

    def path(self, **values: object) -> str:
        """The address with these values."""
        path = self.route
        for name in self.parameters:
            start = path.index("<")
            end = path.index(">")
            value = NO_JOB if path[start:].startswith("<uuid") else values.get(name, 0)
            path = f"{path[:start]}{value}{path[end + 1 :]}"
        return f"/{path}"


def addresses() -> list[Address]:
    """All of them, by name."""
    found = [one for one in _within(get_resolver(), "", "") if not one.route.startswith(NOT_OURS)]
    return sorted(found, key=lambda one: one.name)


def _within(resolver: URLResolver, route: str, space: str) -> Iterator[Address]:
    for entry in resolver.url_patterns:
        longer = route + str(entry.pattern)
        if isinstance(entry, URLResolver):
            inner = f"{space}{entry.namespace}:" if entry.namespace else space
            yield from _within(entry, longer, inner)
        elif isinstance(entry, URLPattern):
            yield Address(f"{space}{entry.name or longer}", longer, tuple(entry.pattern.converters))
