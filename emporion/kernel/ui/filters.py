"""What narrows a list; every choice stands in the address."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from html import escape
from typing import Any, Protocol

from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.safestring import SafeString, mark_safe

from emporion.kernel.access.viewer import Viewer
from emporion.kernel.reading import once

Text = str | Promise
Options = Callable[[Viewer], Iterable[tuple[str, Text]]]


class Filter(Protocol):
    """Something that narrows a list by what stands in the address under its names."""

    @property
    def names(self) -> tuple[str, ...]:
        """The names it reads in the address."""

    def narrow(self, records: QuerySet[Any], query: Mapping[str, str], viewer: Viewer) -> QuerySet[Any]:
        """The records that fit; what makes no sense narrows nothing."""

    def drawn(self, query: Mapping[str, str], viewer: Viewer) -> SafeString:
        """Its field."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One of some values. `apply` narrows by the chosen value; only offered values narrow."""

    name: str
    label: Text
    options: Options
    apply: Callable[[QuerySet[Any], str], QuerySet[Any]]

    @property
    def names(self) -> tuple[str, ...]:
        """Its name."""
        return (self.name,)

    def narrow(self, records: QuerySet[Any], query: Mapping[str, str], viewer: Viewer) -> QuerySet[Any]:
        """The records that fit the chosen value."""
        chosen = query.get(self.name, "")
        if not chosen or chosen not in {value for value, _ in self.offered(viewer)}:
            return records
        return self.apply(records, chosen)

    def offered(self, viewer: Viewer) -> Sequence[tuple[str, Text]]:
        """What may be chosen, read once for a page."""
        return once(("options", self.options, viewer), lambda: list(self.options(viewer)))

    def drawn(self, query: Mapping[str, str], viewer: Viewer) -> SafeString:
        """A select."""
        options = _options(self.offered(viewer), query.get(self.name))
        return render_to_string("ui/filters/choice.html", {"filter": self, "options": options})


def _options(offered: Iterable[tuple[str, Text]], chosen: str | None) -> SafeString:
    """The options of a select. Not by a template: there may be thousands of people."""
    drawn = (
        f'<option value="{_escaped(value)}"{" selected" if value == chosen else ""}>{_escaped(label)}</option>'
        for value, label in offered
    )
    return mark_safe("".join(drawn))  # noqa: S308 - all of it is escaped


def _escaped(text: Text) -> str:
    said = str(text)
    return said if isinstance(said, SafeString) else escape(said)


@dataclass(frozen=True, slots=True)
class UsualChoice(Choice):
    """A choice that begins with `usual`, as long as the address says nothing; one of its options should be all."""

    usual: str = ""

    def _chosen(self, query: Mapping[str, str]) -> str:
        return query.get(self.name) or self.usual

    def narrow(self, records: QuerySet[Any], query: Mapping[str, str], viewer: Viewer) -> QuerySet[Any]:
        """The records that fit the chosen value, or the usual one."""
        return Choice.narrow(self, records, {self.name: self._chosen(query)}, viewer)

    def drawn(self, query: Mapping[str, str], viewer: Viewer) -> SafeString:
        """A select without an empty option."""
        options = _options(self.offered(viewer), self._chosen(query))
        return render_to_string("ui/filters/choice.html", {"filter": self, "options": options, "usual": True})


@dataclass(frozen=True, slots=True)
class Days:
    """From one day to another, the last one included; `column` holds a date."""

    name: str
    label: Text
    column: str

    @property
    def names(self) -> tuple[str, ...]:
        """Where it begins and where it ends."""
        return (f"{self.name}_from", f"{self.name}_to")

    def narrow(self, records: QuerySet[Any], query: Mapping[str, str], viewer: Viewer) -> QuerySet[Any]:  # noqa: ARG002 - a filter's signature
        """The records of these days."""
        for name, lookup in zip(self.names, ("gte", "lte"), strict=True):
            day = _day(query.get(name, ""))
            if day is not None:
                records = records.filter(**{f"{self.column}__{lookup}": day})
        return records

    def drawn(self, query: Mapping[str, str], viewer: Viewer) -> SafeString:  # noqa: ARG002 - a filter's signature
        """Two fields."""
        start, end = (_day(query.get(name, "")) for name in self.names)
        known = {
            "filter": self,
            "start": start,
            "end": end,
            "start_name": self.names[0],
            "end_name": self.names[1],
        }
        return render_to_string("ui/filters/days.html", known)


@dataclass(frozen=True, slots=True)
class Typed:
    """A word, typed as it stands in the records: for columns with too many values to choose from. `column` must have
    an index."""

    name: str
    label: Text
    column: str

    @property
    def names(self) -> tuple[str, ...]:
        """Its name."""
        return (self.name,)

    def narrow(self, records: QuerySet[Any], query: Mapping[str, str], viewer: Viewer) -> QuerySet[Any]:  # noqa: ARG002 - a filter's signature
        """The records that hold exactly that word."""
        typed = query.get(self.name, "").strip().replace("\0", "")
        return records.filter(**{self.column: typed}) if typed else records

    def drawn(self, query: Mapping[str, str], viewer: Viewer) -> SafeString:  # noqa: ARG002 - a filter's signature
        """A field."""
        return render_to_string("ui/filters/typed.html", {"filter": self, "value": query.get(self.name, "")})


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
