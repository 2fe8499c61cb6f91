"""Finding a mapping: one of those that come with the product, or a file of one's own."""

from difflib import get_close_matches
from pathlib import Path

from emporion.doors.importing.mapping.parsing import parse_mapping
from emporion.doors.importing.mapping.rules import MappingFile
from emporion.kernel.errors import UnknownName

FOLDER = Path(__file__).resolve().parents[1] / "presets"


def preset_names() -> list[str]:
    """The presets that come with the product."""
    return sorted(path.stem for path in FOLDER.glob("*.toml"))


def find_mapping(preset: str | Path) -> tuple[MappingFile, Path]:
    """The mapping by a preset's name or a path to a TOML file, and the file it stands in."""
    path = FOLDER / f"{preset}.toml"
    if str(preset) not in preset_names():
        path = Path(preset)
        if path.suffix != ".toml" or not path.is_file():
            raise UnknownName(
                "preset or mapping file", str(preset), get_close_matches(str(preset), preset_names())
            )
    return parse_mapping(path), path
