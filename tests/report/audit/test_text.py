"""The summary of an audit as text."""

from __future__ import annotations

import re

from git_alembic.audit.incidents import Incident
from git_alembic.report.audit import render_summary
from tests.support.example_audits import FORK, FORK_THAT_ENDED, LOST, summary

TEXT = """\
In 9,028 commits over 12 years, the migration history was broken once, for 2 days; the hooks would have stopped it.
The hooks would also have stopped 1 commit that deleted revisions that may have been applied to databases.
348 commits touch an Alembic environment.

rule                       commit      date        revisions            lasted  ended by                    where
multiple-heads             ffffffffff  1970-01-02  b, c                 2 days  merge revision m (eeeeeee)  db
deleted-revision (squash)  dddddddddd  1970-01-02  a, b, c and 4 more                                       db

Warnings:
  edited-revision  1,234

On branches:
  multiple-heads (error)  2"""


def test_text() -> None:
    found = summary(
        FORK_THAT_ENDED, LOST, warnings={"edited-revision": 1_234}, on_branches={("error", "multiple-heads"): 2}
    )
    output = render_summary(found, "text", "shop", {})
    assert re.sub(" +", " ", output) == re.sub(" +", " ", TEXT)


def test_a_table_that_is_too_wide_for_the_terminal_becomes_blocks() -> None:
    found = summary(FORK_THAT_ENDED, LOST)
    wide = render_summary(found, "text", "shop", {})
    width = max(map(len, wide.splitlines()))
    assert render_summary(found, "text", "shop", {}, width) == wide
    narrow = render_summary(found, "text", "shop", {}, 60)
    assert max(map(len, narrow.splitlines())) <= 60
    assert narrow.endswith(
        """\

1970-01-02  ffffffffff  multiple-heads
    b, c
    in db
    2 days, merge revision m (eeeeeee)

1970-01-02  dddddddddd  deleted-revision (squash)
    a, b, c and 4 more
    in db"""
    )


def test_an_open_incident_is_marked() -> None:
    plain = Incident(**{**vars(LOST), "kind": ""})
    rows = render_summary(summary(FORK, plain), "text", "shop", {}).splitlines()
    assert ["still there" in row for row in rows if "ffffffffff" in row] == [True]
    assert ["never brought back" in row for row in rows if "dddddddddd" in row] == [True]
