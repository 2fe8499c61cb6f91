"""Which folder holds whose words: a string belongs to the nearest Django app above its file."""

from pathlib import Path

from emporion.kernel.ui.catalogs import LANGUAGES, PRODUCT

ROOT = PRODUCT.parent
REFUSALS = PRODUCT / "kernel" / "ui"  # whose translations say what every other part refuses
DOMAIN = "LC_MESSAGES/django.po"
_NOT_SHOWN = {"tests", "migrations", "locale", "static", "__pycache__"}
_TEMPLATES = {".html", ".txt", ".md"}


def app_folders() -> list[Path]:
    """Every folder that is a Django app of the product."""
    return sorted(path.parent for path in PRODUCT.rglob("apps.py"))


def owner_of(path: Path, apps: list[Path]) -> Path | None:
    """The app to which a file's strings belong; None for a file outside of all of them."""
    return next((folder for folder in path.parents if folder in apps), None)


def files_of(folder: Path) -> list[Path]:
    """The Python files and templates of that app alone, not of apps inside its folder."""
    apps = app_folders()
    return [path for path in source_files(folder) if owner_of(path, apps) == folder]


def source_files(folder: Path) -> list[Path]:
    """All files under a folder in which a string for people can stand."""
    found = (path for path in folder.rglob("*") if not _NOT_SHOWN & set(path.relative_to(folder).parts))
    return sorted(path for path in found if path.suffix == ".py" or is_template(path))


def is_template(path: Path) -> bool:
    """Whether Django reads that file as a template."""
    return path.suffix in _TEMPLATES and "templates" in path.parts


def catalog_paths(folder: Path) -> dict[str, Path]:
    """By language, where the app's translations are or will be."""
    return {language: folder / "locale" / language / DOMAIN for language in LANGUAGES}
