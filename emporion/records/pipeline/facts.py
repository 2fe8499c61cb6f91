"""Which facts a deal stands for. Pure."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from emporion.kernel.ledger.fact import Fact
from emporion.kernel.ledger.vocabulary import CREDIT_DIRECT, Trait
from emporion.kernel.money import amount_units, spread_units
from emporion.records.pipeline.rules import (
    LOST,
    WON,
    DealFigures,
    Entry,
    Share,
    base_units,
    closing,
    known,
    known_history,
    moves_on,
    stage_on,
    value_on,
)
from emporion.records.team.queries import PlaceOnDay

RULE_VERSION = 1
ONE = 1_000_000
MINUTES_A_DAY = 1_440
PlaceOn = Callable[[int, date], PlaceOnDay]
MovesOf = Callable[[int], Iterable[date]]


class Seat(NamedTuple):
    """Who is credited on a day, in the place they had, with their share."""

    member_id: int | None = None
    team_id: int | None = None
    role: str | None = None
    member_zone_id: int | None = None
    weight: int = 1
    weight_total: int = 1
    credit: str = CREDIT_DIRECT

    def dimensions(self) -> dict[str, Any]:
        """The dimensions of a fact that say who, by name."""
        return self._asdict()


def seats(shares: Sequence[Share], day: date, place_on: PlaceOn) -> list[Seat]:
    """The credited people as they were on that day; nobody, when nobody has the direct credit. Each overlay is a
    whole of its own."""
    direct = [share for share in shares if share.credit == CREDIT_DIRECT]
    total = sum(share.weight for share in direct)
    found = [_seat(share, share.weight, total, day, place_on) for share in direct] or [Seat()]
    return found + [_seat(share, 1, 1, day, place_on) for share in shares if share.credit != CREDIT_DIRECT]


def _seat(share: Share, weight: int, total: int, day: date, place_on: PlaceOn) -> Seat:
    place = place_on(share.member_id, day)
    return Seat(share.member_id, place.team_id, place.role, place.territory_id, weight, total, share.credit)


def split(total: int, of: Sequence[Seat]) -> list[int]:
    """`total` units over the seats: the direct ones share it by weight, every overlay has the whole."""
    direct = [seat.weight for seat in of if seat.credit == CREDIT_DIRECT]
    parts = iter([total] if len(direct) == 1 else spread_units(total, direct))
    return [next(parts) if seat.credit == CREDIT_DIRECT else total for seat in of]


def deal_facts(deal: DealFigures, place_on: PlaceOn, moves_of: MovesOf) -> list[Fact]:
    """All facts of a deal. Grain: one per credited member (one without a member when nobody is credited); counts are
    whole for each of them, amounts are split by weight.

    pipeline.changed: the state, as net changes a day. stage.entered and stage.left: every move. deal.won or deal.lost:
    how it stands now, once, on the day it was closed; a deal that was opened again stands for neither.
    contract.signed. A deal in the recycle bin stands for nothing. `moves_of` gives the days on which a member's place
    becomes another. Source: PIPE-3, PIPE-4.
    """
    if deal.removed:
        return []
    told = _Told(deal, known_history(deal.entries), known(deal.shares), place_on, moves_of)
    made = [*_state_facts(told), *_move_facts(told), *_closing_facts(told)]
    if deal.contract_signed_on is not None:
        made += _signed_facts(told, deal.contract_signed_on)
    return made


@dataclass(slots=True)
class _Told:
    """A deal with the part of its history that counts. What every fact asks for is worked out once."""

    deal: DealFigures
    history: Sequence[Entry]
    shares: Sequence[Share]
    place_on: PlaceOn
    moves_of: MovesOf
    about: dict[str, Any] = field(init=False)
    _seats: dict[date, list[Seat]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        deal = self.deal
        self.about = {
            "territory_id": deal.territory_id,
            "customer_id": deal.customer_id,
            "deal_id": deal.id,
            "product_id": deal.product_id,
            "channel": deal.channel or None,
            "source": deal.source or None,
        }

    def seats(self, day: date) -> list[Seat]:
        """Whose the deal is, as they were on that day."""
        found = self._seats.get(day)
        if found is None:
            found = self._seats[day] = seats(self.shares, day, self.place_on)
        return found

    def worth(self, value: Decimal, sitting: Sequence[Seat]) -> list[dict[str, Any]]:
        """For each seat its share of a value of the deal's currency, as a fact holds it."""
        amounts = split(base_units(value, self.deal.rate), sitting)
        originals = split(amount_units(value), sitting)
        return [
            {"amount": amount, "original_amount": original, "currency": self.deal.currency}
            for amount, original in zip(amounts, originals, strict=True)
        ]


# The state: who has how many open deals, worth how much, in which stage


class _Measures(NamedTuple):
    quantity: int = 0
    amount: int = 0
    original_amount: int = 0


_Cell = tuple[Seat, int]
_NOTHING = _Measures()


def _state_facts(told: _Told) -> Iterator[Fact]:
    """One net change per day, stage and member; where a member's own place becomes another while the deal is open,
    minus as it was and plus as it is, so that the running sum of a team is the team's."""
    before: dict[_Cell, _Measures] = {}
    for day in _days(told):
        after = _state(told, day)
        for cell in (*before, *(cell for cell in after if cell not in before)):
            new, old = after.get(cell, _NOTHING), before.get(cell, _NOTHING)
            if new != old:
                yield _state_fact(told, day, cell, _Measures(*(n - o for n, o in zip(new, old, strict=True))))
        before = after


def _days(told: _Told) -> list[date]:
    """The days from the first entry on at whose end the state may be another than at the end of the day before."""
    if not told.history:
        return []
    turns = {entry.day for entry in told.history} | {value.day for value in known(told.deal.values)}
    turns.update(day for share in told.shares for day in told.moves_of(share.member_id))
    end = closing(told.history)
    last = end.day if end is not None else date.max
    return sorted(day for day in turns if told.history[0].day <= day <= last)


def _state(told: _Told, day: date) -> dict[_Cell, _Measures]:
    stage = stage_on(told.history, day)
    if stage is None or stage.closes:
        return {}
    sitting = told.seats(day)
    return {
        (seat, stage.id): _Measures(ONE, worth["amount"], worth["original_amount"])
        for seat, worth in zip(sitting, told.worth(value_on(told.deal.values, day), sitting), strict=True)
    }


def _state_fact(told: _Told, day: date, cell: _Cell, change: _Measures) -> Fact:
    seat, stage_id = cell
    return Fact(
        "pipeline.changed",
        day,
        **seat.dimensions(),
        **told.about,
        stage_id=stage_id,
        quantity=change.quantity,
        amount=change.amount,
        original_amount=change.original_amount,
        currency=told.deal.currency,
    )


# Moves from stage to stage


def _move_facts(told: _Told) -> Iterator[Fact]:
    seen: set[int] = set()
    before: Entry | None = None
    for entry in told.history:
        if before is not None:
            yield from _move("stage.left", told, entry, before.stage.id, _leaving(before, entry))
        traits = Trait.KEY_STAGE if entry.stage.is_key else Trait(0)
        if entry.stage.id in seen:
            traits |= Trait.REOPENED
        yield from _move("stage.entered", told, entry, entry.stage.id, traits)
        seen.add(entry.stage.id)
        before = entry


def _leaving(before: Entry, after: Entry) -> Trait:
    if moves_on(before.stage, after.stage):
        return Trait.FORWARD
    return Trait.LOST if after.stage.outcome == LOST and not before.stage.closes else Trait(0)


def _move(kind: str, told: _Told, entry: Entry, stage_id: int, traits: Trait) -> Iterator[Fact]:
    for seat in told.seats(entry.day):
        yield Fact(
            kind,
            entry.day,
            occurred_at=entry.at,
            **seat.dimensions(),
            **told.about,
            stage_id=stage_id,
            quantity=ONE,
            traits=int(traits),
        )


# Won, lost, signed: one whole for every credited member, its amount split


def _closing_facts(told: _Told) -> Iterator[Fact]:
    end = closing(told.history)
    if end is None:
        return
    sitting = told.seats(end.day)
    for seat, worth in zip(sitting, told.worth(value_on(told.deal.values, end.day), sitting), strict=True):
        yield Fact(
            "deal.won" if end.stage.outcome == WON else "deal.lost",
            end.day,
            occurred_at=end.at,
            **seat.dimensions(),
            **told.about,
            **worth,
            stage_id=end.stage.id,
            quantity=ONE,
            minutes=(end.day - told.deal.opened_on).days * MINUTES_A_DAY,
        )


def _signed_facts(told: _Told, day: date) -> Iterator[Fact]:
    sitting = told.seats(day)
    stated = told.deal.contract_amount
    amount = value_on(told.deal.values, day) if stated is None else stated
    for seat, worth in zip(sitting, told.worth(amount, sitting), strict=True):
        yield Fact("contract.signed", day, **seat.dimensions(), **told.about, **worth, quantity=ONE)
