"""The file itself: a compressed tar, its members with their checksums in a manifest at its end."""

import gzip
import hashlib
import io
import json
import os
import shutil
import tarfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from emporion.kernel.errors import EmporionError

FORMAT = 1
MANIFEST = "manifest.json"
PARTS = ("database", "home")
SUFFIX = ".tar.gz"
_QUICK = 1  # of gzip: three times as quick as its default, a tenth larger
_BLOCK = 1 << 20


class BrokenArchive(EmporionError):
    """A backup that is not whole, or no backup at all."""


class Summing:
    """Reads or writes through, and knows the checksum of all that passed."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._sum = hashlib.sha256()
        self.size = 0

    def read(self, size: int = -1) -> bytes:
        """The next bytes."""
        block = self._file.read(size)
        self._count(block)
        return block

    def write(self, block: bytes) -> int:
        """Writes them."""
        self._count(block)
        return self._file.write(block)

    def _count(self, block: bytes) -> None:
        self._sum.update(block)
        self.size += len(block)

    @property
    def description(self) -> dict[str, object]:
        """Size and checksum, as the manifest keeps them."""
        return {"bytes": self.size, "sha256": self._sum.hexdigest()}


@dataclass(slots=True)
class Packing:
    """An archive that is being written."""

    tar: tarfile.TarFile
    stream: gzip.GzipFile
    files: dict[str, dict[str, object]] = field(default_factory=dict)

    def add(self, path: Path, name: str) -> None:
        """Puts a file into it under that name. A small one may be written anew meanwhile: it is read at once."""
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            if size > _BLOCK:
                self._put(name, size, file)
            else:
                text = file.read()
                self._put(name, len(text), io.BytesIO(text))

    def end(self, manifest: dict[str, Any]) -> dict[str, Any]:
        """Writes the manifest, after which nothing follows; the manifest."""
        whole = {"format": FORMAT, **manifest, "files": dict(self.files)}
        text = json.dumps(whole, ensure_ascii=False, indent=1).encode()
        self._put(MANIFEST, len(text), io.BytesIO(text))
        self.tar.close()
        self.stream.close()
        return whole

    def _put(self, name: str, size: int, file: IO[bytes]) -> None:
        member = tarfile.TarInfo(name)
        member.size, member.mode = size, 0o600
        summing = Summing(file)
        self.tar.addfile(member, summing)
        self.files[name] = summing.description


def packing(file: IO[bytes]) -> Packing:
    """An archive to be written into that file."""
    stream = gzip.GzipFile(filename="", fileobj=file, mode="wb", compresslevel=_QUICK)
    return Packing(tarfile.open(fileobj=stream, mode="w|"), stream)


def unpack(path: Path, into: Path) -> dict[str, Any]:
    """Writes all files of the archive into the folder and checks each; the manifest. Refuses one that is not whole."""
    found: dict[str, dict[str, object]] = {}
    manifest: dict[str, Any] | None = None
    try:
        with tarfile.open(path, mode="r|gz") as tar:
            for member in tar:
                source = tar.extractfile(member)
                if source is None:
                    raise BrokenArchive(f"{path} holds {member.name!r}, which is no file")
                if member.name == MANIFEST:
                    manifest = json.loads(source.read())
                else:
                    found[member.name] = _written(source, _inside(into, member.name))
    except (tarfile.TarError, EOFError, OSError, ValueError) as failure:
        if isinstance(failure, OSError) and failure.filename not in (None, str(path), path):
            raise
        raise BrokenArchive(f"{path} is no backup, or was cut off") from failure
    return _checked(path, manifest, found)


def _written(source: IO[bytes], target: Path) -> dict[str, object]:
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with target.open("wb") as file:
        summing = Summing(file)
        shutil.copyfileobj(source, summing, _BLOCK)
        file.flush()
        os.fsync(file.fileno())
    return summing.description


def _inside(folder: Path, name: str) -> Path:
    target = (folder / name).resolve()
    if not any(target.is_relative_to(folder.resolve() / part) for part in PARTS):
        raise BrokenArchive(f"the archive holds {name!r}, which lies outside of it")
    return target


def _checked(path: Path, manifest: dict[str, Any] | None, found: dict[str, Any]) -> dict[str, Any]:
    if manifest is None:  # it is written last: an archive that was cut off between two files has none
        raise BrokenArchive(f"{path} is no backup, or was cut off")
    if manifest.get("format") != FORMAT:
        raise BrokenArchive(f"{path} has no manifest that this emporion can read")
    if wrong := sorted(
        name for name in manifest["files"].keys() | found if manifest["files"].get(name) != found.get(name)
    ):
        raise BrokenArchive(f"{path} is damaged: {wrong[0]} is not what was backed up")
    return manifest
