"""What an installation's ledger comes to, told by a process of its own: `python -m` with EMPORION_HOME set.

A backup asks it of the copy that goes into the archive; a restore asks it of what came out.
"""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from itertools import chain, islice
from pathlib import Path
from typing import Any

from emporion.doors.operations.serving.orphans import die_with_parent
from emporion.kernel.errors import EmporionError

MOST_TOLD = 20  # discrepancies


class Unproved(EmporionError):
    """The process that should tell could not."""


def asked(what: str, home: Path, more: Mapping[str, str], told: str = "") -> dict[str, Any]:
    """The answer of another process about the installation in `home`; `told` is what it reads from stdin."""
    process = subprocess.run(  # noqa: S603 - this program itself
        [sys.executable, "-m", __name__, what],
        env={**os.environ, "EMPORION_HOME": str(home), **more},
        input=told,
        capture_output=True,
        text=True,
        check=False,
    )
    if process.returncode:
        last = process.stderr.strip().splitlines()[-1:] or [f"exit {process.returncode}"]
        raise Unproved(last[0])
    answer: dict[str, Any] = json.loads(process.stdout)
    return answer


def state() -> dict[str, Any]:
    """What stands in the ledger now. Read it inside one snapshot of the database."""
    from emporion.kernel.audit.recording import head
    from emporion.kernel.ledger.digest import net_digest
    from emporion.kernel.ledger.epoch import current_epoch
    from emporion.kernel.ledger.fact import FACT_COLUMNS
    from emporion.kernel.ledger.locks import highest_id
    from emporion.kernel.ledger.models import LedgerFact

    epoch = current_epoch()
    return {
        "digest": net_digest(),
        "digest_columns": list(FACT_COLUMNS),
        "watermark": highest_id(),
        "facts": LedgerFact.objects.count(),
        "epoch": str(epoch.code) if epoch else "",
        "audit_head": head(),
    }


def verified() -> dict[str, Any]:
    """`state`, after an older database was brought to this program's version, the fact store made anew and the whole
    ledger verified; beside it how many steps that took, and what was found wrong."""
    from emporion.kernel.audit.recording import broken_links
    from emporion.kernel.ledger.closing import chain_discrepancies
    from emporion.kernel.ledger.epoch import current_epoch
    from emporion.kernel.ledger.verifying import discrepancies
    from emporion.numbers.metrics.store.comparing import store_discrepancies
    from emporion.numbers.metrics.store.flushing import rebuild

    steps = _migrated()
    if current_epoch() is None:
        return {**state(), "steps": steps, "wrong": []}
    rebuild()
    wrong = chain(discrepancies(), chain_discrepancies(), broken_links(), store_discrepancies())
    return {**state(), "steps": steps, "wrong": [str(one) for one in islice(wrong, MOST_TOLD)]}


def _migrated() -> int:
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.loader import MigrationLoader

    loader = MigrationLoader(connection)
    applied, known = set(loader.applied_migrations), set(loader.disk_migrations)
    if newer := sorted(applied - known - set(loader.replacements)):
        raise Unproved(f"it was made by a newer emporion ({'.'.join(newer[0])}): install that version")
    if known - applied:
        call_command("migrate", verbosity=0, interactive=False)
    return len(known - applied)


def built() -> dict[str, Any]:
    """Makes the tables as they were after the steps that stdin names, one a line; how many steps are known here."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    graph = executor.loader.graph
    wanted = {(app, name) for app, _, name in (line.strip().partition(".") for line in sys.stdin)}
    if newer := sorted(wanted - graph.nodes.keys()):
        raise Unproved(f"it was made by a newer emporion ({'.'.join(newer[0])}): install that version")
    followed = {
        parent.key for step in wanted for parent in graph.node_map[step].parents if parent.key[0] == step[0]
    }
    executor.migrate(sorted(wanted - followed))
    return {"steps": len(wanted)}


_ANSWERS = {"state": state, "verified": verified, "built": built}


def main(what: str) -> None:
    """Prints the answer as JSON, or why there is none on stderr."""
    die_with_parent()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "emporion.settings")
    import django

    django.setup()
    try:
        sys.stdout.write(json.dumps(_ANSWERS[what]()))
    except EmporionError as refusal:
        raise SystemExit(str(refusal)) from refusal


if __name__ == "__main__":
    main(sys.argv[1])
