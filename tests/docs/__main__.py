"""`python -m tests.docs` writes the documents made from the code; `--check` fails where one is not current."""

import os
import sys
import tempfile
from pathlib import Path

import django

DOCS = Path(__file__).resolve().parents[2] / "docs"


def prepare() -> None:
    """Loads the parts, which tell the kernel about themselves, without touching a real data folder."""
    os.environ.setdefault("EMPORION_SECRET_KEY", "documents need none")
    os.environ["EMPORION_HOME"] = str(Path(tempfile.gettempdir()) / "emporion-docs")
    os.environ["DJANGO_SETTINGS_MODULE"] = "emporion.settings"
    django.setup()


def stale(texts: dict[str, str]) -> list[str]:
    """The pages whose file is missing or differs."""
    return [
        name
        for name, text in texts.items()
        if not (DOCS / name).exists() or (DOCS / name).read_text(encoding="utf-8") != text
    ]


def main(arguments: list[str]) -> int:
    """Writes or checks; gives the exit code."""
    prepare()
    from tests.docs.pages import PAGES

    texts = {name: page().rstrip() + "\n" for name, page in PAGES.items()}
    old = stale(texts)
    if "--check" in arguments:
        sys.stderr.writelines(f"docs/{name} is not current: run `make docs`\n" for name in old)
        return 1 if old else 0
    for name in old:
        (DOCS / name).write_text(texts[name], encoding="utf-8")
        sys.stdout.write(f"docs/{name}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
