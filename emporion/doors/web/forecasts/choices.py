"""What the form of the forecast offers: metrics, what it can be limited to, and what is alike."""

from collections.abc import Mapping
from typing import Any

from django.http import QueryDict

from emporion.doors.web.forecasts.wishes import DIMENSIONS
from emporion.kernel.access.viewer import Viewer
from emporion.kernel.periods import Period
from emporion.numbers.insight.asking import Wish
from emporion.numbers.insight.history import History, month_from
from emporion.numbers.metrics.engine import measure
from emporion.numbers.metrics.engine.dimensions import DIMENSIONS as ALL
from emporion.numbers.metrics.engine.directory import RecordDirectory
from emporion.numbers.metrics.words import dimension_label, label_of
from emporion.numbers.planning.forecastable import forecastable_metrics

MOST_VALUES = 300
MONTHS_BACK = 36
Option = dict[str, Any]


def metric_options(viewer: Viewer, current: str) -> list[Option]:
    """The metrics that have a forecast and that the viewer may see."""
    seen = [
        one.name for one in forecastable_metrics() if one.permission is None or viewer.may(one.permission)
    ]
    options = [{"value": name, "label": label_of(name), "chosen": name == current} for name in seen]
    return sorted(options, key=lambda option: str(option["label"]))


def dimension_options() -> list[Option]:
    """What a forecast can be limited to."""
    return [{"value": name, "label": dimension_label(name)} for name in DIMENSIONS]


def value_options(wish: Wish, history: History, name: str, viewer: Viewer) -> list[Option]:
    """The values of a dimension that the metric had something for in three years, by name; the three hundred largest.
    One question to the engine."""
    if name not in DIMENSIONS:
        return []
    period = Period(month_from(history.running, -MONTHS_BACK), month_from(history.running, 1))
    where = {one: codes for one, codes in wish.where.items() if one != name}
    table = measure([wish.metric], by=(name,), period=period, where=where, viewer=viewer)
    rows = [
        row for row in table.to_pylist() if row[f"{name}_id"] is not None and row[wish.metric] is not None
    ]
    rows.sort(key=lambda row: row[wish.metric], reverse=True)
    options = [{"value": row[f"{name}_id"], "label": row[name]} for row in rows[:MOST_VALUES]]
    return sorted(options, key=lambda option: str(option["label"]))


def like_options(wish: Wish, history: History, viewer: Viewer) -> list[Option]:
    """What may lend its season to something new: others of its dimension, and for a product the categories. One or two
    questions to the engine; none for what is limited in no way or in several."""
    if len(wish.where) != 1:
        return []
    (name,) = wish.where
    alone = Wish(wish.metric)
    found = []
    for dimension in ("category", name) if name == "product" else (name,):
        own = wish.where.get(dimension, [])
        label = dimension_label(dimension)
        found += [
            {
                "value": f"{dimension}:{one['value']}",
                "label": f"{label}: {one['label']}",
                "chosen": wish.like == (dimension, one["value"]),
            }
            for one in value_options(alone, history, dimension, viewer)
            if one["value"] not in own
        ]
    return found


def limits(wish: Wish, query: QueryDict, viewer: Viewer) -> list[Option]:
    """What the forecast is limited to, each with the address without it. Two queries each for records."""
    return [
        {
            "label": dimension_label(name),
            "values": ", ".join(called(name, code, viewer) for code in codes if code),
            "without": _without(query, name),
        }
        for name, codes in wish.where.items()
    ]


def called(name: str, code: str, viewer: Viewer) -> str:
    """How a value is called: a record by its name. Two queries for a record."""
    record = ALL[name].record
    if record is None:
        return code
    directory = RecordDirectory(viewer)
    ids: Mapping[str, int] = directory.ids(record, [code])
    labels = directory.labels(record, list(ids.values()))
    return labels[ids[code]].name if code in ids and ids[code] in labels else code


def _without(query: QueryDict, name: str) -> str:
    kept = query.copy()
    for one in (name, "limit", "like"):
        kept.pop(one, None)
    return f"?{kept.urlencode()}"
