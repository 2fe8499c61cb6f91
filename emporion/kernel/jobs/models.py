"""What runs by the clock."""

from django.db import models


class Schedule(models.Model):
    """A task that runs again and again: `cron` says when, in the department's zone."""

    name = models.CharField(max_length=100, unique=True)
    task = models.CharField(max_length=200)
    cron = models.CharField(max_length=100)
    enabled = models.BooleanField(default=True)
    next_due = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class DueRun(models.Model):
    """One run that was due. Unique, so that two workers never start the same run."""

    schedule = models.ForeignKey(Schedule, on_delete=models.CASCADE)
    due_at = models.DateTimeField()
    enqueued_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["schedule", "due_at"], name="jobs_due_run_once")]

    def __str__(self) -> str:
        return f"{self.schedule} {self.due_at:%Y-%m-%d %H:%M}"
