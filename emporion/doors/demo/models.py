"""That this installation is a made-up company, and who may look around in it."""

from django.conf import settings
from django.db import models
from django.db.models import Q


class DemoCompany(models.Model):
    """What the one made-up company of this installation was asked to be, kept before anything is made: the same
    command goes on with it. `made_at` is empty until it is complete."""

    THE_ONE = 1

    id = models.PositiveSmallIntegerField(primary_key=True, default=THE_ONE)
    seed = models.BigIntegerField()
    scale = models.DecimalField(max_digits=7, decimal_places=3)
    years = models.PositiveSmallIntegerField()
    last_day = models.DateField()
    language = models.CharField(max_length=5)
    with_stories = models.BooleanField()
    made_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="demo_company_is_one")]

    def __str__(self) -> str:
        return f"company {self.seed}"


class DemoUser(models.Model):
    """A user made for looking around, without a password; `position` is their place on the sign-in page."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="demo_user")
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["position"]

    def __str__(self) -> str:
        return f"demo user {self.user_id}"
