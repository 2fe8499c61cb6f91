"""What the form of a metric's page offers: metrics, dimensions, and the values to which it can be limited."""

from collections.abc import Sequence
from typing import Any

from django.http import QueryDict

from emporion.doors.web.panels.answers import may_see
from emporion.doors.web.panels.metric_page import MetricAnswer, MetricQuestion
from emporion.doors.web.panels.questions import MOST_DIMENSIONS, NOBODY
from emporion.doors.web.panels.wording import CREDITS, dimension_label, label_of, value_label
from emporion.kernel.access.viewer import Viewer
from emporion.kernel.errors import Refusal
from emporion.numbers.metrics.engine.dimensions import DIMENSIONS
from emporion.numbers.metrics.engine.directory import RecordDirectory
from emporion.numbers.metrics.engine.resolving import ALONE
from emporion.numbers.metrics.registry import all_metrics
from emporion.numbers.planning.definitions import is_about_a_plan

MOST_VALUES = 300
Option = dict[str, Any]


def metric_options(viewer: Viewer, current: str) -> list[Option]:
    """The metrics that the viewer may see, those about plans left out but for the current one."""
    names = [one.name for one in all_metrics() if not is_about_a_plan(one.name) and may_see(one.name, viewer)]
    if current not in names:
        names.append(current)
    return sorted(
        ({"value": name, "label": label_of(name), "chosen": name == current} for name in names),
        key=lambda option: str(option["label"]),
    )


def dimension_options(chosen: str) -> list[Option]:
    """All dimensions."""
    return [{"value": name, "label": dimension_label(name), "chosen": name == chosen} for name in DIMENSIONS]


def by_choices(by: Sequence[str]) -> list[list[Option]]:
    """The options of each of the two dimensions."""
    padded = [*by, *[""] * MOST_DIMENSIONS][:MOST_DIMENSIONS]
    return [dimension_options(name) for name in padded]


def limits(answer: MetricAnswer, query: QueryDict) -> list[Option]:
    """The conditions of the page, each with the address without it."""
    where = answer.question.where
    return [
        {
            "label": dimension_label(name) if name in DIMENSIONS else name,
            "values": ", ".join(_named(answer.question, name, values)),
            "without": _without(query, name),
        }
        for name, values in where.items()
    ]


def _named(question: MetricQuestion, name: str, codes: Sequence[str | None]) -> list[str]:
    """The values by their names, records by those they go by. Two queries for a dimension of records."""
    if name not in DIMENSIONS:
        return [str(CREDITS.get(str(code), code)) for code in codes]
    record = DIMENSIONS[name].record
    if record is None or record == "subject":
        return [value_label(name, code) for code in codes]
    directory = RecordDirectory(question.viewer)
    codes = [code and code.removeprefix(ALONE) for code in codes]
    ids = directory.ids(record, [code for code in codes if code])
    labels = directory.labels(record, list(ids.values()))
    return [labels[ids[code]].name if code in ids else value_label(name, None) for code in codes]


def _without(query: QueryDict, name: str) -> str:
    kept = query.copy()
    for one in (name, "page", "limit"):
        kept.pop(one, None)
    return f"?{kept.urlencode()}"


def value_options(question: MetricQuestion, name: str) -> list[Option]:
    """The values of a dimension that the metric has something for, the largest first; none where it cannot be taken by
    that dimension. One question to the engine."""
    if name not in DIMENSIONS:
        return []
    try:
        rows = question.rows(name)
    except Refusal:
        return []
    known = [row for row in rows if row[question.name] is not None]
    known.sort(key=lambda row: row[question.name], reverse=True)
    options = [
        {"value": row[f"{name}_id"] or NOBODY, "label": value_label(name, row[name])}
        for row in known[:MOST_VALUES]
    ]
    return sorted(options, key=lambda option: str(option["label"]))
