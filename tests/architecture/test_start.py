"""What a command loads before it does anything."""

import subprocess
import sys

HEAVY = (
    *("ibis", "pyarrow", "duckdb", "polars", "deltalake", "xlsxwriter", "holidays", "granian", "typst"),
    *("statsmodels", "scipy", "pandas"),
)
READY = "import sys, django; django.setup(); print(*(name for name in sys.argv[1:] if name in sys.modules))"


def test_the_parts_are_ready_without_heavy_libraries() -> None:
    """Trap: a part that loads its pages, and with them the engine, whenever any command starts."""
    said = subprocess.run([sys.executable, "-c", READY, *HEAVY], capture_output=True, text=True, check=True)
    assert said.stdout.split() == []
