"""Does the store hold what the ledger holds? Used by `emporion ledger verify`."""

from collections.abc import Iterator

from django.db.models import Count, Max, Sum

from emporion.kernel.ledger.models import LedgerFact
from emporion.kernel.ledger.verifying import Discrepancy
from emporion.numbers.metrics.store import duck
from emporion.numbers.metrics.store.ledger_state import (
    StoreAhead,
    ledger_state,
    refuse_exchanged,
    refuse_foreign,
)
from emporion.numbers.metrics.store.snapshot import Snapshot, current_snapshot

_MEASURES = ("quantity", "amount", "cost", "minutes")
_COUNTED = ("rows", "highest id", *_MEASURES)
Totals = dict[str, tuple[int, ...]]


def store_discrepancies() -> Iterator[Discrepancy]:
    """Where the store and the ledger up to the store's position differ, by kind of fact; nothing when they agree."""
    snapshot = current_snapshot()
    try:
        refuse_foreign(snapshot, ledger_state(snapshot.position))
        refuse_exchanged(snapshot)
    except StoreAhead as foreign:
        yield Discrepancy("fact store", str(foreign))
        return
    stored, posted = _in_store(snapshot), _in_ledger(snapshot.position)
    nothing = (0,) * len(_COUNTED)
    for kind in sorted(stored.keys() | posted.keys()):
        pairs = zip(_COUNTED, stored.get(kind, nothing), posted.get(kind, nothing), strict=True)
        for name, in_store, in_ledger in pairs:
            if in_store != in_ledger:
                yield Discrepancy(f"fact store, {kind}", f"{name} is {in_store}, in the ledger {in_ledger}")


def _in_store(snapshot: Snapshot) -> Totals:
    if not snapshot.files:
        return {}
    sums = ", ".join(f"sum({measure})" for measure in _MEASURES)
    rows = duck.cursor().execute(
        f"SELECT kind, count(*), max(id), {sums} FROM read_parquet($files, hive_partitioning = false) GROUP BY kind",
        {"files": [file.path for file in snapshot.files]},
    )
    return {kind: tuple(int(number) for number in numbers) for kind, *numbers in rows.fetchall()}


def _in_ledger(position: int) -> Totals:
    rows = (
        LedgerFact.objects.filter(id__lte=position)
        .values_list("kind")
        .annotate(Count("id"), Max("id"), *(Sum(measure) for measure in _MEASURES))
    )
    return {kind: tuple(int(number) for number in numbers) for kind, *numbers in rows}
