"""What is known of the processes that run an installation."""

from django.db import models


class Heartbeat(models.Model):
    """When a worker was last known to be alive."""

    worker = models.CharField(max_length=64, unique=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.worker} {self.at:%Y-%m-%d %H:%M:%S}"
