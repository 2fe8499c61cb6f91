"""What the parts above tell the ledger about themselves, so that it can verify facts without importing them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from emporion.kernel.ledger.fact import Fact


@dataclass(frozen=True, slots=True)
class FactSource:
    """How one kind of record turns into facts.

    `ids` gives all ids, rising; `facts_for` gives every asked record's facts as they should stand (a record that
    stands for nothing gives an empty list; one that does not exist is left out); `codes` gives their codes.
    `rule_version` is the version of the rule that `facts_for` follows.
    """

    subject_kind: str
    ids: Callable[[], Iterable[int]]
    facts_for: Callable[[Sequence[int]], Mapping[int, list[Fact]]]
    codes: Callable[[Sequence[int]], Mapping[int, str]]
    rule_version: int = 1


_sources: dict[str, FactSource] = {}
_names: dict[str, Callable[[], Mapping[int, str]]] = {}
Freeze = Callable[[date | None, date], object]
_freezers: dict[str, Freeze] = {}


def register_source(source: FactSource) -> None:
    """Called by a part's AppConfig.ready."""
    _sources[source.subject_kind] = source


def register_codes(column: str, codes: Callable[[], Mapping[int, str]]) -> None:
    """Tell the ledger how the ids of one of its columns (`member_id`, …) read as codes, for the digest."""
    _names[column] = codes


def register_frozen(name: str, contents: Freeze) -> None:
    """Add something (settings, definitions, targets) that a closing keeps as it was; it must fit into JSON. It is given
    the days that are being closed: the first (None: from ever) and the one after the last."""
    _freezers[name] = contents


def sources() -> dict[str, FactSource]:
    """Every kind of record that posts facts."""
    return dict(_sources)


def code_readers() -> dict[str, Callable[[], Mapping[int, str]]]:
    """By ledger column, what turns its ids into codes."""
    return dict(_names)


def freezers() -> dict[str, Freeze]:
    """What a closing freezes, by name."""
    return dict(_freezers)
