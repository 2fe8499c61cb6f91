"""What other doors call: import a folder, take an import back, write empty files to fill in (SYS-1)."""

from emporion.doors.importing.mapping.presets import preset_names
from emporion.doors.importing.running.imports import run_import
from emporion.doors.importing.running.outcome import ImportOutcome
from emporion.doors.importing.running.templates import write_templates
from emporion.doors.importing.running.undoing import UndoOutcome, undo_import

__all__ = ["ImportOutcome", "UndoOutcome", "preset_names", "run_import", "undo_import", "write_templates"]
