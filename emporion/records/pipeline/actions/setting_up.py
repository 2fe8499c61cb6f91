"""Writes about pipelines and the sources of leads (PIPE-3)."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import transaction

from emporion.kernel.access.viewer import Permission, Viewer
from emporion.kernel.audit.recording import record
from emporion.kernel.errors import Refusal
from emporion.records.pipeline.models import LeadSource, Pipeline, Process, Stage
from emporion.records.pipeline.rules import CLOSED, LOST, OPEN, OUTCOMES, WON

DEFAULT = "default"


@dataclass(frozen=True, slots=True)
class StageEntry:
    """A stage as entered; its position is its place in the list."""

    code: str
    name: str = ""
    outcome: str = OPEN
    is_key: bool = False


def create_lead_source(*, code: str, name: str, by: Viewer, at: datetime, channel: str = "") -> LeadSource:
    """A source of leads. Refuses a code in use."""
    by.require(Permission.WRITE)
    with transaction.atomic():
        _refuse_taken(LeadSource.objects.filter(code=code).exists(), "lead source", code)
        made = LeadSource(code=code, name=name, channel=channel, created_at=at, updated_at=at, touched_at=at)
        made.save(force_insert=True)
        record(
            "lead_source.created",
            by=by,
            at=at,
            subject=f"lead_source:{made.pk}",
            new={"code": code, "name": name},
        )
    return made


def create_pipeline(
    *, code: str, stages: Sequence[StageEntry], by: Viewer, at: datetime, name: str = "", process: str = ""
) -> Pipeline:
    """A pipeline with its stages. Refuses a code in use, more than one key stage, and one in which a deal cannot
    begin, be won or be lost. Source: PIPE-3."""
    by.require(Permission.ADMINISTER)
    _refuse_bad_stages(stages, process)
    with transaction.atomic():
        _refuse_taken(Pipeline.objects.filter(code=code).exists(), "pipeline", code)
        taken = (
            Stage.objects.filter(code__in=[stage.code for stage in stages])
            .values_list("code", flat=True)
            .first()
        )
        _refuse_taken(taken is not None, "stage", str(taken))
        made = Pipeline(code=code, name=name, process=process, created_at=at, updated_at=at, touched_at=at)
        made.save(force_insert=True)
        _add_stages(made.pk, list(enumerate(stages, start=1)), at, touched=True)
        new = {"code": code, "name": name, "process": process, "stages": [asdict(stage) for stage in stages]}
        record("pipeline.created", by=by, at=at, subject=f"pipeline:{made.pk}", new=new)
    return made


def ensure_default_pipeline(*, by: Viewer, at: datetime) -> int:
    """The id of the pipeline for deals that name none: it is made, or given the stages it lacks, when it is needed."""
    with transaction.atomic():
        found = Pipeline.objects.filter(code=DEFAULT).values_list("id", flat=True).first()
        if found is None:
            made = Pipeline(code=DEFAULT, name="Deals", created_at=at, updated_at=at)
            made.save(force_insert=True)
            record("pipeline.created", by=by, at=at, subject=f"pipeline:{made.pk}", new={"code": DEFAULT})
            found = made.pk
        _complete(found, by, at)
    return found


def _complete(pipeline_id: int, by: Viewer, at: datetime) -> None:
    rows = list(Stage.objects.filter(pipeline_id=pipeline_id).values_list("position", "outcome"))
    has = {outcome for _, outcome in rows}
    lacking = [outcome for outcome in (OPEN, WON, LOST) if outcome not in has]
    if not lacking:
        return
    last = max((position for position, _ in rows), default=0)
    entries = [StageEntry(f"{DEFAULT}.{outcome}", outcome.capitalize(), outcome) for outcome in lacking]
    _add_stages(pipeline_id, list(enumerate(entries, start=last + 1)), at)
    record("pipeline.completed", by=by, at=at, subject=f"pipeline:{pipeline_id}", new={"stages": lacking})


def _add_stages(
    pipeline_id: int, entries: Sequence[tuple[int, StageEntry]], at: datetime, *, touched: bool = False
) -> None:
    Stage.objects.bulk_create(
        Stage(
            pipeline_id=pipeline_id,
            position=position,
            created_at=at,
            updated_at=at,
            touched_at=at if touched else None,
            **asdict(stage),
        )
        for position, stage in entries
    )


def _refuse_bad_stages(stages: Sequence[StageEntry], process: str) -> None:
    if process not in {*Process.values, ""}:
        raise Refusal("unknown_process", f"{process!r} is no process; use one of {', '.join(Process.values)}")
    if unknown := [stage.outcome for stage in stages if stage.outcome not in OUTCOMES]:
        raise Refusal("unknown_outcome", f"{unknown[0]!r} is no outcome; use one of {', '.join(OUTCOMES)}")
    if sum(stage.is_key for stage in stages) > 1:
        raise Refusal(
            "two_key_stages", "only one stage can be the key stage, after which the customer decides"
        )
    outcomes = {stage.outcome for stage in stages}
    if not outcomes.issuperset(CLOSED) or outcomes.issubset(CLOSED):
        raise Refusal("incomplete_pipeline", "a pipeline needs an open stage, a won one and a lost one")


def _refuse_taken(taken: bool, what: str, code: str) -> None:
    if taken:
        raise Refusal("code_taken", f"a {what} {code} exists already")
