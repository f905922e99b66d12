"""The command line: which command runs, with which arguments, and the exit code of each way to end."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path
from types import SimpleNamespace

import pytest

from git_alembic import __version__
from git_alembic.cli import COMMANDS, PURPOSE, main, module_of
from git_alembic.errors import CannotCheck

FULL = Path("/dev/full")
USAGE = "usage: git alembic [--version] [--help] <command> [<options>]\n"
Command = Callable[[Sequence[str]], int]
Install = Callable[[Command], None]


@pytest.fixture
def install(monkeypatch: pytest.MonkeyPatch) -> Install:
    """Return a function that makes `pre-push` another command."""

    def replace(command: Command) -> None:
        monkeypatch.setitem(sys.modules, module_of("pre-push"), SimpleNamespace(main=command))

    return replace


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_its_module(command: str) -> None:
    assert find_spec(module_of(command))


@pytest.mark.parametrize(
    ("argv", "arguments"),
    [
        (["pre-push"], []),
        (["pre-push", "origin", "-x"], ["origin", "-x"]),
        (["pre-push", "--help"], ["--help"]),
        (["help", "pre-push"], ["--help"]),
        (["help", "pre-push", "rest"], ["--help"]),
    ],
)
def test_arguments_of_a_command(install: Install, argv: list[str], arguments: list[str]) -> None:
    received: list[Sequence[str]] = []

    def command(given: Sequence[str]) -> int:
        received.append(given)
        return 1

    install(command)
    assert (main(argv), received) == (1, [arguments])


def test_arguments_of_the_process(install: Install, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["git-alembic", "pre-push", "origin"])
    install(len)
    assert main() == 1


def raising(error: BaseException) -> Command:
    """Return a command that raises the error."""

    def command(_: Sequence[str]) -> int:
        raise error

    return command


@pytest.mark.parametrize(
    ("command", "code", "errors"),
    [
        (lambda _: 0, 0, ""),
        (lambda _: 1, 1, ""),
        (raising(CannotCheck("there is no table")), 2, "git-alembic: there is no table\n"),
        (
            raising(OSError(errno.ENOSPC, "No space left on device")),
            2,
            "git-alembic: a temporary file could not be written: No space left on device\n",
        ),
        (raising(KeyboardInterrupt()), 130, ""),
    ],
    ids=["clean", "findings", "cannot check", "full disk", "Ctrl-C"],
)
def test_exit_codes(
    install: Install, capsys: pytest.CaptureFixture[str], command: Command, code: int, errors: str
) -> None:
    install(command)
    assert (main(["pre-push"]), *capsys.readouterr()) == (code, "", errors)


@pytest.mark.parametrize("error", [ValueError("a bug"), OSError(errno.ENOENT, "a bug")])
def test_a_bug_is_no_finding(install: Install, capsys: pytest.CaptureFixture[str], error: Exception) -> None:
    install(raising(error))
    assert main(["pre-push"]) == 3
    output, errors = capsys.readouterr()
    assert (output, errors.splitlines()[0]) == ("", "Traceback (most recent call last):")
    assert errors.endswith("a bug\n")


def test_the_usage_error_of_a_command_ends_the_process(install: Install) -> None:
    install(raising(SystemExit(2)))
    with pytest.raises(SystemExit):
        main(["pre-push"])


@pytest.mark.parametrize("argv", [["--help"], ["-h"], ["help"], []])
def test_help(capsys: pytest.CaptureFixture[str], argv: list[str]) -> None:
    """Without a command, it is an error."""
    assert main(argv) == (0 if argv else 2)
    output, errors = capsys.readouterr()
    assert bool(output) is bool(argv)
    text = output + errors
    assert text.startswith(f"{USAGE}\n{PURPOSE}\n\n  check        {COMMANDS['check']}\n  pre-push     ")
    assert text.endswith("\n\n`git alembic <command> -h` lists the options of a command.\n")
    assert [line.split()[0] for line in text.splitlines()[4:-2]] == list(COMMANDS)


@pytest.mark.parametrize("argv", [["--version"], ["-V"], ["version"]])
def test_version(capsys: pytest.CaptureFixture[str], argv: list[str]) -> None:
    assert main(argv) == 0
    assert capsys.readouterr().out.split()[:2] == ["git-alembic", __version__]


@pytest.mark.parametrize(
    ("argv", "message"),
    [
        (["chekc"], "there is no command 'chekc' (did you mean 'check'?)"),
        (["help", "pre_push"], "there is no command 'pre_push' (did you mean 'pre-push'?)"),
        (["zzz", "--help"], "there is no command 'zzz'"),
        (["--format", "json", "check"], "there is no command '--format'"),
    ],
)
def test_unknown_command(capsys: pytest.CaptureFixture[str], argv: list[str], message: str) -> None:
    assert main(argv) == 2
    assert capsys.readouterr() == ("", f"git-alembic: {message}\n{USAGE}")


RUN = """
import sys
from types import SimpleNamespace
from git_alembic import cli
class Dying:
    def __del__(self):
        print("teardown")
kept = Dying()
sys.modules[cli.module_of("check")] = SimpleNamespace(main=lambda _: print("checked") or 1)
cli.run()
"""


class TestProcess:
    def test_ends_without_teardown(self) -> None:
        """What was printed is complete."""
        done = subprocess.run([sys.executable, "-I", "-c", RUN, "check"], capture_output=True, text=True, check=False)
        assert (done.returncode, done.stdout, done.stderr) == (1, "checked\n", "")

    @pytest.mark.skipif(not FULL.exists(), reason="only Linux has a device that is always full")
    def test_output_that_cannot_be_written(self) -> None:
        with FULL.open("wb") as full:
            done = subprocess.run(
                [sys.executable, "-I", "-c", RUN, "check"], stdout=full, stderr=subprocess.PIPE, text=True, check=False
            )
        assert (done.returncode, os.strerror(errno.ENOSPC) in done.stderr) == (120, True)
