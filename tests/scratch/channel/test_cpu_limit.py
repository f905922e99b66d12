"""The limits of a child process: its CPU time, and time without using any. Programs run to their end or a limit."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from git_alembic.scratch.channel import cpu_limit
from git_alembic.scratch.channel.cpu_limit import CpuLimit, LimitReached, ProgramResult, run_program
from tests.support.condition_waiting import comes_true


@pytest.fixture
def used(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Return the CPU seconds that a session has used at each poll, the last one from then on."""
    times: list[float] = [5.0]

    def seconds(_: int) -> float:
        return times.pop(0) if times[1:] else times[0]

    monkeypatch.setattr(cpu_limit, "_cpu_seconds", seconds)
    return times


def answers(limit: CpuLimit, polls: int) -> Iterator[str]:
    return (limit.find_reached_limit() for _ in range(polls))


@pytest.mark.parametrize(("seconds", "poll"), [(1, 0.1), (10, 1.0), (50, 5.0), (900, 5.0)])
def test_time_between_polls(used: list[float], seconds: int, poll: float) -> None:
    assert CpuLimit(1, seconds).poll == poll


def test_cpu_time_counts_from_the_start(used: list[float]) -> None:
    used[:] = [5.0, 6.0, 15.0, 15.5]
    assert list(answers(CpuLimit(1, 10), 3)) == ["", "", "within 10 seconds of CPU time"]


def test_an_idle_process(used: list[float]) -> None:
    assert list(answers(CpuLimit(1, 20), 11)) == [""] * 9 + ["and was idle for 20 seconds"] * 2


def test_each_sign_of_life_starts_the_idle_time_again(used: list[float]) -> None:
    used[:] = [5.0, *[5.0] * 9, 5.1, *[5.1] * 10]
    assert list(answers(CpuLimit(1, 10), 20)) == [""] * 19 + ["and was idle for 10 seconds"]


PATIENT = 600  # seconds that no program here needs


def run(code: str, folder: Path, *arguments: str, seconds: int = PATIENT, data: bytes = b"") -> ProgramResult:
    return run_program([sys.executable, "-c", code, *arguments], cwd=str(folder), seconds=seconds, data=data)


def test_a_program_ends_with_its_code_and_both_outputs(tmp_path: Path) -> None:
    code = "import sys, os; print(os.getcwd()); print(sys.stdin.read(), file=sys.stderr); sys.exit(3)"
    (tmp_path / "here").mkdir()
    result = run(code, tmp_path / "here", data=b"some words")
    assert result == ProgramResult(3, os.fsencode(tmp_path / "here") + b"\n", b"some words\n")


def test_without_data_the_input_is_empty(tmp_path: Path) -> None:
    assert run("import sys; sys.exit(repr(sys.stdin.read()))", tmp_path).errors == b"''\n"


def test_the_environment_is_the_given_one(tmp_path: Path) -> None:
    code = "import os; print(os.environ.get('SHOP'), 'HOME' in os.environ)"
    done = run_program([sys.executable, "-c", code], cwd=str(tmp_path), seconds=PATIENT, env={"SHOP": "open"})
    assert done.output == b"open False\n"


def test_much_input_and_output_at_once(tmp_path: Path) -> None:
    code = "import sys; data = sys.stdin.read(); sys.stdout.write(data); sys.stderr.write(data)"
    data = b"x" * 3_000_000
    assert run(code, tmp_path, data=data) == ProgramResult(0, data, data)


def test_a_missing_program_is_an_error_of_the_system(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        run_program([str(tmp_path / "missing")], cwd=str(tmp_path), seconds=PATIENT)


def test_a_program_that_only_computes_is_stopped(tmp_path: Path) -> None:
    with pytest.raises(LimitReached, match=r"^within 2 seconds of CPU time$"):
        run("while True: pass", tmp_path, seconds=2)


def test_a_program_is_stopped_with_its_children(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class AfterTheChildStarted:
        poll = 0.05

        def __init__(self, session: int, seconds: int) -> None:
            assert (session > 0, seconds) == (True, 7)

        def find_reached_limit(self) -> str:
            return "and was idle" if (tmp_path / "started").exists() else ""

    monkeypatch.setattr(cpu_limit, "CpuLimit", AfterTheChildStarted)
    child = (
        "import os, time; open('child', 'w').write(str(os.getpid())); os.rename('child', 'started'); time.sleep(3600)"
    )
    code = "import subprocess, sys; subprocess.run([sys.executable, '-c', sys.argv[1]])"
    with pytest.raises(LimitReached, match=r"^and was idle$"):
        run(code, tmp_path, child, seconds=7)
    number = int((tmp_path / "started").read_text(encoding="utf-8"))
    assert comes_true(lambda: not is_running(number))


def is_running(number: int) -> bool:
    """True for a process that is neither gone nor a zombie that nobody has waited for yet."""
    try:
        state = Path(f"/proc/{number}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"
