"""The cells of a plan, from the whole down to a person and a span: exact sums at every level. Pure (PLAN-3).

A branch's sheet is its whole and its spans. The sheets of its parts follow from it: their wholes by weight, their spans
by its own shape and theirs, so that in each span the parts sum to the branch. Amounts are whole numbers of millionths.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from emporion.kernel.errors import Refusal
from emporion.numbers.planning.dealing import Dealt
from emporion.numbers.planning.division import divide
from emporion.numbers.planning.fitting import fit
from emporion.numbers.planning.sheets import MILLIONTHS, Part, Sheet, Terms


def root_sheet(
    total: int,
    season: Sequence[int],
    terms: Terms,
    settled: Mapping[int, int] | None = None,
    least: Mapping[int | None, int] | None = None,
) -> Sheet:
    """The whole over its spans by season. A metric that does not add up over time has the total in each span."""
    kept = settled or {}
    if not terms.sums.time:
        spans = tuple(kept.get(place, total) for place in range(len(season)))
        return Sheet(spans[-1] if spans else total, spans)
    cells = [kept.get(place) for place in range(len(season))]
    floors = [(least or {}).get(place, 0) for place in range(len(season))]
    return Sheet(total, tuple(divide(total, season, settled=cells, least=floors, unit=terms.unit)))


def part_sheets(parent: Sheet, parts: Sequence[Part], terms: Terms, over: int = 0) -> list[Sheet]:
    """The sheets of a branch's parts, in their order. `over` millionths of it are dealt out beyond it.

    Spans that are past hold what is settled there and nothing else. Raises Refusal where settled cells leave no way.
    """
    if not parts:
        return []
    if not terms.sums.people:
        return [_like(parent, part) for part in parts]
    columns = _columns(parent, parts, terms, over)
    if not terms.sums.time:
        return _by_span(columns, parts, terms)
    free = _fitted(Dealt(columns, [_unsettled(part, terms) for part in parts], terms))
    if free is not None and all(_keeps(sheet, part) for sheet, part in zip(free, parts, strict=True)):
        return free
    return _with_settled(Dealt(columns, parts, terms))


def _with_settled(table: Dealt) -> list[Sheet]:
    """Each part with its share of the whole where that can be; else the shares of those who are free give way."""
    fitted = _fitted(table)
    if fitted is not None and not table.strays(fitted):
        return fitted
    try:
        return table.loose()
    except Refusal:
        if fitted is None:
            raise
        return fitted


def _fitted(table: Dealt) -> list[Sheet] | None:
    """Each part with its share of the whole; None where settled cells leave no such table."""
    try:
        wholes = table.wholes()
        cells = fit(
            wholes,
            table.columns,
            table.weights,
            settled=table.settled,
            least=table.least,
            unit=table.terms.unit,
        )
    except Refusal:
        return None
    return [Sheet(whole, tuple(row)) for whole, row in zip(wholes, cells, strict=True)]


def _unsettled(part: Part, terms: Terms) -> Part:
    """The part as if nobody had settled anything that is still to come."""
    past = {span: value for span, value in part.spans.items() if span in terms.past}
    return replace(part, whole=None, spans=past, least={})


def _keeps(sheet: Sheet, part: Part) -> bool:
    """Whether a sheet is all that is asked of it: then cells settled at what they have leave the others as they are."""
    if part.whole not in {None, sheet.whole} or sheet.whole < part.least.get(None, 0):
        return False
    floors = all(sheet.spans[span] >= value for span, value in part.least.items() if span is not None)
    return floors and all(sheet.spans[span] == value for span, value in part.spans.items())


def _like(parent: Sheet, part: Part) -> Sheet:
    """What does not add up over people is planned alike for each, where nobody said otherwise."""
    whole = parent.whole if part.whole is None else part.whole
    base = parent.spans if part.whole is None else [part.whole] * len(parent.spans)
    return Sheet(whole, tuple(part.spans.get(place, value) for place, value in enumerate(base)))


def _columns(parent: Sheet, parts: Sequence[Part], terms: Terms, over: int) -> list[int]:
    """What the parts together have in each span; in the past it is what they had."""
    columns = list(parent.spans)
    if over:
        coming = [0 if span in terms.past else column for span, column in enumerate(columns)]
        beyond = sum(coming) * over // MILLIONTHS // terms.unit * terms.unit
        columns = divide(sum(coming) + beyond, coming, unit=terms.unit)
    for span in terms.past:
        columns[span] = sum(part.spans.get(span, 0) for part in parts)
    return columns


def _by_span(columns: Sequence[int], parts: Sequence[Part], terms: Terms) -> list[Sheet]:
    """Each span dealt out by itself: a state has no sum over time."""
    cells = [
        divide(
            column,
            [part.weight * part.share_of(span) for part in parts],
            settled=[part.spans.get(span, part.whole) for part in parts],
            least=[part.least.get(span, 0) for part in parts],
            unit=terms.unit,
        )
        for span, column in enumerate(columns)
    ]
    rows = list(zip(*cells, strict=True))
    return [Sheet(row[-1] if row else 0, tuple(row)) for row in rows]
