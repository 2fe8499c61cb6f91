"""An archive that is not whole, or not ours, is refused before anything is believed."""

import io
import os
import stat
import tarfile
from pathlib import Path

import pytest

from emporion.doors.operations.backups.archive import BrokenArchive, packing, unpack
from emporion.doors.operations.backups.places import exchange, making

pytestmark = pytest.mark.spec("SYS-6")


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """A small archive of two files, one larger than a block."""
    (tmp_path / "small").write_text("small")
    (tmp_path / "large").write_bytes(os.urandom(3_000_000))
    made = tmp_path / "made.tar.gz"
    with made.open("wb") as file:
        packed = packing(file)
        packed.add(tmp_path / "small", "home/a/small")
        packed.add(tmp_path / "large", "database/large")
        packed.end({"emporion": "1"})
    return made


def test_what_goes_in_comes_out(archive: Path, tmp_path: Path) -> None:
    manifest = unpack(archive, tmp_path / "out")
    assert (tmp_path / "out/home/a/small").read_text() == "small"
    assert (tmp_path / "out/database/large").read_bytes() == (tmp_path / "large").read_bytes()
    assert manifest["files"]["home/a/small"]["bytes"] == 5


@pytest.mark.parametrize("share", [0, 1, 10, 50, 90, 99])
def test_one_that_was_cut_off_is_refused(archive: Path, tmp_path: Path, share: int) -> None:
    whole = archive.read_bytes()
    archive.write_bytes(whole[: len(whole) * share // 100])
    with pytest.raises(BrokenArchive):
        unpack(archive, tmp_path / "out")


def test_one_whose_bytes_were_changed_is_refused(archive: Path, tmp_path: Path) -> None:
    whole = bytearray(archive.read_bytes())
    whole[len(whole) // 2] ^= 1
    archive.write_bytes(whole)
    with pytest.raises(BrokenArchive):
        unpack(archive, tmp_path / "out")


def repacked(path: Path, **members: bytes) -> None:
    with tarfile.open(path, "w:gz") as tar:
        for name, text in members.items():
            member = tarfile.TarInfo(name)
            member.size = len(text)
            tar.addfile(member, io.BytesIO(text))


def test_one_that_was_packed_anew_with_another_file_is_refused(tmp_path: Path) -> None:
    """Trap: gzip and tar are whole, and only the manifest's checksum shows the change."""
    path = tmp_path / "x.tar.gz"
    manifest = b'{"format": 1, "files": {"home/a": {"bytes": 1, "sha256": "00"}}}'
    repacked(path, **{"home/a": b"b", "manifest.json": manifest})
    with pytest.raises(BrokenArchive, match="home/a"):
        unpack(path, tmp_path / "out")


@pytest.mark.parametrize("name", ["../outside", "home/../../outside", "/etc/outside", "lock", "home"])
def test_one_that_would_write_elsewhere_is_refused(tmp_path: Path, name: str) -> None:
    path = tmp_path / "x.tar.gz"
    repacked(path, **{name: b"x"})
    with pytest.raises(BrokenArchive):
        unpack(path, tmp_path / "out")
    assert not (tmp_path / "outside").exists()


@pytest.mark.parametrize("text", [b"", b"no archive", b"\x1f\x8b"])
def test_what_is_no_archive_is_refused(tmp_path: Path, text: bytes) -> None:
    path = tmp_path / "x.tar.gz"
    path.write_bytes(text)
    with pytest.raises(BrokenArchive):
        unpack(path, tmp_path / "out")


def test_what_a_kill_left_goes_and_what_another_works_in_stays(tmp_path: Path) -> None:
    left = tmp_path / ".making-left"
    left.mkdir()
    (left / "lock").touch()
    with making(tmp_path, ".making-") as mine:
        assert not left.exists()
        with making(tmp_path, ".making-"):
            assert mine.exists()
        assert stat.S_IMODE(mine.stat().st_mode) == 0o700
    assert list(tmp_path.iterdir()) == []


def test_two_folders_change_their_names(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "mark").write_text(name)
    exchange(tmp_path / "one", tmp_path / "two")
    assert (tmp_path / "one/mark").read_text() == "two"
    assert (tmp_path / "two/mark").read_text() == "one"
