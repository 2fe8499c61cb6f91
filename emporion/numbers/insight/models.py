"""Forecasts that were computed, kept for whoever asks the same."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q

from emporion.kernel.clock import now

PATIENCE = timedelta(hours=1)  # after which a job that has not come to an end is taken for lost


class ForecastState(models.TextChoices):
    """Where a forecast stands. While it waits or is computed a job has it."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class StoredForecast(models.Model):
    """What the models said of a wish, as those see it who see as much as `reach` says: another scope is another
    forecast. `outcome` holds what they said when `state` is done, and goes on holding it while it is computed anew;
    `failure` the name and the text of what was refused when it failed."""

    reach = models.CharField(max_length=64)
    key = models.CharField(max_length=64)
    wish = models.JSONField()
    state = models.CharField(max_length=10, choices=ForecastState, default=ForecastState.WAITING)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    asked_at = models.DateTimeField()
    computed_at = models.DateTimeField(null=True)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    failure = models.JSONField(null=True)
    outcome = models.JSONField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["reach", "key"], name="insight_forecast_once"),
            models.CheckConstraint(
                condition=Q(state__in=ForecastState.values), name="insight_forecast_state"
            ),
            models.CheckConstraint(
                condition=Q(outcome__isnull=True) | Q(computed_at__isnull=False),
                name="insight_forecast_moment",
            ),
        ]

    def __str__(self) -> str:
        return f"forecast {self.pk}"

    @property
    def is_busy(self) -> bool:
        """Whether a job has it."""
        return self.state in BUSY and self.asked_at > now() - PATIENCE


BUSY = (ForecastState.WAITING, ForecastState.RUNNING)
