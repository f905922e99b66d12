"""Errors about unknown options, and help for the width of the terminal."""

from __future__ import annotations

import pytest

from git_alembic.terminal.argument_parser import ArgumentParser


@pytest.fixture
def parser() -> ArgumentParser:
    made = ArgumentParser("prog", "Does something.")
    made.add_argument(
        "--format", choices=("text", "json"), help="how to print the report, with a long explanation of it"
    )
    made.add_argument("-q", "--quiet", action="store_true")
    return made


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--fromat", "json"], "unrecognized arguments: --fromat json (did you mean '--format'?)"),
        (["--quite"], "unrecognized arguments: --quite (did you mean '--quiet'?)"),
        (["--fromat=json", "x"], "unrecognized arguments: --fromat=json x (did you mean '--format'?)"),
        (["--zzzz"], "unrecognized arguments: --zzzz"),
        (["-z"], "unrecognized arguments: -z"),
        (["quiet"], "unrecognized arguments: quiet"),
        (["--format"], "argument --format: expected one argument"),
    ],
)
def test_errors(parser: ArgumentParser, capsys: pytest.CaptureFixture[str], arguments: list[str], message: str) -> None:
    with pytest.raises(SystemExit) as caught:
        parser.parse_args(arguments)
    assert caught.value.code == 2
    usage, *_, last = capsys.readouterr().err.splitlines()
    assert usage.startswith("usage: prog ")
    assert last == f"prog: error: {message}"


@pytest.mark.parametrize("width", [40, 100, 200])
def test_help_has_the_width_of_the_terminal(
    parser: ArgumentParser, monkeypatch: pytest.MonkeyPatch, width: int
) -> None:
    """A parser formats for 80 columns until somebody asks for help."""
    parser.add_argument("--long", help=" ".join(["word"] * 99))
    monkeypatch.setenv("COLUMNS", str(width))
    longest = max(map(len, parser.format_help().splitlines()))
    assert width - 10 < longest <= width
