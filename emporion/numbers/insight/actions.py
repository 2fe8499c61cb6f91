"""Having a forecast computed, and keeping what came of it."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from emporion.kernel.access.models import User
from emporion.kernel.access.viewer import Viewer
from emporion.kernel.audit.recording import record
from emporion.kernel.errors import EmporionError, Refusal
from emporion.numbers.insight.asking import Wish, outlook_of
from emporion.numbers.insight.backtesting import Progress
from emporion.numbers.insight.models import BUSY, PATIENCE, ForecastState, StoredForecast
from emporion.numbers.insight.outlook import document, unheard
from emporion.numbers.insight.queries import reach_of
from emporion.numbers.metrics.registry import metric

MOST_BUSY = 3  # of one person at a time
KEPT = timedelta(days=90)


def begin_forecast(*, wish: Wish, user: User, by: Viewer, at: datetime) -> int | None:
    """A place for what the models will say of that wish, for a job to fill: its id, or None where a job has it already.

    Refuses a metric that one may not see, and more than three forecasts of one person at a time. Forecasts nobody has
    asked for in three months are forgotten.
    """
    needed = metric(wish.metric).permission
    if needed:
        by.require(needed)
    with transaction.atomic():
        StoredForecast.objects.filter(asked_at__lt=at - KEPT).delete()
        lately = StoredForecast.objects.filter(state__in=BUSY, asked_at__gte=at - PATIENCE)
        if lately.filter(reach=reach_of(by), key=wish.key).exists():
            return None
        if lately.filter(asked_by=user).count() >= MOST_BUSY:
            raise Refusal(
                "too_many_forecasts",
                f"{MOST_BUSY} of your forecasts are being computed; wait for one of them",
            )
        begun = {"state": ForecastState.WAITING, "asked_by": user, "asked_at": at, "done": 0, "total": 0}
        kept, _made = StoredForecast.objects.update_or_create(
            reach=reach_of(by), key=wish.key, defaults={**begun, "wish": wish.as_json(), "failure": None}
        )
        record("forecast.asked", by=by, at=at, subject=f"forecast:{kept.pk}", new=wish.as_json())
    return kept.pk


def fill_forecast(*, forecast_id: int, by: Viewer, today: date, last_day: date, at: datetime) -> None:
    """Computes what was asked for and keeps it, telling on the way how far it is; done by a job, which is no deed of
    anybody and leaves no trace in the audit log. What cannot be computed is kept with the reason."""
    kept = StoredForecast.objects.get(pk=forecast_id)
    one = StoredForecast.objects.filter(pk=forecast_id)
    if kept.reach != reach_of(by):
        _fail(
            kept,
            Refusal("scope_changed", "what you may see has changed meanwhile; ask for the forecast anew"),
        )
        return
    one.update(state=ForecastState.RUNNING)

    def told(done: int, total: int) -> None:
        one.update(done=done, total=total)

    try:
        outcome = computed(Wish.from_json(kept.wish), by=by, today=today, last_day=last_day, progress=told)
    except EmporionError as refusal:
        _fail(kept, refusal)
        return
    except BaseException:
        _fail(kept, Refusal("forecast_broke", "computing the forecast broke off; ask for it anew"))
        raise
    one.update(state=ForecastState.DONE, outcome=outcome, computed_at=at, failure=None)


def _fail(kept: StoredForecast, refusal: EmporionError) -> None:
    failure = [refusal.name if isinstance(refusal, Refusal) else "no_such_record", str(refusal)]
    StoredForecast.objects.filter(pk=kept.pk).update(state=ForecastState.FAILED, failure=failure)


def computed(
    wish: Wish, *, by: Viewer, today: date, last_day: date, progress: Progress = unheard
) -> Mapping[str, Any]:
    """What all models say of a wish, as a document. Loads the forecasting library: for a worker or the terminal."""
    from emporion.numbers.insight.library_models import library_models

    outlook = outlook_of(wish, viewer=by, today=today, last_day=last_day)
    models = {**outlook.own_models(), **(library_models() if outlook.design else {})}
    return document(outlook, outlook.trials(models, progress))
