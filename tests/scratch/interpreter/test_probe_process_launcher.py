"""Why the project's code gave no answer, and the variables that it gets."""

from __future__ import annotations

import os
import signal

import pytest

from git_alembic.scratch.channel.child_process import NoAnswer
from git_alembic.scratch.interpreter.probe_process_launcher import (
    exit_on_signals,
    explain_no_answer,
    inherited_variables,
)

ENDED = "before the project's code had finished"


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (
            NoAnswer(limit="within 9 seconds of CPU time"),
            "the project's code did not finish within 9 seconds of CPU time in py",
        ),
        (NoAnswer(0, ["x"], broken="it is short"), "the response from py is incomplete: it is short: x"),
        (NoAnswer(0, broken="it is short"), "the response from py is incomplete: it is short"),
        (NoAnswer(), f"py closed its output {ENDED}"),
        (NoAnswer(0), f"py ended with exit code 0 {ENDED}"),
        (NoAnswer(3, ["first", "last"]), f"py ended with exit code 3 {ENDED}: last"),
        (NoAnswer(-11), f"py was killed by signal 11 {ENDED}"),
        (NoAnswer(-9), f"py was killed by signal 9 (the system may be out of memory) {ENDED}"),
    ],
)
def test_sentence(error: NoAnswer, expected: str) -> None:
    assert explain_no_answer("py", error) == expected


def test_variables_of_git_and_of_our_python_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        monkeypatch.delenv(name)
    for name in ("GIT_DIR", "PYTHONPATH", "PRE_COMMIT_HOME", "__PYVENV_LAUNCHER__", "PATH", "MY_PYTHON"):
        monkeypatch.setenv(name, "x")
    assert inherited_variables() == {"PATH": "x", "MY_PYTHON": "x"}


def test_signals_become_an_exit() -> None:
    before = signal.getsignal(signal.SIGTERM)
    with pytest.raises(SystemExit) as caught, exit_on_signals():
        os.kill(os.getpid(), signal.SIGTERM)
    assert caught.value.code == 128 + signal.SIGTERM
    assert signal.getsignal(signal.SIGTERM) == before


def test_a_signal_that_is_already_handled_stays_so() -> None:
    before = signal.signal(signal.SIGTERM, signal.SIG_IGN)
    try:
        with exit_on_signals():
            os.kill(os.getpid(), signal.SIGTERM)
        assert signal.getsignal(signal.SIGTERM) == signal.SIG_IGN
    finally:
        signal.signal(signal.SIGTERM, before)
