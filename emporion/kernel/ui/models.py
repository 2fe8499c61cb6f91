"""What people keep about pages."""

from django.conf import settings
from django.db import models


class SavedView(models.Model):
    """A list as somebody wants to find it again: its page and the query of its address."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_views")
    page = models.CharField(max_length=60)
    name = models.CharField(max_length=100)
    query = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "page", "name"], name="saved_view_name")]

    def __str__(self) -> str:
        return f"{self.page}: {self.name}"
