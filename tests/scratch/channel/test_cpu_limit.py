"""The limits of a child process: its CPU time, and time without using any."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from git_alembic.scratch.channel import cpu_limit
from git_alembic.scratch.channel.cpu_limit import CpuLimit


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
