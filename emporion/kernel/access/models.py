"""People who sign in, and the roles that say how far they see."""

from django.contrib.auth.models import AbstractUser, UserManager
from django.db import models
from django.utils.crypto import salted_hmac

from emporion.kernel.access.viewer import Permission, Scope


class AccessRole(models.Model):
    """How far a role sees and what it may do. The standard ones are named by the pages, in the reader's language."""

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=100, blank=True)
    scope = models.CharField(max_length=10, choices=[(scope.value, scope.value) for scope in Scope])
    permissions = models.JSONField(default=list)
    requires_second_factor = models.BooleanField(default=False)

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


class WithRole(UserManager["User"]):
    """Users with their roles, in one query: so is read who has signed in, and every page asks for both."""

    use_in_migrations = False

    def get_queryset(self) -> "models.QuerySet[User]":
        """All of them."""
        return super().get_queryset().select_related("access_role")


class User(AbstractUser):
    """Someone who may sign in. Who they are in the team is said by the team, which knows users and not the reverse.

    `session_epoch` is part of what every session of theirs is signed with: when it rises, all of them end.
    `invited_at` is part of what a link to set the password is signed with: a new link ends the old one.
    """

    access_role = models.ForeignKey(AccessRole, on_delete=models.PROTECT, null=True)
    language = models.CharField(max_length=5, default="en")
    zone = models.CharField(max_length=64, default="UTC")
    session_epoch = models.PositiveIntegerField(default=0, db_default=0)
    invited_at = models.DateTimeField(null=True)

    with_role = WithRole()

    class Meta(AbstractUser.Meta):
        default_manager_name = "with_role"  # the one that Django reads a signed-in user by

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        kept = f"{self.password}|{self.session_epoch}"
        return salted_hmac("emporion.session", kept, secret=secret, algorithm="sha256").hexdigest()
