"""Names of files as a mapping writes them: only ever files within the folder that is imported. Pure."""

from pathlib import PurePosixPath, PureWindowsPath

from emporion.kernel.errors import Refusal


def inner_name(text: str, where: str) -> str:
    """The name or pattern as it is. Refuses one that begins at a root or climbs out of the folder (`..`)."""
    as_windows = PureWindowsPath(text)
    climbs = ".." in as_windows.parts or "\0" in text
    if climbs or as_windows.anchor or PurePosixPath(text).is_absolute():
        raise Refusal(
            "outside_folder", f"{where}: {text!r} must name a file within the folder that is imported"
        )
    return text
