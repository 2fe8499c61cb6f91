"""The source as the architecture tests read it: its files, its parts, and the order in which the contracts put them."""

import subprocess
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
PRODUCT = ROOT / "emporion"
TIERS = ("doors", "practice", "numbers", "records", "kernel")


@cache
def own_files() -> tuple[Path, ...]:
    """Every file that is in the source or about to be: tracked, or new and not ignored."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        check=True,
        text=True,
    ).stdout
    return tuple(path for name in listed.split("\0") if name and (path := ROOT / name).is_file())


def modules(*, tests: bool = True) -> list[Path]:
    """The Python files of the source, without what Django writes (migrations)."""
    found = [path for path in own_files() if path.suffix == ".py" and "migrations" not in path.parts]
    return (
        found if tests else [path for path in found if "tests" not in path.parts and PRODUCT in path.parents]
    )


def parts() -> list[str]:
    """The parts that exist, as `records.team`."""
    return [
        f"{tier}.{folder.name}"
        for tier in TIERS
        for folder in sorted((PRODUCT / tier).glob("*/"))
        if (folder / "__init__.py").exists() and folder.name not in {"tests", "migrations"}
    ]


@cache
def contracts() -> tuple[dict[str, Any], ...]:
    """The import contracts of pyproject.toml."""
    with (ROOT / "pyproject.toml").open("rb") as file:
        return tuple(tomllib.load(file)["tool"]["importlinter"]["contracts"])


def layers_of(container: str) -> list[set[str]]:
    """The layers that the exhaustive contract of a package names, highest first."""
    for contract in contracts():
        if contract.get("containers") == [container] and contract.get("exhaustive"):
            return [_names(layer) for layer in contract["layers"]]
    raise LookupError(f"no exhaustive contract orders {container}")


def _names(layer: str) -> set[str]:
    return {name.strip(" ()") for name in layer.replace(":", "|").split("|")}


def height(part: str) -> tuple[int, int]:
    """How high a part stands: its tier, then its layer inside the tier; higher is a bigger pair."""
    tier, name = part.split(".")[:2]
    return _place(layers_of("emporion"), tier), _place(layers_of(f"emporion.{tier}"), name)


def _place(layers: list[set[str]], name: str) -> int:
    for place, names in enumerate(reversed(layers)):
        if name in names:
            return place
    raise LookupError(f"no layer holds {name}")
