"""Imports as they ran: how far each came, what it made, and what it turned away."""

from django.db import models

from emporion.doors.importing.plain_lines import plain_line


class RunState(models.TextChoices):
    """Where an import stands. One that was killed stays `running`: the same command goes on with it."""

    RUNNING = "running"
    DONE = "done"
    UNDOING = "undoing"
    UNDONE = "undone"


class ImportRun(models.Model):
    """One import. `digest` stands for its mapping and its files, by which the same command knows it again. The
    checkpoint is `steps_done` whole steps (a file into a target) and `rows_done`, the last line written of the next.
    """

    preset = models.CharField(max_length=200)
    source = models.TextField()
    digest = models.CharField(max_length=64, db_index=True)
    by = models.CharField(max_length=150)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=10, choices=RunState, default=RunState.RUNNING)
    steps_done = models.PositiveIntegerField(default=0)
    rows_done = models.PositiveBigIntegerField(default=0)
    counts = models.JSONField(default=dict)
    watermark = models.PositiveBigIntegerField(null=True)

    def __str__(self) -> str:
        return f"import {self.pk} of {self.preset}"


class ImportedRecord(models.Model):
    """A record that a run created or changed, and for a change the values before, with which undo writes it again."""

    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE)
    importable = models.CharField(max_length=50)
    record_id = models.BigIntegerField()
    fate = models.CharField(max_length=10)
    previous = models.JSONField(null=True)

    class Meta:
        indexes = [models.Index(fields=["run", "importable"], name="importing_records_of_run")]

    def __str__(self) -> str:
        return f"{self.importable} {self.record_id} {self.fate}"


class ImportReject(models.Model):
    """A row that was turned away: where it stands, in which column the fault lies, why, and the row as it was."""

    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE)
    importable = models.CharField(max_length=50)
    file = models.CharField(max_length=255)
    row = models.PositiveBigIntegerField()
    target = models.CharField(max_length=100)
    column = models.CharField(max_length=255)
    reason = models.TextField()
    cells = models.JSONField()

    class Meta:
        indexes = [models.Index(fields=["run", "file", "row"], name="importing_rejects_of_run")]

    def __str__(self) -> str:
        column = f", {self.column}" if self.column else ""
        return plain_line(f"{self.file}, line {self.row}{column}: {self.reason}")
