"""Pipeline as a Django app."""

from django.apps import AppConfig


class PipelineConfig(AppConfig):
    """records.pipeline."""

    name = "emporion.records.pipeline"
    label = "pipeline"

    def ready(self) -> None:
        from emporion.kernel.importable import register_importable
        from emporion.kernel.ledger.registry import register_codes, register_source
        from emporion.records.customers.reach import register_zoned
        from emporion.records.pipeline import imports, queries, undoing
        from emporion.records.pipeline.actions import posting
        from emporion.records.pipeline.models import Deal
        from emporion.records.team.reposting import register_repost

        register_source(posting.FACT_SOURCE)
        register_codes("deal_id", queries.deal_codes)
        register_codes("stage_id", queries.stage_codes)
        register_repost(posting.SUBJECT, queries.deals_of_member)
        register_zoned(Deal)
        for importable in imports.IMPORTABLES:
            register_importable(importable)
        undoing.register()
        _register_search()


def _register_search() -> None:
    from emporion.kernel.search import Searched, register_search
    from emporion.records.pipeline.models import Deal

    register_search(Deal, Searched(("name", "code"), through=("customer",)))
