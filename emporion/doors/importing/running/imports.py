"""Running an import: from a preset and a folder to records, facts, and a list of what was turned away (SYS-1)."""

import gc
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from itertools import groupby
from pathlib import Path

from django.db import transaction

from emporion.doors.importing.mapping.presets import find_mapping
from emporion.doors.importing.running.converting import Converter
from emporion.doors.importing.running.journal import Journal
from emporion.doors.importing.running.loading import Progress, Seen, StepRun, Workshop
from emporion.doors.importing.running.lookups import sheets_for
from emporion.doors.importing.running.nesting import Nested
from emporion.doors.importing.running.outcome import ImportOutcome
from emporion.doors.importing.running.permission import require_importer
from emporion.doors.importing.running.planning import Plan, Step, make_plan
from emporion.doors.importing.running.references import References
from emporion.doors.importing.running.written_files import refuse_unwritable
from emporion.kernel.access.viewer import Viewer
from emporion.kernel.clock import zone
from emporion.kernel.importable import importables
from emporion.kernel.ledger.models import LedgerFact
from emporion.kernel.preferences.queries import preference


def run_import(
    preset_or_mapping: str | Path,
    path: Path,
    *,
    by: Viewer,
    at: datetime,
    dry_run: bool = False,
    rejects: Path | None = None,
    progress: Progress | None = None,
) -> ImportOutcome:
    """Import a folder, or one file, by a preset's name or a mapping file; what it came to.

    Rows go in batches, each one transaction of about half a second with its checkpoint: after a kill the same call
    goes on where it stopped, and a second call changes nothing. A dry run does the same in one transaction that is
    rolled back, and so makes other writers wait. `rejects` is written as CSV. Refuses a mapping or a file that cannot
    work before anything is written. Needs the permission to import, and to see all. (SYS-1)
    """
    require_importer(by)
    if rejects is not None:
        refuse_unwritable(rejects)
    mapping, mapping_path = find_mapping(preset_or_mapping)
    targets = importables()
    plan = make_plan(mapping, mapping_path, path, targets)
    own_zone = zone(str(preference("zone")))
    sheets = sheets_for(plan, own_zone)

    def carry_out() -> ImportOutcome:
        journal = Journal.begin(mapping.name, path.resolve(), plan.digest, by, at)
        shop = Workshop(
            journal,
            sheets,
            References(targets),
            own_zone,
            by,
            at,
            progress or (lambda _file, _done, _all: None),
        )
        _run_steps(plan, shop)
        watermark = LedgerFact.objects.order_by("-id").values_list("id", flat=True).first() or 0
        journal.finish(at, watermark)
        if rejects is not None:
            journal.write_rejects(rejects)
        return _outcome(journal, watermark, dry_run=dry_run)

    with rare_collections():
        if not dry_run:
            return carry_out()
        with transaction.atomic():
            outcome = carry_out()
            transaction.set_rollback(True)
        return outcome


@contextmanager
def rare_collections() -> Iterator[None]:
    """Python looks for dead cycles less often: among millions of living rows it finds none, at a fifth of the time."""
    before = gc.get_threshold()
    gc.set_threshold(200_000, 20, 50)
    try:
        yield
    finally:
        gc.set_threshold(*before)


def _run_steps(plan: Plan, shop: Workshop) -> None:
    counting = _first_of_each_file(plan.steps)
    numbered = enumerate(plan.steps)
    for name, group in groupby(numbered, key=lambda item: item[1].importable.name):
        steps = list(group)
        if steps[-1][0] < shop.journal.run.steps_done:
            continue
        own = [step for step in plan.nested if step.importable.nested_in == name]
        _run_group(steps, own, shop, counting)


def _run_group(
    steps: Sequence[tuple[int, Step]],
    nested_steps: Sequence[Step],
    shop: Workshop,
    counting: Mapping[str, int],
) -> None:
    """All steps into one target, with the rows nested in it."""
    journal, seen = shop.journal, Seen()
    done_steps, done_rows = journal.run.steps_done, journal.run.rows_done
    nested = _collected(nested_steps, shop) if nested_steps else None
    for number, step in steps:
        run = StepRun(step, number, shop, seen, nested)
        if number < done_steps:
            run.pass_over()
            continue
        run.run(counted=counting[step.file] == number, done=done_rows if number == done_steps else 0)
        with transaction.atomic():
            if nested and number == steps[-1][0]:
                journal.note_rejects(nested.left_over())
            journal.moved_on(steps=number + 1, rows=0)
    if nested:
        nested.shelf.close()


def _collected(steps: Sequence[Step], shop: Workshop) -> Nested:
    converters = [Converter(step, shop.sheets, shop.references, shop.zone) for step in steps]
    nested = Nested(steps, converters, shop.sheets)
    for file, read, total in nested.collect():
        shop.journal.counts.of(file)["read"] = read
        shop.progress(file, read, total)
    return nested


def _first_of_each_file(steps: Sequence[Step]) -> dict[str, int]:
    first: dict[str, int] = {}
    for number, step in enumerate(steps):
        first.setdefault(step.file, number)
    return first


def _outcome(journal: Journal, watermark: int, *, dry_run: bool) -> ImportOutcome:
    return ImportOutcome(
        run_id=None if dry_run else journal.run.pk,
        files=journal.counts.files,
        rejected=journal.counts.rejected,
        watermark=watermark,
        dry_run=dry_run,
        resumed=journal.resumed,
        first_rejects=journal.first_rejects(),
    )
