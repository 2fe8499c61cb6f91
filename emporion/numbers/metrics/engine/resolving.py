"""What is asked, with every name resolved: metrics, dimensions, conditions, and how far the asker sees."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches

from emporion.kernel.access.viewer import Viewer
from emporion.kernel.errors import Refusal, UnknownName
from emporion.kernel.ledger.vocabulary import CREDIT_DIRECT, CREDITS
from emporion.kernel.periods import Period
from emporion.numbers.metrics.engine.dimensions import BRANCHING, Dimension, dimension
from emporion.numbers.metrics.engine.directory import Directory
from emporion.numbers.metrics.engine.spans import span_start
from emporion.numbers.metrics.metric import Metric
from emporion.numbers.metrics.registry import metric
from emporion.numbers.metrics.scan import Codes
from emporion.numbers.metrics.shape import Leaf, leaves

ANY_CREDIT = "any"
PROPOSED_FROM = 5_000
ALONE = "="  # before a code of a tree: without what hangs on it
NOBODY = ("null", "–")  # as JSON and a table show an empty value


@dataclass(frozen=True, slots=True)
class Condition:
    """Only where a dimension has one of the values: ids, words or first days; None is an empty one."""

    dimension: Dimension
    values: tuple[int | str | date | None, ...]


@dataclass(frozen=True, slots=True)
class Resolved:
    """Everything the engine needs to know, and nothing to look up any more."""

    metrics: tuple[Metric, ...]
    by: tuple[Dimension, ...]
    period: Period
    conditions: tuple[Condition, ...]
    credit_kinds: tuple[str, ...]
    viewer: Viewer

    @property
    def leaves(self) -> tuple[Leaf, ...]:
        """The parts of all metrics, each once: what two metrics share is computed once."""
        return tuple(dict.fromkeys(leaf for asked in self.metrics for leaf in leaves(asked.shape)))

    @property
    def only(self) -> Mapping[str, Codes]:
        """The conditions that are on columns of the facts themselves."""
        return {
            condition.dimension.column: tuple(v for v in condition.values if not isinstance(v, date))
            for condition in self.conditions
            if not (
                condition.dimension.through
                or condition.dimension.span
                or condition.dimension.record == "subject"
            )
        }


def resolved(
    names: Sequence[str],
    *,
    by: Sequence[str],
    period: Period,
    where: Mapping[str, object],
    viewer: Viewer,
    directory: Directory,
) -> Resolved:
    """Resolves every name; an unknown metric, dimension or code is answered with those nearest to it.

    Refuses a metric that needs a permission the viewer lacks.
    """
    metrics = tuple(metric(name) for name in dict.fromkeys(names))
    for asked in metrics:
        if asked.permission:
            viewer.require(asked.permission)
    named = {name: _values_given(value) for name, value in where.items()}
    return Resolved(
        metrics=metrics,
        by=tuple(dimension(name) for name in dict.fromkeys(by)),
        period=period,
        conditions=tuple(
            _condition(dimension(name), values, directory)
            for name, values in named.items()
            if name != "credit"
        ),
        credit_kinds=_credit_kinds(named.get("credit", [CREDIT_DIRECT])),
        viewer=viewer,
    )


def _values_given(value: object) -> list[str | None]:
    several = value if isinstance(value, Iterable) and not isinstance(value, str) else [value]
    return [None if one is None or one == "" else str(one) for one in several]


def _credit_kinds(values: Iterable[str | None]) -> tuple[str, ...]:
    given = set(values)
    if ANY_CREDIT in given:
        return CREDITS
    for value in given:
        if value not in CREDITS:
            raise UnknownName("credit", str(value), [*CREDITS, ANY_CREDIT])
    return tuple(credit for credit in CREDITS if credit in given)


def _condition(asked: Dimension, values: list[str | None], directory: Directory) -> Condition:
    known = [value for value in values if value is not None]
    empty = [None] if None in values else []
    if asked.span:
        return Condition(asked, tuple(span_start(asked.span, value) for value in known))
    if asked.record == "subject":
        return Condition(asked, tuple(_subject(value, directory) for value in known))
    if asked.record is None:
        return Condition(asked, (*known, *empty))
    found = directory.ids(asked.record, known) if known else {}
    if any(value in NOBODY and value not in found for value in known):
        empty = [None]
    named = [value for value in known if value in found or value not in NOBODY]
    if asked.record not in BRANCHING:
        return Condition(asked, (*_ids(asked.record, named, found, directory), *empty))
    return Condition(asked, (*_branches(asked.record, named, found, directory), *empty))


def _branches(record: str, codes: list[str], found: Mapping[str, int], directory: Directory) -> list[int]:
    """What is asked of a tree: of `Z1` all that hangs on it too, of `=Z1` it alone."""
    alone = [code.removeprefix(ALONE) for code in codes if code.startswith(ALONE) and code not in found]
    with_all = [code for code in codes if not code.startswith(ALONE) or code in found]
    ids = _ids(record, with_all, found, directory)
    branch = directory.branch(record, ids) if ids else frozenset[int]()
    return sorted(
        branch.union(_ids(record, alone, directory.ids(record, alone), directory)) if alone else branch
    )


def _ids(record: str, codes: list[str], found: Mapping[str, int], directory: Directory) -> list[int]:
    for code in codes:
        if code not in found:
            raise UnknownName(record, code, get_close_matches(code, directory.codes(record, PROPOSED_FROM)))
    return [found[code] for code in codes]


def _subject(value: str, directory: Directory) -> str:
    kind, separator, code = value.partition(":")
    if not separator:
        raise Refusal(
            "bad_subject", f"{value!r} names no record; write its kind and code, like order:SO43659"
        )
    return f"{kind}:{directory.subject_id(kind, code)}"
