"""A deal that was imported is changed by hand."""

from decimal import Decimal

from emporion.kernel.access.viewer import SYSTEM
from emporion.records.pipeline.actions.deals import open_deal, revalue_deal
from emporion.records.pipeline.models import DealStage
from emporion.records.pipeline.rules import Share
from emporion.records.pipeline.tests.department import AT, Department, day


def test_a_stage_told_and_assumed_alike_stands_once(here: Department) -> None:
    """Trap: a file of deals assumes the stage that a file of their stages tells too, on the same day."""
    deal = open_deal(
        name="Fleet", opened_on=day(1), pipeline_id=here.pipeline, shares=[Share(here.anna)], by=SYSTEM, at=AT
    )
    (told,) = DealStage.objects.filter(deal=deal)
    DealStage.objects.create(
        deal=deal, stage_id=told.stage_id, entered_on=told.entered_on, sequence=told.sequence, assumed=True
    )
    revalue_deal(deal_id=deal.pk, value=Decimal(5), starts_on=day(2), version=deal.version, by=SYSTEM, at=AT)
    assert [(one.pk, one.assumed) for one in DealStage.objects.filter(deal=deal)] == [(told.pk, False)]
