"""A few small tables of ours, and an import of them."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from emporion.doors.importing.actions import ImportOutcome, run_import
from emporion.kernel.access.viewer import SYSTEM

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
TABLES = {
    # The trap: a team may stand before the one it is part of.
    "teams": "code,name,parent\nT2,North,T1\nT1,All,\n",
    "members": "code,name,hired_on\nM1,Anna,2020-01-01\nM2,Nikos,2021-02-01\n",
    "places": "member,starts_on,team,role\nM1,2020-01-01,T1,closer\nM2,2021-02-01,T2,hunter\n",
    "products": "code,name\nP1,Tea\nP2,Coffee\n",
    "customers": "code,name,owner,in_base_from\nC1,Ромашка,M1,2024-01-01\nC2,Ελιά,M2,2024-01-01\n",
    "orders": (
        "code,placed_on,customer,seller,total\nO1,2024-03-01,C1,M1,30\nO2,2024-03-02,C2,M2,\nO3,2024-03-03,C1,,10\n"
    ),
    "order_lines": (
        "order,code,product,quantity,unit_price,amount\n"
        "O1,1,P1,2,10,20\nO2,1,P2,1,7.5,\nO1,2,P2,1,10,10\nO3,1,P1,1,10,10\n"
    ),
}


def write(folder: Path, tables: Mapping[str, str]) -> Path:
    for name, text in tables.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return folder


def load(folder: Path, preset: str | Path = "generic", **more: Any) -> ImportOutcome:
    return run_import(preset, folder, by=SYSTEM, at=NOW, **more)


def sums(outcome: ImportOutcome) -> dict[str, int]:
    names = ("created", "changed", "unchanged", "rejected")
    return {name: sum(counts[name] for counts in outcome.files.values()) for name in names}
