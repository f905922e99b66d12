"""The options of a checking command: their defaults, and their values."""

from __future__ import annotations

import argparse
from typing import Any

import pytest

from git_alembic.checking.shared_command_line_options import (
    Options,
    add_published_option,
    add_report_options,
    add_source_options,
)

DEFAULTS: dict[str, Any] = {
    "against": [],
    "color": "auto",
    "environment": [],
    "format": "text",
    "from_ref": None,
    "ignore": [],
    "published": [],
    "quiet": False,
    "rev": None,
    "select": [],
    "to_ref": None,
    "verbose": False,
}


@pytest.fixture
def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="p")
    add_source_options(parser)
    add_report_options(parser)
    return parser


@pytest.mark.parametrize(
    ("line", "values"),
    [
        ("", {}),
        ("--from-ref main --to-ref HEAD", {"from_ref": "main", "to_ref": "HEAD"}),
        ("--rev HEAD", {"rev": "HEAD"}),
        ("--against main --against topic", {"against": ["main", "topic"]}),
        *((f"--format {name}", {"format": name}) for name in ("text", "json", "github", "gitlab", "sarif")),
        ("--environment a --environment b", {"environment": ["a", "b"]}),
        ("--select cycle --select missing-parent", {"select": ["cycle", "missing-parent"]}),
        ("--ignore cycle --ignore missing-parent", {"ignore": ["cycle", "missing-parent"]}),
        ("--published main --published v1", {"published": ["main", "v1"]}),
        *((f"--color {when}", {"color": when}) for when in ("auto", "always", "never")),
        ("-v -q", {"verbose": True, "quiet": True}),
        ("--verbose --quiet", {"verbose": True, "quiet": True}),
    ],
)
def test_values(parser: argparse.ArgumentParser, line: str, values: dict[str, Any]) -> None:
    assert vars(parser.parse_args(line.split(), Options())) == {**DEFAULTS, **values}


def test_lists_are_not_shared_between_runs(parser: argparse.ArgumentParser) -> None:
    parser.parse_args(["--against", "main", "--select", "cycle", "--published", "v1"], Options())
    assert vars(parser.parse_args([], Options())) == DEFAULTS


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("--format xml", "argument --format: invalid choice: 'xml'"),
        ("--color red", "argument --color: invalid choice: 'red'"),
        ("--rev", "argument --rev: expected one argument"),
        ("--quiet=1", "argument -q/--quiet: ignored explicit argument '1'"),
    ],
)
def test_errors(parser: argparse.ArgumentParser, capsys: pytest.CaptureFixture[str], line: str, message: str) -> None:
    with pytest.raises(SystemExit):
        parser.parse_args(line.split(), Options())
    assert f"p: error: {message}" in capsys.readouterr().err


def test_published_refs_alone() -> None:
    parser = argparse.ArgumentParser()
    add_published_option(parser)
    assert vars(parser.parse_args(["--published", "main"])) == {"published": ["main"]}
