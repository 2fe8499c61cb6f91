"""One hash of all net facts, whatever their ids and the moments they were recorded."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping

from emporion.kernel.batches import batched
from emporion.kernel.ledger.fact import FACT_COLUMNS
from emporion.kernel.ledger.models import LedgerFact
from emporion.kernel.ledger.registry import code_readers, sources

MODULUS = 2**256
_SUBJECTS_AT_ONCE = 5_000


def net_digest() -> str:
    """The hash of the ledger's state: equal for two ledgers in which the same net facts stand.

    Row hashes are added up, so order does not matter; ids are read as the codes they had where they came from.
    """
    total = 0
    for text in _net_rows():
        total = (total + int.from_bytes(hashlib.sha256(text.encode()).digest())) % MODULUS
    return f"{total:064x}"


def _net_rows() -> Iterator[str]:
    readers = {column: read() for column, read in code_readers().items()}
    net = LedgerFact.objects.filter(reverses=None, reversal=None).order_by("subject_kind", "id")
    rows = net.values_list("subject_kind", "subject_id", *FACT_COLUMNS).iterator(chunk_size=_SUBJECTS_AT_ONCE)
    for batch in batched(rows, _SUBJECTS_AT_ONCE):
        codes = _subject_codes({(kind, subject_id) for kind, subject_id, *_ in batch})
        for kind, subject_id, *values in batch:
            subject = codes.get((kind, subject_id), f"#{subject_id}")
            yield "|".join([kind, subject, *_canonical(values, readers)])


def _subject_codes(subjects: Iterable[tuple[str, int]]) -> dict[tuple[str, int], str]:
    by_kind: dict[str, list[int]] = {}
    for kind, subject_id in subjects:
        by_kind.setdefault(kind, []).append(subject_id)
    known = sources()
    return {
        (kind, subject_id): code
        for kind, ids in by_kind.items()
        if kind in known
        for subject_id, code in known[kind].codes(ids).items()
    }


def _canonical(values: Iterable[object], readers: Mapping[str, Mapping[int, str]]) -> list[str]:
    texts = []
    for column, value in zip(FACT_COLUMNS, values, strict=True):
        reader = readers.get(column)
        if value is None:
            texts.append("")
        elif reader is not None and isinstance(value, int):
            texts.append(reader.get(value, f"#{value}"))
        else:
            texts.append(str(value))
    return texts
