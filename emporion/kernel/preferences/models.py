"""What an installation has set otherwise than the defaults."""

from django.db import models


class Preference(models.Model):
    """One setting by name; absent means the stated default."""

    name = models.CharField(max_length=60, unique=True)
    value = models.JSONField()

    def __str__(self) -> str:
        return self.name
