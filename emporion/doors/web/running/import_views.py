"""Import as pages: files, mapping, check, import, what was turned away, undo."""

import tempfile
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any, cast

from django.contrib import messages
from django.db.models import Count, Min, QuerySet
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from emporion.doors.importing.actions import preset_names, write_templates
from emporion.doors.importing.models import ImportReject, ImportRun, RunState
from emporion.doors.importing.running.permission import require_importer
from emporion.doors.web.running import actions, files
from emporion.doors.web.running.forms import ColumnsForm, FilesForm
from emporion.doors.web.running.import_words import preset_said, state_label, table_label, table_meaning
from emporion.doors.web.running.models import Upload
from emporion.doors.web.running.proposing import proposed_table
from emporion.doors.web.running.reject_reasons import MOST, Turned, grouped
from emporion.kernel.access.viewer import Permission
from emporion.kernel.clock import now
from emporion.kernel.errors import Refusal
from emporion.kernel.importable import importables
from emporion.kernel.ui import formats
from emporion.kernel.ui.actors import who
from emporion.kernel.ui.guards import needs
from emporion.kernel.ui.requests import PageRequest

COUNTS = ("read", "created", "changed", "unchanged", "rejected")
SHOWN_REJECTS = 50
MOST_REASONS = 20_000  # different texts, cells included, that one page groups


@needs(Permission.IMPORT)
def imports(request: PageRequest) -> HttpResponse:
    """What was imported, and the place to bring files to."""
    require_importer(request.viewer)
    form = FilesForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        made: list[Upload] = []
        known: dict[str, Any] = {"brought": form.cleaned_data["tables"], "user": request.user}
        if form.act(lambda: made.append(actions.bring_files(**known, by=request.viewer, at=now()))):
            return redirect("running:upload", pk=made[0].pk)
    shown = {
        "title": _("Import"),
        "form": form,
        "uploads": Upload.objects.filter(run=None).select_related("user").order_by("-pk")[:20],
        "runs": [_run_row(run) for run in ImportRun.objects.order_by("-pk")[:50]],
    }
    return render(request, "running/imports.html", shown)


def _run_row(run: ImportRun) -> dict[str, Any]:
    sums = {name: sum(counts.get(name, 0) for counts in run.counts.values()) for name in COUNTS}
    return {"run": run, **_said_of(run), **sums}


def _said_of(run: ImportRun) -> dict[str, str]:
    return {"state": state_label(run.state), "mapping": preset_said(run.preset), "by": who(run.by)}


@require_GET
@needs(Permission.IMPORT)
def templates(request: PageRequest) -> HttpResponse:
    """Empty files with the right columns, in one archive."""
    require_importer(request.viewer)
    archive = BytesIO()
    with tempfile.TemporaryDirectory() as folder:
        write_templates(Path(folder) / "templates")
        with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
            for path in sorted((Path(folder) / "templates").iterdir()):
                packed.write(path, path.name)
    archive.seek(0)
    return cast(HttpResponse, FileResponse(archive, as_attachment=True, filename="emporion-templates.zip"))


def _upload(request: PageRequest, pk: int) -> Upload:
    require_importer(request.viewer)
    found = Upload.objects.select_related("user", "run").filter(pk=pk).first()
    if found is None:
        raise Refusal("no_such_upload", f"there is no upload {pk}")
    return found


@needs(Permission.IMPORT)
def upload_page(request: PageRequest, pk: int) -> HttpResponse:
    """The files of an upload: what they become, what a check found, how far the import is."""
    upload = _upload(request, pk)
    previews = files.previews(upload) if not upload.is_busy else []
    rows = [_file_row(upload, number, one) for number, one in enumerate(previews)]
    outcome = upload.outcome or {}
    shown = {
        "title": _("Import of %(day)s") % {"day": formats.moment(upload.created_at, request.user.zone)},
        "upload": upload,
        "files": rows,
        "presets": [(name, preset_said(name)) for name in preset_names()],
        "own_mapping": files.own_mapping(upload),
        "ready": bool(upload.preset or files.own_mapping(upload)),
        "progress": files.progress_of(upload) if upload.is_busy else {},
        "counts": [{"file": name, **counts} for name, counts in outcome.get("files", {}).items()],
        "outcome": outcome,
        "has_rejects": bool(outcome.get("rejected")),
        "rejects_said": _rejects_said(outcome.get("rejected", 0)),
        "reasons": outcome.get("reasons", ()),
    }
    return render(request, "running/upload.html", shown)


def _file_row(upload: Upload, number: int, preview: files.Preview) -> dict[str, Any]:
    into = upload.choices.get(preview.name, {}).get("into", "")
    proposed = "" if into or preview.problem else proposed_table(preview)
    known = {"into": table_label(into), "proposed": table_label(proposed)}
    return {"preview": preview, "number": number, "mapped": bool(into), **known}


@require_POST
@needs(Permission.IMPORT)
def choose_preset(request: PageRequest, pk: int) -> HttpResponse:
    """Reads the files by one of our mappings."""
    preset = request.POST.get("preset", "")
    if preset and preset not in preset_names():
        raise Refusal("no_such_preset", "there is no such mapping")
    actions.choose_preset(pk=pk, preset=preset, by=request.viewer, at=now())
    return redirect("running:upload", pk=pk)


@needs(Permission.IMPORT)
def choose_columns(request: PageRequest, pk: int, number: int) -> HttpResponse:
    """What one file becomes, column by column."""
    upload = _upload(request, pk)
    paths = files.tables_of(upload)
    if number >= len(paths):
        raise Refusal("no_such_file", "there is no such file in this upload")
    preview = files.preview(paths[number])
    chosen = upload.choices.get(preview.name, {})
    asked = request.POST.get("into") or request.GET.get("into") or chosen.get("into", "")
    target = importables().get(asked or proposed_table(preview))
    form = None
    if target:
        form = ColumnsForm(request.POST or None, target=target, preview=preview, chosen=chosen)
    if request.method == "POST" and form is not None and form.is_valid():
        said = form.chosen()
        if form.act(
            lambda: actions.choose_columns(pk=pk, file=preview.name, chosen=said, by=request.viewer, at=now())
        ):
            messages.success(request, _("What %(file)s becomes is kept.") % {"file": preview.name})
            return redirect("running:upload", pk=pk)
    shown = {
        "title": preview.name,
        "upload": upload,
        "preview": preview,
        "form": form,
        "into": target.name if target else "",
        "meaning": table_meaning(target.name) if target else "",
        "is_guessed": target is not None and not asked,
        "targets": sorted(((name, str(table_label(name))) for name in importables()), key=lambda one: one[1]),
        "guessed_said": _guessed_said(len(form.guessed)) if form else "",
    }
    return render(request, "running/columns.html", shown)


def _guessed_said(count: int) -> str:
    if not count:
        return ""
    return ngettext(
        "%(count)s column was guessed by its name. Look at it before you keep it.",
        "%(count)s columns were guessed by their names. Look at them before you keep them.",
        count,
    ) % {"count": count}


@require_POST
@needs(Permission.IMPORT)
def begin(request: PageRequest, pk: int) -> HttpResponse:
    """Starts the check or the import."""
    actions.begin(pk=pk, importing=request.POST.get("what") == "import", by=request.viewer, at=now())
    return redirect("running:upload", pk=pk)


@require_GET
@needs(Permission.IMPORT)
def upload_rejects(request: PageRequest, pk: int) -> HttpResponse:
    """The rows that were not taken, and why, as a file."""
    path = files.rejects_file(_upload(request, pk))
    if not path.exists():
        raise Refusal("no_such_file", "there are no rejected rows")
    return cast(HttpResponse, FileResponse(path.open("rb"), as_attachment=True, filename="rejects.csv"))


@require_POST
@needs(Permission.IMPORT)
def remove(request: PageRequest, pk: int) -> HttpResponse:
    """Forgets the files."""
    actions.remove_upload(pk=pk, by=request.viewer, at=now())
    messages.success(request, _("The files are gone. What was imported from them stays."))
    return redirect("running:imports")


def _run(request: PageRequest, pk: int) -> ImportRun:
    require_importer(request.viewer)
    found = ImportRun.objects.filter(pk=pk).first()
    if found is None:
        raise Refusal("no_such_import", f"there is no import {pk}")
    return found


@needs(Permission.IMPORT)
def run_page(request: PageRequest, pk: int) -> HttpResponse:
    """One import: its counts, what was turned away, and the way back."""
    run = _run(request, pk)
    rejects = ImportReject.objects.filter(run=run)
    count = rejects.count()
    shown = {
        "title": _("Import %(number)s") % {"number": run.pk},
        "run": run,
        **_said_of(run),
        "counts": [{"file": name, **counts} for name, counts in run.counts.items()],
        "reasons": _reasons(rejects),
        "rejects": rejects.order_by("pk")[:SHOWN_REJECTS],
        "rejects_said": _rejects_said(count),
        "rejected": count,
        "can_undo": run.state in (RunState.DONE, RunState.UNDOING),
        "upload": run.upload_set.first(),
    }
    return render(request, "running/run.html", shown)


def _reasons(rejects: QuerySet[ImportReject]) -> list[Turned]:
    """Why rows were turned away, grouped. One query, which the database groups first."""
    known = rejects.values_list("file", "column", "reason").annotate(first=Min("row"), many=Count("pk"))
    counted = known.order_by("-many")[:MOST_REASONS]
    return grouped(
        Turned(file, first, column, reason, many) for file, column, reason, first, many in counted
    )[:MOST]


def _rejects_said(count: int) -> str:
    return ngettext("%(count)s row was not taken", "%(count)s rows were not taken", count) % {"count": count}


@require_POST
@needs(Permission.IMPORT)
def undo(request: PageRequest, pk: int) -> HttpResponse:
    """Takes an import back, by a job."""
    from emporion.doors.web.running.tasks import undo_run

    run = _run(request, pk)
    undo_run.enqueue(run_id=run.pk, user_id=request.user.pk)
    messages.success(request, _("The import is being taken back. What people have changed since is kept."))
    return redirect("running:run", pk=pk)
