"""People who sign in, and the roles that say how far they see."""

from django.contrib.auth.models import AbstractUser
from django.db import models

from emporion.kernel.access.viewer import Permission, Scope


class AccessRole(models.Model):
    """How far a role sees and what it may do."""

    code = models.CharField(max_length=40, unique=True)
    scope = models.CharField(max_length=10, choices=[(scope.value, scope.value) for scope in Scope])
    permissions = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(scope__in=[scope.value for scope in Scope]), name="access_role_scope"
            )
        ]

    def __str__(self) -> str:
        return self.code

    def granted(self) -> frozenset[Permission]:
        """Its permissions."""
        return frozenset(Permission(code) for code in self.permissions)


class User(AbstractUser):
    """Someone who may sign in. Who they are in the team is said by the team, which knows users and not the reverse."""

    access_role = models.ForeignKey(AccessRole, on_delete=models.PROTECT, null=True)
    language = models.CharField(max_length=5, default="en")
    zone = models.CharField(max_length=64, default="UTC")
