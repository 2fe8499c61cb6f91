"""Team as a Django app."""

from django.apps import AppConfig


class TeamConfig(AppConfig):
    """records.team."""

    name = "emporion.records.team"
    label = "team"

    def ready(self) -> None:
        from emporion.kernel.importable import register_importable
        from emporion.kernel.ledger.registry import register_codes
        from emporion.records.team import imports, queries, undoing

        register_codes("member_id", queries.member_codes)
        register_codes("team_id", queries.team_codes)
        register_codes("territory_id", queries.territory_codes)
        register_codes("member_zone_id", queries.territory_codes)
        for importable in imports.IMPORTABLES:
            register_importable(importable)
        undoing.register()
        _register_search()


def _register_search() -> None:
    from emporion.kernel.search import Searched, register_search
    from emporion.records.team.models import Member

    register_search(Member, Searched(("name", "code"), phones=("work_phone",), emails=("email",)))
