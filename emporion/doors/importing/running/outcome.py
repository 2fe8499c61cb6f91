"""What an import came to (design §8)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

COUNTED = ("read", "created", "changed", "unchanged", "rejected")


class Counts:
    """By file: rows read, and what became of them. Rows left alone because people have touched their records count
    as unchanged."""

    def __init__(self, known: Mapping[str, Mapping[str, int]] | None = None) -> None:
        self.files: dict[str, dict[str, int]] = {name: dict(counts) for name, counts in (known or {}).items()}

    def add(self, file: str, what: str, count: int = 1) -> None:
        """So many more rows of a file that became that."""
        self.of(file)[what] += count

    def of(self, file: str) -> dict[str, int]:
        """The file's counts."""
        return self.files.setdefault(file, dict.fromkeys(COUNTED, 0))

    @property
    def rejected(self) -> int:
        """Rejected rows of all files."""
        return sum(counts["rejected"] for counts in self.files.values())


@dataclass(frozen=True, slots=True)
class ImportOutcome:
    """`run_id` is what undo takes (None after a dry run); `watermark` the ledger's highest id after it."""

    run_id: int | None
    files: Mapping[str, Mapping[str, int]]
    rejected: int
    watermark: int
    dry_run: bool = False
    resumed: bool = False
    first_rejects: tuple[str, ...] = field(default=())

    def document(self) -> dict[str, Any]:
        """The `--json` document of `emporion import` (design §8)."""
        return {
            "files": {name: dict(counts) for name, counts in self.files.items()},
            "rejected": self.rejected,
            "watermark": self.watermark,
        }
