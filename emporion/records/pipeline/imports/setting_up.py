"""Sources of leads, pipelines and their stages, from files."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from emporion.kernel.importable import Column, ColumnKind, Fate, ImportBatch
from emporion.kernel.record_writing import PlannedRow, RecordShape, stored_as
from emporion.records.pipeline.actions.posting import restate
from emporion.records.pipeline.models import Deal, LeadSource, Pipeline, Process, Stage
from emporion.records.pipeline.queries import stage_kinds
from emporion.records.pipeline.rules import OUTCOMES

K = ColumnKind
_CODE = Column("code", K.CODE, required=True, longest=100, example="exhibition")

_SOURCE_COLUMNS = (
    _CODE,
    Column("name", longest=200, example="Spring exhibition"),
    Column("channel", longest=40, doc="how leads come from it", example="event"),
)
LEAD_SOURCES = RecordShape(
    model=LeadSource, subject="lead_source", stored_as=stored_as(_SOURCE_COLUMNS)
).importable("lead_sources", _SOURCE_COLUMNS, doc="Where leads come from.")

_PIPELINE_COLUMNS = (
    Column("code", K.CODE, required=True, longest=100, example="new-business"),
    Column("name", longest=200, example="New business"),
    Column("process", K.CHOICE, choices=tuple(Process.values), doc="whose work it is", example="hunter"),
)
PIPELINES = RecordShape(
    model=Pipeline, subject="pipeline", stored_as=stored_as(_PIPELINE_COLUMNS)
).importable("pipelines", _PIPELINE_COLUMNS, doc="Ways of selling; their stages are in stages.")

_STAGE_COLUMNS = (
    Column("code", K.CODE, required=True, longest=100, doc="unique among all pipelines", example="nb-offer"),
    Column("pipeline", K.REFERENCE, required=True, refers_to="pipeline", example="new-business"),
    Column("name", longest=200, example="Offer"),
    Column("position", K.WHOLE, required=True, doc="its place in the pipeline", example="3"),
    Column("is_key", K.YES_NO, default=False, doc="yes: after it the customer decides; one in a pipeline"),
    Column(
        "outcome", K.CHOICE, choices=OUTCOMES, default="open", doc="what it means to be in it", example="open"
    ),
)


def _check_stages(rows: Sequence[PlannedRow], _: ImportBatch) -> None:
    """Two stages in one place, and two key stages of a pipeline, are refused; stages that change places with each
    other are first taken out of them, because the database looks at every step."""
    kinds = stage_kinds()
    others = set(kinds) - {row.record_id for row in rows if row.stored and row.fate is Fate.CHANGED}
    places = {(kinds[one].pipeline_id, kinds[one].position) for one in others}
    keys = {kinds[one].pipeline_id for one in others if kinds[one].is_key}
    for row in rows:
        if row.fate in {Fate.CREATED, Fate.CHANGED}:
            _place(row, places, keys)
    for one in [row.record_id for row in rows if row.fate is Fate.CHANGED]:
        Stage.objects.filter(id=one).update(position=-(2**30) - one, is_key=False)


def _place(row: PlannedRow, places: set[tuple[int, int]], keys: set[int]) -> None:
    pipeline_id = _value(row, "pipeline", "pipeline_id")
    place = (pipeline_id, _value(row, "position", "position"))
    is_key = bool(_value(row, "is_key", "is_key"))
    if place in places:
        row.reject("position", f"another stage of the pipeline has the position {place[1]}")
    elif is_key and pipeline_id in keys:
        row.reject("is_key", "the pipeline has a key stage already")
    else:
        places.add(place)
        keys.update({pipeline_id} if is_key else ())


def _value(row: PlannedRow, column: str, attribute: str) -> int:
    found: int = row.values[column] if column in row.values else row.stored.get(attribute, 0)
    return found


def _restate_deals(rows: Sequence[PlannedRow], batch: ImportBatch) -> None:
    """What deals stand for depends on what their stages mean."""
    meaning = {"pipeline", "position", "is_key", "outcome"}
    by_stage = defaultdict(list)
    for row in rows:
        if row.fate is Fate.CHANGED and any(
            row.values[c] != row.previous[c] for c in meaning & set(row.previous)
        ):
            by_stage[row.record_id].append(row)
    if by_stage:
        restate(list(_passing(by_stage)), at=batch.at)


def _passing(stage_ids: Iterable[int]) -> Iterable[int]:
    return Deal.objects.filter(history__stage_id__in=list(stage_ids)).distinct().values_list("id", flat=True)


STAGES = RecordShape(
    model=Stage,
    subject="stage",
    stored_as=stored_as(_STAGE_COLUMNS),
    check=_check_stages,
    after=_restate_deals,
).importable(
    "stages", _STAGE_COLUMNS, after=("pipelines",), doc="The stages of pipelines, in order of position."
)
