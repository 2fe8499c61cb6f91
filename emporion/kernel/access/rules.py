"""What each role may do when nobody has set it otherwise. Pure."""

from emporion.kernel.access.viewer import Permission, Scope

_ALL_BUT_WRITING = frozenset({Permission.SEE_COST, Permission.SEE_PAY, Permission.EXPORT})

STANDARD_ROLES: dict[str, tuple[Scope, frozenset[Permission]]] = {
    "rep": (Scope.OWN, frozenset({Permission.WRITE})),
    "assistant": (Scope.OWN, frozenset({Permission.WRITE})),
    "service": (Scope.OWN, frozenset({Permission.WRITE})),
    "zone_manager": (Scope.TERRITORY, frozenset({Permission.WRITE, Permission.SEE_COST})),
    # No import: a file names anyone, so files are for those who see everyone.
    "head": (
        Scope.TEAM,
        frozenset({Permission.WRITE, Permission.SEE_COST, Permission.SEE_PAY, Permission.EXPORT}),
    ),
    "director": (Scope.ALL, frozenset(Permission)),
    "auditor": (Scope.ALL, _ALL_BUT_WRITING),
}
