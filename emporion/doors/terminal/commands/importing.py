"""Files in: import."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from emporion.doors.terminal.commands.ledger import flush_store
from emporion.doors.terminal.options import LARGEST_ID, as_json, as_user, viewer_of
from emporion.doors.terminal.output import hint, print_json, print_table, say
from emporion.doors.terminal.progress import bar
from emporion.doors.terminal.readiness import ensure_ready, ensure_there, load_to_look

if TYPE_CHECKING:
    from emporion.doors.importing.running.outcome import ImportOutcome

_PATH = click.Path(path_type=Path)
COUNTS = ("read", "created", "changed", "unchanged", "rejected")


@click.command("import")
@click.argument("what", nargs=-1, metavar="PRESET FOLDER_OR_FILE")
@click.option(
    "--mapping",
    type=_PATH,
    help="Instead of a preset: a mapping file of your own (docs/guides/importing.md).",
)
@click.option("--dry-run", is_flag=True, help="Read and check everything, write nothing.")
@click.option(
    "--rejects",
    type=_PATH,
    metavar="FILE",
    help="Write the rows that were not taken, and why, to FILE (CSV).",
)
@click.option(
    "--template", type=_PATH, metavar="FOLDER", help="Write empty files with the right columns to FOLDER."
)
@click.option(
    "--undo",
    type=click.IntRange(0, LARGEST_ID),
    metavar="RUN",
    help="Take back an import; what people changed since is kept.",
)
@click.option("--list", "list_", is_flag=True, help="List the imports there were.")
@as_json
@as_user
def import_command(
    *,
    what: Sequence[str],
    mapping: Path | None,
    dry_run: bool,
    rejects: Path | None,
    template: Path | None,
    undo: int | None,
    list_: bool,
    json_: bool,
    user: str | None,
) -> None:
    """Import files: emporion import PRESET FOLDER_OR_FILE.

    PRESET is generic, adventureworks, or the path of a mapping file. The same command again goes on where it was
    stopped, and changes only what is different.
    """
    asked = [bool(what or mapping), template is not None, undo is not None, list_]
    if sum(asked) != 1:
        raise click.UsageError(
            "say one of: PRESET FOLDER_OR_FILE, --mapping FILE FOLDER, --template, --undo, --list"
        )
    if template is not None:
        _template(template)
    elif undo is not None:
        _undo(undo, user, json_=json_)
    elif list_:
        _list(user, json_=json_)
    else:
        preset, source = _source(what, mapping)
        _run(preset, source, dry_run=dry_run, rejects=rejects, user=user, json_=json_)


def _source(what: Sequence[str], mapping: Path | None) -> tuple[str | Path, Path]:
    wanted = 1 if mapping else 2
    if len(what) != wanted:
        raise click.UsageError(
            "a FOLDER_OR_FILE is needed" if len(what) < wanted else f"too much said: {what[-1]}"
        )
    if mapping:
        return mapping, Path(what[0])
    return (Path(what[0]) if what[0].endswith(".toml") else what[0]), Path(what[1])


def _run(
    preset: str | Path, source: Path, *, dry_run: bool, rejects: Path | None, user: str | None, json_: bool
) -> None:
    ensure_ready()
    from emporion.doors.importing.running.imports import run_import
    from emporion.kernel.clock import now

    with bar("dry run" if dry_run else "import") as advance:
        outcome = run_import(
            preset, source, by=viewer_of(user), at=now(), dry_run=dry_run, rejects=rejects, progress=advance
        )
        if not dry_run:
            flush_store()
    document = outcome.document()
    if json_:
        print_json(document)
        return
    rows = [{"file": name, **counts} for name, counts in document["files"].items()]
    print_table(["file", *COUNTS], rows, numbers=frozenset(COUNTS))
    _what_next(outcome, rejects)


def _what_next(outcome: "ImportOutcome", rejects: Path | None) -> None:
    if outcome.rejected:
        say(f"{outcome.rejected} rows were not taken:")
        for line in outcome.first_rejects:
            say(f"  {line}")
        say(f"all of them: {rejects}" if rejects else "all of them: the same command with --rejects FILE")
    if outcome.dry_run:
        hint("Nothing was written. The same command without --dry-run imports.")
    else:
        hint(
            f"Ask: emporion measure revenue --by member. Take it back: emporion import --undo {outcome.run_id}"
        )


def _template(folder: Path) -> None:
    load_to_look()
    from emporion.doors.importing.running.templates import write_templates

    write_templates(folder)
    say(f"templates are in {folder}; fill them in, then: emporion import generic {folder}")


def _undo(run: int, user: str | None, *, json_: bool) -> None:
    ensure_there()
    from emporion.doors.importing.running.undoing import undo_import
    from emporion.kernel.clock import now

    undone = undo_import(run, by=viewer_of(user), at=now())
    flush_store()
    kept = {name: _codes(name, ids) for name, ids in undone.kept.items()}
    if json_:
        print_json({"run": run, "removed": undone.removed, "restored": undone.restored, "kept": kept})
        return
    say(f"import {run} is taken back: {undone.removed} records removed, {undone.restored} as before")
    for name, codes in kept.items():
        say(f"kept of {name}, changed since or needed by others: {', '.join(codes)}")


def _codes(importable: str, ids: Sequence[int]) -> list[str]:
    from emporion.kernel.importable import importables

    references = importables()[importable].references
    known = {found: code for code, found in references().items()} if references else {}
    return [known.get(found, f"#{found}") for found in ids]


def _list(user: str | None, *, json_: bool) -> None:
    ensure_there()
    from emporion.doors.importing.models import ImportRun
    from emporion.kernel.access.viewer import Permission

    viewer_of(user).require(Permission.IMPORT)

    rows = [
        {
            "run": run.pk,
            "preset": run.preset,
            "source": run.source,
            "started": f"{run.started_at:%Y-%m-%d %H:%M}",
            "by": run.by,
            "state": run.state,
            **{name: sum(counts[name] for counts in run.counts.values()) for name in COUNTS},
        }
        for run in ImportRun.objects.order_by("id")
    ]
    if json_:
        print_json(rows)
    else:
        print_table(
            ["run", "preset", "source", "started", "by", "state", *COUNTS], rows, numbers=frozenset(COUNTS)
        )
