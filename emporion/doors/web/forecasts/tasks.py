"""The job that computes a forecast: the forecasting library is loaded by a worker, never while a page waits."""

from django_tasks import task

from emporion.kernel.access.models import User
from emporion.kernel.clock import now
from emporion.numbers.insight.actions import fill_forecast
from emporion.numbers.metrics.engine.latest import latest_day
from emporion.numbers.planning.states import known_until
from emporion.records.customers.queries import today
from emporion.records.team.queries import viewer_for


@task()
def compute_forecast(forecast_id: int, user_id: int) -> None:
    """Fills a forecast as that user sees the facts now."""
    user = User.objects.select_related("access_role").get(pk=user_id)
    day = today()
    fill_forecast(
        forecast_id=forecast_id,
        by=viewer_for(user, day),
        today=day,
        last_day=known_until(day, latest_day()),
        at=now(),
    )
