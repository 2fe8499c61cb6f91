"""Files that people brought by page, and how far their import came."""

from django.conf import settings
from django.db import models

from emporion.doors.importing.models import ImportRun


class UploadState(models.TextChoices):
    """Where an upload stands. While it is checked or imported a job works on it."""

    NEW = "new"
    CHECKING = "checking"
    CHECKED = "checked"
    IMPORTING = "importing"
    DONE = "done"
    FAILED = "failed"


class Upload(models.Model):
    """Files of one import, in a folder of their own. `preset` names a mapping of ours; empty, the mapping is the
    upload's own: `choices` (by file, the target and by column of ours where it comes from) as the page made them.
    `outcome` is what the last check or import came to, `message` why it failed."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT)
    created_at = models.DateTimeField()
    folder = models.CharField(max_length=40, unique=True)
    preset = models.CharField(max_length=200, blank=True)
    choices = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=UploadState, default=UploadState.NEW)
    outcome = models.JSONField(null=True)
    message = models.TextField(blank=True)
    run = models.ForeignKey(ImportRun, on_delete=models.SET_NULL, null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(state__in=UploadState.values), name="upload_state")
        ]

    def __str__(self) -> str:
        return f"upload {self.pk}"

    @property
    def is_busy(self) -> bool:
        """Whether a job works on it."""
        return self.state in (UploadState.CHECKING, UploadState.IMPORTING)
