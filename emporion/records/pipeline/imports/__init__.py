"""What files may carry about deals, in the order in which it must be loaded."""

from emporion.records.pipeline.imports.crediting import DEAL_CREDITS
from emporion.records.pipeline.imports.deals import DEALS
from emporion.records.pipeline.imports.histories import DEAL_STAGES, DEAL_VALUES
from emporion.records.pipeline.imports.setting_up import LEAD_SOURCES, PIPELINES, STAGES

IMPORTABLES = (LEAD_SOURCES, PIPELINES, STAGES, DEALS, DEAL_STAGES, DEAL_VALUES, DEAL_CREDITS)
