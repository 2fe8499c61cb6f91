"""`python -m tests.faults.crowd THREADS SECONDS SEED`: threads post facts while one flushes the store; in a process of
its own, because it needs a database whose transactions really commit.

Posters commit at uneven moments, so that lower ids appear after higher ones, and roll some of their facts back. Prints
what was committed by the threads' own account, what is in the ledger and what is in the store.
"""

import json
import random
import sys
import threading
import time
from datetime import UTC, date, datetime, timedelta

FIRST_DAY = date(2026, 1, 1)


def main(threads: int, seconds: float, seed: int) -> None:
    """Sets the crowd going and tells what came of it."""
    from emporion.doors.terminal.readiness import ensure_ready

    ensure_ready()
    from emporion.numbers.metrics.store.flushing import flush

    flush()  # loads what it needs before the clock runs
    ends = time.monotonic() + seconds
    committed: list[set[int]] = [set() for _ in range(threads)]
    failures: list[str] = []
    posters = [
        threading.Thread(target=_noting, args=(failures, _post, committed[number], number, seed, ends))
        for number in range(threads)
    ]
    flushes: list[int] = []
    flusher = threading.Thread(target=_noting, args=(failures, _flush, flushes, ends))
    for thread in [*posters, flusher]:
        thread.start()
    for thread in [*posters, flusher]:
        thread.join()
    flush()
    answer = {"failures": failures, "flushes": len(flushes), "posted": sum(map(len, committed)), **_found()}
    sys.stdout.write(json.dumps(answer) + "\n")


def _noting(failures: list[str], work, *arguments: object) -> None:  # type: ignore[no-untyped-def]
    from django.db import connection

    try:
        work(*arguments)
    except Exception as failure:  # noqa: BLE001 - a thread's failure is told, whatever it is
        failures.append(f"{type(failure).__name__}: {failure}")
    finally:
        connection.close()


class _Regret(Exception):
    pass


def _post(committed: set[int], number: int, seed: int, ends: float) -> None:
    from django.db import transaction

    from emporion.kernel.ledger.fact import Fact, Subject
    from emporion.kernel.ledger.posting import post

    draw = random.Random(seed * 1_000 + number)
    made = 0
    while time.monotonic() < ends:
        made += 1
        subject = number * 1_000_000 + made
        day = FIRST_DAY + timedelta(days=draw.randrange(60))
        facts = [Fact("call.made", day, member_id=number, quantity=1_000_000)] * draw.randrange(1, 4)
        try:
            with transaction.atomic():
                post(Subject("crowd", subject), facts, at=datetime.now(UTC))
                time.sleep(draw.random() * 0.02)
                if draw.random() < 0.1:
                    raise _Regret
        except _Regret:
            continue
        committed.add(subject)


def _flush(flushes: list[int], ends: float) -> None:
    from emporion.numbers.metrics.store.flushing import flush

    while time.monotonic() < ends:
        flushes.append(flush().rows)


def _found() -> dict[str, int]:
    from emporion.kernel.ledger.models import LedgerFact
    from emporion.numbers.metrics.store import duck
    from emporion.numbers.metrics.store.comparing import store_discrepancies
    from emporion.numbers.metrics.store.snapshot import current_snapshot

    ids = set(LedgerFact.objects.values_list("id", flat=True))
    files = [file.path for file in current_snapshot().files]
    rows = duck.cursor().execute("SELECT id FROM read_parquet($files)", {"files": files}).fetchall()
    stored = [row[0] for row in rows]
    return {
        "subjects": LedgerFact.objects.values("subject_id").distinct().count(),
        "missed": len(ids - set(stored)),
        "invented": len(set(stored) - ids),
        "doubled": len(stored) - len(set(stored)),
        "discrepancies": len(list(store_discrepancies())),
    }


if __name__ == "__main__":
    main(int(sys.argv[1]), float(sys.argv[2]), int(sys.argv[3]))
