"""What every record has."""

from typing import Any

from django.db import models
from django.db.models.functions import Now


class Record(models.Model):
    """A row people know by its `code`: the identifier it came with, or one we gave it.

    `version` rises with every change, so that two people editing one record get told. `updated_at` is how the
    dimension tables of the fact store know what to read again. `touched_at` is when a person last changed it by
    hand: what people have touched, no import overwrites and no undo removes.
    """

    code = models.CharField(max_length=100, unique=True)
    created_at = models.DateTimeField(db_default=Now())
    updated_at = models.DateTimeField(db_default=Now(), db_index=True)
    version = models.PositiveIntegerField(db_default=1, default=1)
    touched_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.code


class RemovableRecord(Record):
    """A record that can be put into the recycle bin: it is shown nowhere else and stands for no facts, its code stays
    taken, and it comes back as it was."""

    removed_at = models.DateTimeField(null=True)
    removed_by = models.CharField(max_length=150, null=True)

    class Meta:
        abstract = True


def in_bin(name: str) -> models.Index:
    """What finds the few removed records of a big table, and costs nothing for the others."""
    return models.Index(fields=["removed_at"], condition=models.Q(removed_at__isnull=False), name=name)


def own_fields(record: models.Model) -> dict[str, Any]:
    """The record's columns and their values, as an audit entry keeps them."""
    return {field.attname: getattr(record, field.attname) for field in record._meta.concrete_fields}
