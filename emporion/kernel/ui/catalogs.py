"""Makes the files Django reads its translations from: beside each `django.po`, which people write, a `django.mo`.

`python -m emporion.kernel.ui.catalogs` makes what is missing or older than its source; `make install` calls it. No
gettext needs to be on the machine.
"""

import os
import sys
from pathlib import Path

PRODUCT = Path(__file__).resolve().parents[2]
LANGUAGES = ("ru", "el")  # English is the text itself


def compile_all(product: Path = PRODUCT) -> list[Path]:
    """The catalogs that were made anew, each put in place whole."""
    sources = sorted(product.rglob("locale/*/LC_MESSAGES/django.po"))
    stale = [path for path in sources if _is_stale(path)]
    for path in stale:
        _compile(path)
    return stale


def _is_stale(source: Path) -> bool:
    made = source.with_suffix(".mo")
    return not made.exists() or made.stat().st_mtime_ns < source.stat().st_mtime_ns


def _compile(source: Path) -> None:
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    with source.open("rb") as file:
        catalog = read_po(file, locale=source.parents[1].name)
    made = source.with_suffix(f".{os.getpid()}.tmp")
    with made.open("wb") as file:
        write_mo(file, catalog)
    made.replace(source.with_suffix(".mo"))


if __name__ == "__main__":
    for name in compile_all():
        sys.stdout.write(f"{name.relative_to(PRODUCT.parent)}\n")
