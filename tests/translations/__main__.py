"""`python -m tests.translations update|check [FOLDER…]` for some apps or all, and `compile`."""

import sys
from pathlib import Path

from emporion.kernel.ui.catalogs import compile_all
from tests.translations.catalogs import update
from tests.translations.checking import problems, said_in_two_ways
from tests.translations.places import ROOT, app_folders


def main(arguments: list[str]) -> int:
    """Does it; gives the exit code."""
    command, names = (arguments[0], arguments[1:]) if arguments else ("", [])
    apps = app_folders()
    folders = [Path(name).resolve() for name in names] or apps
    strangers = [folder for folder in folders if folder not in apps]
    if command not in {"update", "check", "compile"} or strangers:
        sys.stderr.write(f"{__doc__}\n")
        sys.stderr.writelines(f"{folder} is no app of the product\n" for folder in strangers)
        return 2
    if command == "check":
        found = [line for folder in folders for line in problems(folder)]
        found += said_in_two_ways(apps)
        sys.stdout.writelines(f"{line}\n" for line in found)
        return 1 if found else 0
    changed = compile_all() if command == "compile" else [path for one in folders for path in update(one)]
    sys.stdout.writelines(f"{path.relative_to(ROOT)}\n" for path in changed)
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
