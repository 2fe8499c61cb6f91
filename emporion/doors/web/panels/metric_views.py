"""Pages of single metrics: the list of them, one by any two dimensions, and the facts behind a number."""

from dataclasses import replace
from http import HTTPStatus
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from emporion.doors.web.panels.answers import may_see
from emporion.doors.web.panels.choices import (
    by_choices,
    dimension_options,
    limits,
    metric_options,
    value_options,
)
from emporion.doors.web.panels.facts_page import Facts
from emporion.doors.web.panels.metric_chart import chart_of
from emporion.doors.web.panels.metric_page import ON_A_PAGE, MetricAnswer, MetricQuestion
from emporion.doors.web.panels.questions import MOST_DIMENSIONS, conditions, knowing
from emporion.doors.web.panels.spans import chosen
from emporion.doors.web.panels.wording import (
    ADDS,
    DIRECTIONS,
    UNITS,
    dimension_label,
    label_of,
    words_of,
)
from emporion.kernel.access.viewer import Permission, Scope
from emporion.kernel.errors import Refusal
from emporion.kernel.preferences.queries import preferences
from emporion.kernel.ui.cells import Figure
from emporion.kernel.ui.exporting import LONGEST, file_of
from emporion.kernel.ui.formats import number
from emporion.kernel.ui.refusals import said
from emporion.kernel.ui.requests import PageRequest
from emporion.numbers.metrics.engine.dimensions import DIMENSIONS, dimension
from emporion.numbers.metrics.engine.latest import latest_day
from emporion.numbers.metrics.registry import all_metrics, metric
from emporion.numbers.planning.definitions import PLAIN_NAMES, is_about_a_plan, part_of
from emporion.numbers.planning.states import STATES, known_until
from emporion.records.customers.queries import today

# What a metric cannot be asked; the page says so and keeps its form.
UNANSWERABLE = {"dimension_not_offered", "not_of_a_plan", "too_large"}
DEEPEST = 10_000


def metrics(request: PageRequest) -> HttpResponse:
    """All metrics that the reader may see, with what they mean."""
    shown = [
        one
        for one in all_metrics()
        if may_see(one.name, request.viewer) and (one.name in PLAIN_NAMES or not is_about_a_plan(one.name))
    ]
    settings = preferences()
    rows = [
        {
            "name": one.name,
            "label": label_of(one.name),
            "definition": words_of(one.name, settings),
            "unit": UNITS[one.unit],
            "direction": DIRECTIONS[one.direction],
        }
        for one in shown
    ]
    return render(request, "panels/metrics.html", {"title": _("Metrics"), "metrics": rows})


def question_of(request: PageRequest, name: str) -> MetricQuestion:
    """What an address asks of a metric; refuses an unknown name, and a metric that the reader may not see."""
    known = metric(name)
    if known.permission:
        request.viewer.require(known.permission)
    by = [one for one in dict.fromkeys(request.GET.getlist("by")) if one]
    for one in by[:MOST_DIMENSIONS]:
        dimension(one)
    day = today()
    return MetricQuestion(
        name=name,
        by=tuple(by[:MOST_DIMENSIONS]),
        where=conditions(request.GET),
        span=chosen(request.GET, day),
        knowing=knowing(request.GET),
        viewer=request.viewer,
        sort=request.GET.get("sort", ""),
        known_until=known_until(day, latest_day()) if name in STATES else None,
        today=day,
    )


def _telling(request: PageRequest, question: MetricQuestion) -> MetricQuestion:
    """The question by what tells its reader most, where the address chooses no dimension: by person for who leads, by
    month (of the year, where no days are chosen either) for who sees their own or looks at one person."""
    if "by" in request.GET:
        return question
    is_of_one = request.viewer.scope is Scope.OWN or len(question.where.get("member", ())) == 1
    if not is_of_one:
        return replace(question, by=("member",), is_usual=True)
    if not {"period", "from", "to"} & request.GET.keys():
        question = replace(question, span=chosen(request.GET, today(), "year"))
    by = "month" if len(question.span.period.months()) > 1 else "day"
    return replace(question, by=(by,), is_usual=True)


def metric_page(request: PageRequest, name: str) -> HttpResponse:
    """A metric by up to two dimensions: chart, table, totals, definition; as a file where the address asks for one."""
    other = request.GET.get("metric", "")
    if other and other != name:
        query = request.GET.copy()
        query.pop("metric")
        return redirect(f"{reverse('panels:metric', args=[metric(other).name])}?{query.urlencode()}")
    plain = question_of(request, name)
    question = _telling(request, plain)
    answer = MetricAnswer(question)
    try:
        if question.is_usual and not _is_answerable(answer):
            question, answer = plain, MetricAnswer(plain)
        if request.GET.get("format"):
            return file_of(request, f"metric-{name}", *answer.for_a_file())
        known = _answered(answer, _page_of(request))
    except Refusal as refusal:
        if refusal.name not in UNANSWERABLE:
            raise
        known = {"refused": said(refusal)}
    return render(request, "panels/metric.html", _described(request, answer) | known)


def _is_answerable(answer: MetricAnswer) -> bool:
    try:
        return bool(answer.cells)
    except Refusal as refusal:
        if refusal.name not in UNANSWERABLE:
            raise
        return False


def _answered(answer: MetricAnswer, page: int) -> dict[str, Any]:
    start = (page - 1) * ON_A_PAGE
    question = answer.question
    many = answer.many_rows
    return {
        "number": Figure(
            answer.total, question.metric.unit, question.linking.facts(question.name), short=False
        ),
        "learnt_since": answer.learnt_since
        and Figure(answer.learnt_since, question.metric.unit, short=False),
        "table": answer.table(start, start + ON_A_PAGE) if many else None,
        "chart": chart_of(answer),
        "rows_said": ngettext("%(many)s row", "%(many)s rows", many) % {"many": number(many)},
        "page_before": page - 1,
        "page_after": page + 1 if start + ON_A_PAGE < many else None,
    }


def _described(request: PageRequest, answer: MetricAnswer) -> dict[str, Any]:
    question = answer.question
    limit = request.GET.get("limit", "")
    return {
        "title": label_of(question.name),
        "it": question,
        "period": question.span.drawn(),
        "as_of": question.as_of,
        "definition": words_of(question.name),
        "unit": UNITS[question.metric.unit],
        "direction": DIRECTIONS[question.metric.direction],
        "adds": ADDS[question.metric.adds],
        "metrics": metric_options(request.viewer, question.name),
        "by": by_choices(question.by),
        "usual": dimension_label(question.by[0]) if question.is_usual else "",
        "limits": limits(answer, request.GET),
        "dimensions": dimension_options(limit),
        "limit": limit if limit in DIMENSIONS else "",
        "limit_label": dimension_label(limit) if limit in DIMENSIONS else "",
        "values": value_options(question, limit) if limit else [],
        "kept": _kept(request),
        "kept_choices": _kept(request, "period", "from", "to"),
        "may_export": request.viewer.may(Permission.EXPORT),
        "plan": _plan_names(question.name),
    }


def _plan_names(name: str) -> list[dict[str, str]]:
    if is_about_a_plan(name):
        return [{"name": part_of(name)[0].name, "label": label_of(part_of(name)[0].name)}]
    parts = ("plan", "plan_fact", "attainment")
    return [{"name": f"{name}_{part}", "label": label_of(f"{name}_{part}")} for part in parts]


def _kept(request: PageRequest, *left_out: str) -> list[tuple[str, str]]:
    """The choices of an address that a form does not ask itself."""
    own = {"by", "metric", "limit", "page", "format"} if not left_out else {"page", "format", *left_out}
    return [
        (name, value) for name, values in request.GET.lists() if name not in own for value in values if value
    ]


def facts(request: PageRequest, name: str) -> HttpResponse:
    """The facts behind a number, each a link to its record."""
    metric(name)
    if is_about_a_plan(name):
        base = part_of(name)[0].name
        return redirect(f"{reverse('panels:facts', args=[base])}?{request.GET.urlencode()}")
    question = question_of(request, name)
    if request.GET.get("format"):
        return _facts_file(request, question)
    answer = MetricAnswer(question)
    page = Facts(question, _page_of(request))
    known = {
        "title": label_of(name),
        "it": page,
        "number": Figure(answer.total, question.metric.unit, short=False),
        "learnt_since": answer.learnt_since
        and Figure(answer.learnt_since, question.metric.unit, short=False),
        "limits": limits(answer, request.GET),
        "period": question.span.drawn(),
        "as_of": question.as_of,
        "definition": words_of(name),
        "metric_address": question.linking.metric(name),
        "total_said": ngettext("%(many)s fact", "%(many)s facts", page.total) % {"many": number(page.total)},
        "page_before": page.page - 1,
        "page_after": page.page + 1 if page.has_more else None,
        "kept_choices": _kept(request, "period", "from", "to"),
        "may_export": request.viewer.may(Permission.EXPORT),
    }
    return render(request, "panels/facts.html", known, status=HTTPStatus.OK)


def _facts_file(request: PageRequest, question: MetricQuestion) -> HttpResponse:
    request.viewer.require(Permission.EXPORT)
    page = Facts(question, 1, on_a_page=LONGEST)
    if page.has_more:
        raise Refusal("export_too_long", f"an export holds at most {LONGEST} rows; narrow it first")
    return file_of(request, f"facts-{question.name}", *page.for_a_file())


def _page_of(request: PageRequest) -> int:
    text = request.GET.get("page", "")
    return min(max(int(text), 1), DEEPEST) if text.isascii() and text.isdecimal() and len(text) < 7 else 1
