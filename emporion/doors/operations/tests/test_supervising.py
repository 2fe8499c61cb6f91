"""Parts are kept running, and what cannot run is given up."""

import signal
import threading
import time
from pathlib import Path

import pytest

from emporion.doors.operations.serving import supervising
from emporion.doors.operations.serving.supervising import Part, Supervisor
from emporion.kernel.errors import Refusal

pytestmark = pytest.mark.spec("SYS-6")


def part(tmp_path: Path, text: str) -> Part:
    """A part that is a script of one file."""
    (tmp_path / "made_part.py").write_text(text)
    return Part("part", "made_part", environment={"PYTHONPATH": str(tmp_path)})


def test_a_part_that_never_starts_ends_it(tmp_path: Path) -> None:
    """Trap: starting the same broken program again for ever looks like serving."""
    said: list[str] = []
    broken = part(tmp_path, "raise SystemExit(7)")
    with pytest.raises(Refusal, match="the part does not start"):
        Supervisor([broken], lambda: False, lambda: None, said.append).run()
    assert [line.split(";")[0] for line in said] == ["the part ended (exit 7)"] * 2


def test_a_part_that_ended_is_started_again_and_all_end_when_told(tmp_path: Path) -> None:
    starts = tmp_path / "starts"
    living = part(
        tmp_path,
        f"import time\nwith open({str(starts)!r}, 'a') as file:\n    file.write('x')\ntime.sleep(60)\n",
    )
    said: list[str] = []
    greeted = threading.Event()
    running = Supervisor([living], starts.exists, greeted.set, said.append)

    def disturb() -> None:
        assert greeted.wait(20)
        living.tell(signal.SIGKILL)
        while len(starts.read_text()) < 2:
            time.sleep(0.05)
        running.stop.set()

    disturbing = threading.Thread(target=disturb)
    disturbing.start()
    running.run()
    disturbing.join()
    assert said == ["the part ended (signal 9); started again in 0 s"]
    assert living.process is not None
    assert living.process.poll() == -signal.SIGTERM


def test_a_part_that_does_not_listen_is_ended_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervising, "PATIENCE", 0.3)
    ready = tmp_path / "ready"
    deaf = part(
        tmp_path,
        "import pathlib, signal, time\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        f"pathlib.Path({str(ready)!r}).touch()\ntime.sleep(60)\n",
    )
    end = threading.Event()
    running = Supervisor([deaf], ready.exists, end.set, lambda _: None, end)
    running.run()
    assert deaf.process is not None
    assert deaf.process.poll() == -signal.SIGKILL


def test_signals_are_as_before_when_it_has_ended(tmp_path: Path) -> None:
    before = signal.getsignal(signal.SIGTERM)
    end = threading.Event()
    running = Supervisor([], lambda: True, end.set, lambda _: None, end)
    running.run()
    assert signal.getsignal(signal.SIGTERM) is before
