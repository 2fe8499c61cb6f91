"""Who is looking or acting, and how far they may see: a value that every query and action is given."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from emporion.kernel.errors import Refusal


class Scope(StrEnum):
    """How far a role sees: from nothing but one's own to everything."""

    OWN = "own"
    TEAM = "team"
    TERRITORY = "territory"
    ALL = "all"


class Permission(StrEnum):
    """What needs a permission of its own beside the scope."""

    SEE_COST = "see_cost"
    SEE_PAY = "see_pay"
    EXPORT = "export"
    IMPORT = "import"
    WRITE = "write"
    CLOSE = "close"
    ADMINISTER = "administer"


@dataclass(frozen=True, slots=True)
class Viewer:
    """A person or the system, as they may see on a day.

    `member_ids` are the people whose records they see (themselves, their team), `territory_ids` the zones,
    `account_ids` is left to the query: accounts that `member_ids` own now come with their history. `on` is the day
    for which that was said; None: the day of asking.
    """

    name: str
    scope: Scope
    user_id: int | None = None
    member_id: int | None = None
    member_ids: frozenset[int] = frozenset()
    territory_ids: frozenset[int] = frozenset()
    permissions: frozenset[Permission] = field(default_factory=frozenset)
    on: date | None = field(default=None, compare=False)

    @property
    def sees_all(self) -> bool:
        """Whether no scope has to be applied."""
        return self.scope is Scope.ALL

    def may(self, permission: Permission) -> bool:
        """Whether they hold that permission."""
        return permission in self.permissions

    def require(self, permission: Permission) -> None:
        """Refuses unless they hold that permission."""
        if not self.may(permission):
            raise Refusal(
                "not_permitted", f"{self.name} may not do this: it needs the permission {permission.value!r}"
            )

    def require_members(self, ids: Iterable[int]) -> None:
        """Refuses acting for anyone but oneself and one's people, whether they exist or not."""
        if not self.sees_all and not {*ids} <= self.member_ids | {self.member_id}:
            raise Refusal("not_your_people", "you may only act for yourself and your people")


SYSTEM = Viewer("system", Scope.ALL, permissions=frozenset(Permission))
