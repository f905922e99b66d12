"""The summary of an audit as Markdown."""

from __future__ import annotations

from git_alembic.report.audit import render_summary
from tests.support.example_audits import FORK_THAT_ENDED, HOSTILE, summary


def test_markdown_escapes_foreign_text() -> None:
    output = render_summary(summary(FORK_THAT_ENDED), "markdown", "<b>shop", HOSTILE)
    (row,) = (line for line in output.splitlines() if "ffffffffff" in line)
    assert r"\<script\>alert(1)\</script\> \| @" + "\u200b" + r"everyone \#1 \*b\*" in row
    assert output.startswith(r"# Alembic history of \<b\>shop")
    assert "\x1b" not in output
