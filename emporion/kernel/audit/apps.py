"""Audit as a Django app."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """kernel.audit."""

    name = "emporion.kernel.audit"
    label = "audit"
