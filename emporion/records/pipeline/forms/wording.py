"""What pipelines and stages are called. Those that the product made itself are named in the reader's language."""

from django.utils.translation import gettext as _

from emporion.records.pipeline.actions.setting_up import DEFAULT
from emporion.records.pipeline.models import Pipeline, Stage
from emporion.records.pipeline.rules import LOST, OPEN, WON


def pipeline_name(pipeline: Pipeline) -> str:
    """The name of a pipeline."""
    return _("Deals") if pipeline.code == DEFAULT else pipeline.name or pipeline.code


def stage_name(stage: Stage) -> str:
    """The name of a stage."""
    ours = {
        f"{DEFAULT}.{OPEN}": _("Open"),
        f"{DEFAULT}.{WON}": _("Won"),
        f"{DEFAULT}.{LOST}": _("Closed without sale"),
    }
    return ours.get(stage.code) or stage.name or stage.code
