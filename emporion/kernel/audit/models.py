"""The audit log: append-only, each entry chained to the one before."""

from django.db import models


class AuditEntry(models.Model):
    """One action by one person. The chain hashes a salted digest of the payload, so that a payload with personal
    data can be erased and the chain still holds."""

    at = models.DateTimeField(db_index=True)
    by = models.CharField(max_length=150)
    action = models.CharField(max_length=60)
    subject = models.CharField(max_length=160, db_index=True)
    payload = models.JSONField(null=True)
    salt = models.CharField(max_length=32, blank=True)
    payload_digest = models.CharField(max_length=64)
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64, unique=True)

    class Meta:
        db_table = "audit_entry"

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.by} {self.action} {self.subject}"
