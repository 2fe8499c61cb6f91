"""Days that an installation lives otherwise than its week and its country say."""

from django.db import models
from django.db.models import Q

WHOLE = 1_000  # thousandths of a working day


class CalendarDay(models.Model):
    """One day with its own weight: 0 is free, 1000 a whole working day, between them a shortened one."""

    day = models.DateField(unique=True)
    thousandths = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=100, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(thousandths__lte=WHOLE), name="calendar_day_weight"),
        ]

    def __str__(self) -> str:
        return self.day.isoformat()
