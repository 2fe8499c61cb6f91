"""Having a forecast computed by a job."""

from datetime import datetime

from django.db import transaction

from emporion.kernel.access.models import User
from emporion.kernel.access.viewer import Viewer
from emporion.numbers.insight.actions import begin_forecast
from emporion.numbers.insight.asking import Wish


def ask_for_forecast(*, wish: Wish, user: User, by: Viewer, at: datetime) -> None:
    """Has a job compute what all models say of that wish; nothing where one is at it. Refuses as `begin_forecast`."""
    from emporion.doors.web.forecasts.tasks import compute_forecast

    with transaction.atomic():
        begun = begin_forecast(wish=wish, user=user, by=by, at=at)
        if begun is not None:
            compute_forecast.enqueue(forecast_id=begun, user_id=user.pk)
