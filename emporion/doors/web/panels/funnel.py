"""The funnel of a period: how many deals came into each stage, and how many of them moved on."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from emporion.doors.web.panels.answers import Numbers, rows_of
from emporion.doors.web.panels.plans import Asked
from emporion.doors.web.panels.questions import Linking
from emporion.kernel.ui.charts import SPARK_WIDTH
from emporion.records.pipeline.models import Stage

ENTRIES, CONVERSION = "stage_entries", "stage_conversion"


def funnels(asked: Asked, linking: Linking, where: Mapping[str, Any] | None = None) -> list[dict[str, Any]]:
    """By pipeline its stages in order, the key stage marked; pipelines into which nothing came are left out. One
    question to the engine, one query."""
    rows = rows_of(
        [ENTRIES, CONVERSION],
        by=("stage",),
        period=asked.span.period,
        viewer=asked.viewer,
        knowing=asked.knowing,
        where=where,
    )
    found = {row["stage_id"]: Numbers(row) for row in rows if row[ENTRIES]}
    if not found:
        return []
    stages = Stage.objects.filter(code__in=found).select_related("pipeline")
    by_pipeline: dict[tuple[str, int], list[Stage]] = defaultdict(list)
    for stage in stages.order_by("pipeline__name", "pipeline_id", "position"):
        by_pipeline[stage.pipeline.name or stage.pipeline.code, stage.pipeline_id].append(stage)
    meaning = {"entered": linking.metric(ENTRIES, "stage"), "moved_on": linking.metric(CONVERSION, "stage")}
    return [
        {"name": name, "stages": _drawn(of_one, found, linking), **meaning}
        for (name, _), of_one in by_pipeline.items()
    ]


def _drawn(stages: list[Stage], found: Mapping[str, Numbers], linking: Linking) -> list[dict[str, Any]]:
    most = max((found[stage.code][ENTRIES] or 0 for stage in stages), default=0) or 1
    return [
        {
            "name": stage.name or stage.code,
            "is_key": stage.is_key,
            "entries": found[stage.code].figure(ENTRIES, linking.facts(ENTRIES, stage=stage.code)),
            "conversion": found[stage.code].figure(CONVERSION, linking.facts(CONVERSION, stage=stage.code)),
            "width": f"{(found[stage.code][ENTRIES] or 0) / most * SPARK_WIDTH:.1f}",
        }
        for stage in stages
    ]
