"""The options that the checking commands share."""

from __future__ import annotations

import argparse
from typing import Literal

from git_alembic.report import FORMATS, Format


class Options(argparse.Namespace):
    format: Format
    color: Literal["auto", "always", "never"]
    verbose: bool
    quiet: bool
    select: list[str]
    ignore: list[str]
    published: list[str]
    environment: list[str]
    against: list[str]
    from_ref: str | None
    to_ref: str | None
    rev: str | None
    update_heads_file: bool


def add_source_options(parser: argparse.ArgumentParser) -> None:
    """Add the options that choose a commit to check instead of the index."""
    parser.add_argument(
        "--from-ref", metavar="REF", help="check --to-ref against this commit, instead of the index against HEAD"
    )
    parser.add_argument("--to-ref", metavar="REF", help="the commit to check against --from-ref")
    parser.add_argument("--rev", metavar="REV", help="check everything in this commit, without a baseline")
    parser.add_argument(
        "--against",
        metavar="REF",
        action="append",
        default=[],
        help="also check the result of merging with REF (repeatable)",
    )


def add_report_options(parser: argparse.ArgumentParser) -> None:
    """Add the options that every checking command has."""
    parser.add_argument("--format", choices=FORMATS, default="text", help="the format of the report (default: text)")
    parser.add_argument(
        "--environment", metavar="NAME", action="append", default=[], help="check only this environment (repeatable)"
    )
    parser.add_argument(
        "--select", metavar="RULE", action="append", default=[], help="check only this rule (repeatable)"
    )
    parser.add_argument("--ignore", metavar="RULE", action="append", default=[], help="skip this rule (repeatable)")
    add_published_option(parser)
    parser.add_argument(
        "--color", choices=("auto", "always", "never"), default="auto", help="color the report (default: auto)"
    )
    parser.add_argument("-v", "--verbose", action="store_true", help="also print what was checked and what was allowed")
    parser.add_argument("-q", "--quiet", action="store_true", help="print one line per finding")


def add_published_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--published",
        metavar="REF",
        action="append",
        default=[],
        help="a ref whose revisions count as published (repeatable; default: the target branch)",
    )
