"""How a deal's history is read, and what a file's row without history is taken to mean. Pure."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time
from decimal import Decimal, localcontext
from typing import NamedTuple, TypeVar

from emporion.kernel.errors import Refusal
from emporion.kernel.ledger.vocabulary import CREDIT_DIRECT
from emporion.kernel.money import amount_units, round_amount

OPEN, WAITING, WON, LOST = "open", "waiting", "won", "lost"
OUTCOMES = (OPEN, WAITING, WON, LOST)
CLOSED = frozenset({WON, LOST})


class StageKind(NamedTuple):
    """What of a stage a history needs."""

    id: int
    pipeline_id: int
    position: int
    outcome: str
    is_key: bool = False

    @property
    def closes(self) -> bool:
        """Whether a deal in it is won or lost."""
        return self.outcome in CLOSED


class Entry(NamedTuple):
    """A deal came into a stage."""

    day: date
    stage: StageKind
    sequence: int = 0
    at: datetime | None = None
    assumed: bool = False


class Valued(NamedTuple):
    """A deal is worth `value`, in its own currency, from that day on."""

    day: date
    value: Decimal
    assumed: bool = False


class Share(NamedTuple):
    """A credited member and their weight."""

    member_id: int
    weight: int = 1
    credit: str = CREDIT_DIRECT
    assumed: bool = False


class DealFigures(NamedTuple):
    """All that a deal's facts depend on."""

    id: int
    opened_on: date
    currency: str
    rate: Decimal
    customer_id: int | None = None
    territory_id: int | None = None
    product_id: int | None = None
    source: str = ""
    channel: str = ""
    contract_signed_on: date | None = None
    contract_amount: Decimal | None = None
    entries: Sequence[Entry] = ()
    values: Sequence[Valued] = ()
    shares: Sequence[Share] = ()
    removed: bool = False


class Misfit(Exception):
    """A row that cannot be: its column and the reason."""

    def __init__(self, column: str, reason: str) -> None:
        super().__init__(reason)
        self.column = column
        self.reason = reason


def known_history(entries: Iterable[Entry]) -> list[Entry]:
    """The entries that count, in order, each into another stage than the one before.

    Assumed entries count while there are no real ones. Beside real ones only an assumed closing counts, when it is
    not earlier than the last of them and they leave the deal open: many systems export stages but not the end.
    A row for the stage the deal is in already (its value or date was changed) is no entry.
    """
    ordered = sorted(
        entries, key=lambda entry: (entry.day, entry.assumed, entry.sequence, entry.stage.position)
    )
    real = [entry for entry in ordered if not entry.assumed]
    if real and not real[-1].stage.closes:
        real += [e for e in ordered if e.assumed and e.stage.closes and e.day >= real[-1].day]
    history: list[Entry] = []
    for entry in real or ordered:
        if not history or history[-1].stage.id != entry.stage.id:
            history.append(entry)
    return history


Assumable = TypeVar("Assumable", Valued, Share)


def known(rows: Sequence[Assumable]) -> list[Assumable]:
    """Values or shares that count: assumed ones only while there are no real ones."""
    return [row for row in rows if not row.assumed] or list(rows)


def stage_on(history: Sequence[Entry], day: date) -> StageKind | None:
    """The stage in which the deal was at the end of that day; None before it was in any."""
    return next((entry.stage for entry in reversed(history) if entry.day <= day), None)


def value_on(values: Sequence[Valued], day: date) -> Decimal:
    """What the deal was worth on that day, in its own currency; nothing before the first value."""
    before = [one for one in known(values) if one.day <= day]
    return max(before, key=lambda one: one.day).value if before else Decimal(0)


def closing(history: Sequence[Entry]) -> Entry | None:
    """The entry by which the deal is won or lost now: the first of its last run of entries with that outcome."""
    found: Entry | None = None
    for entry in reversed(history):
        if not entry.stage.closes or (found is not None and found.stage.outcome != entry.stage.outcome):
            break
        found = entry
    return found


def moves_on(before: StageKind, after: StageKind) -> bool:
    """Whether going from one stage to the other is going forward: to a later one of the pipeline, or to won."""
    if before.closes or after.outcome == LOST:
        return False
    return after.outcome == WON or (
        before.pipeline_id == after.pipeline_id and after.position > before.position
    )


def sequence_of(day: date, instant: datetime | None) -> int:
    """The place of an entry among those of its day: milliseconds, in UTC; 0 when the hour is not known."""
    if instant is None:
        return 0
    return int((instant - datetime.combine(day, time(), UTC)).total_seconds() * 1000)


def base_units(value: Decimal, rate: Decimal) -> int:
    """An amount of the deal's currency in ten-thousandths of the base currency, rounded once."""
    with localcontext(prec=60):
        return amount_units(round_amount(value * rate))


def first_with(stages: Sequence[StageKind], outcomes: Iterable[str]) -> StageKind | None:
    """The first stage of a pipeline that has one of these outcomes."""
    fitting = [stage for stage in stages if stage.outcome in outcomes]
    return min(fitting, key=lambda stage: stage.position, default=None)


def assumed_history(
    stages: Sequence[StageKind],
    stage: StageKind | None,
    outcome: str | None,
    opened_on: date,
    closed_on: date | None,
) -> list[Entry]:
    """What is assumed of a deal of which a file says only where it stands: it was in that stage (or the pipeline's
    first) from the day it was opened, and in the won or lost one from the day it was closed.

    `outcome` open, won or lost overrides an open stage. Raises Misfit for what cannot be.
    """
    if closed_on is not None and closed_on < opened_on:
        raise Misfit("closed_on", f"closed on {closed_on}, before it was opened on {opened_on}")
    if stage is not None and stage.closes and outcome and outcome != stage.outcome:
        raise Misfit("outcome", f"the outcome is {outcome}, but the stage means {stage.outcome}")
    first = first_with(stages, {OPEN, WAITING})
    begun = stage if stage is not None and not stage.closes else first
    ends = stage.outcome if stage is not None and stage.closes else outcome
    if ends not in CLOSED:
        if begun is None:
            raise Misfit("stage", "the pipeline has no open stage to begin in")
        return [Entry(opened_on, begun, assumed=True)]
    if closed_on is None:
        raise Misfit("closed_on", f"a deal that is {ends} needs the day on which it was closed")
    end = stage if stage is not None and stage.closes else first_with(stages, {ends})
    if end is None:
        raise Misfit("outcome", f"the pipeline has no stage for deals that are {ends}")
    opening = [Entry(opened_on, begun, assumed=True)] if begun is not None else []
    return [*opening, Entry(closed_on, end, sequence=1, assumed=True)]


def stated_columns(stages: Sequence[StageKind], assumed: Sequence[Entry]) -> dict[str, object]:
    """The columns `stage`, `outcome` and `closed_on` from which `assumed_history` makes these entries."""
    if not assumed:
        return {"stage": None, "outcome": None, "closed_on": None}
    begun, end = assumed[0], assumed[-1]
    if not end.stage.closes:
        return {"stage": begun.stage.id, "outcome": OPEN, "closed_on": None}
    usual = first_with(stages, {end.stage.outcome}) == end.stage and len(assumed) > 1
    stage = begun.stage if usual else end.stage
    return {"stage": stage.id, "outcome": end.stage.outcome, "closed_on": end.day}


def refuse_bad_shares(shares: Sequence[Share]) -> None:
    """Refuses a person credited twice in the same way, and a weight below 1."""
    if len({(share.member_id, share.credit) for share in shares}) != len(shares):
        raise Refusal("credited_twice", "the same person is credited twice")
    if any(share.weight <= 0 for share in shares):
        raise Refusal("bad_weight", "a credit's weight must be a whole number above 0")
