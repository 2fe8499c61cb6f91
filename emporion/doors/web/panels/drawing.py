"""Tables with a row for each of thousands of people: only the rows of the page are drawn."""

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from typing import Any, Generic, TypeVar, overload

Of = TypeVar("Of")
Row = TypeVar("Row")


class DrawnWhenRead(Sequence[Row], Generic[Of, Row]):
    """Rows in the order of what they are of, each drawn when it is read."""

    def __init__(self, of: Sequence[Of], draw: Callable[[Of], Row]) -> None:
        self._of, self._draw = of, draw

    def __len__(self) -> int:
        return len(self._of)

    @overload
    def __getitem__(self, place: int) -> Row: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Row]: ...
    def __getitem__(self, place: int | slice) -> Any:
        if isinstance(place, slice):
            return [self._draw(one) for one in self._of[place]]
        return self._draw(self._of[place])


def sorted_by(many: Iterable[Of], key: Callable[[Of], Decimal | None], *, descending: bool) -> list[Of]:
    """Sorted by a number; those without one come last."""
    keyed = [(key(one), one) for one in many]
    known = [(number, one) for number, one in keyed if number is not None]
    known.sort(key=lambda pair: pair[0], reverse=descending)
    return [one for _, one in known] + [one for number, one in keyed if number is None]
