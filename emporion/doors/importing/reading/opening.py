"""Opening a file, whatever kind it is."""

from pathlib import Path

from emporion.doors.importing.reading.tables import FileOptions, Table
from emporion.doors.importing.reading.text_files import TextTable
from emporion.doors.importing.reading.workbooks import WorkbookTable, is_zip
from emporion.kernel.errors import Refusal

_PLAIN = FileOptions()


def open_table(path: Path, options: FileOptions = _PLAIN) -> Table:
    """The file as a table, by what is in it, not by its name. Refuses in one line what cannot be one (SYS-1)."""
    if not path.exists():
        raise Refusal("no_file", f"there is no file {path}")
    if not path.is_file():
        raise Refusal("no_file", f"{path} is not an ordinary file")
    try:
        return WorkbookTable(path, options) if is_zip(path) else TextTable(path, options)
    except PermissionError:
        raise Refusal("no_file", f"{path} may not be read by this user") from None
    except LookupError as problem:
        raise Refusal("unknown_encoding", f"{path.name}: {problem}") from None
