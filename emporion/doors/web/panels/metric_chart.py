"""The chart of a metric's answer: the largest values, or the run of time."""

from collections.abc import Sequence

from emporion.doors.web.panels.metric_page import MetricAnswer, Value
from emporion.doors.web.panels.wording import dimension_label, label_of
from emporion.kernel.ui.charts import Chart, Series
from emporion.numbers.metrics.engine.dimensions import DIMENSIONS

MOST_BARS, MOST_LINES, MOST_POINTS = 20, 6, 400


def chart_of(answer: MetricAnswer) -> Chart | None:
    """A chart of the answer; None where there is nothing to compare."""
    by = answer.question.by
    if not by or not answer.down or (len(by) == 2 and not answer.is_wide):
        return None
    if len(by) == 1:
        return _of_one(answer)
    if _is_time(by[1]) and not _is_time(by[0]):
        return _of_two(answer, answer.across, answer.down[:MOST_LINES], turned=True)
    return _of_two(answer, answer.down, answer.across[:MOST_LINES], turned=False)


def _of_one(answer: MetricAnswer) -> Chart:
    is_time = _is_time(answer.question.by[0])
    values = answer.down[:MOST_POINTS] if is_time else answer.down[:MOST_BARS]
    if is_time:
        values = sorted(values, key=lambda value: value.code or "")
    label = label_of(answer.question.name)
    return Chart(
        title=label,
        categories=[value.label for value in values],
        series=[Series(label, [value.number for value in values])],
        unit=answer.question.metric.unit,
        kind="line" if is_time and len(values) > 1 else "bar",
        across=not is_time,
        with_table=False,
    )


def _of_two(answer: MetricAnswer, along: Sequence[Value], lines: Sequence[Value], *, turned: bool) -> Chart:
    first, second = answer.question.by
    is_time = _is_time(second if turned else first)
    shown = along[:MOST_POINTS] if is_time else along[:MOST_BARS]
    if is_time:
        shown = sorted(shown, key=lambda value: value.code or "")
    series = [
        Series(
            line.label,
            [
                answer.by_place.get((line.code, value.code) if turned else (value.code, line.code))
                for value in shown
            ],
        )
        for line in lines
    ]
    return Chart(
        title=f"{label_of(answer.question.name)}: {dimension_label(first)}, {dimension_label(second)}",
        categories=[value.label for value in shown],
        series=series,
        unit=answer.question.metric.unit,
        kind="line" if is_time and len(shown) > 1 else "bar",
        across=not is_time,
        stacked=answer.question.metric.adds == "people and time",
        with_table=False,
    )


def _is_time(name: str) -> bool:
    return DIMENSIONS[name].span is not None
