"""Pages of the documentation on a terminal."""

from __future__ import annotations

import pytest

from git_alembic.report.commands.markdown_page_in_terminal import page_text
from git_alembic.report.documentation_paths_and_urls import pages, topics
from git_alembic.report.text import Page
from git_alembic.terminal.text_width import count_columns

MARKDOWN = """\
# stale-parent

The line names a parent
that is gone. See [another rule](other.md) and [the manual](https://example.org/x).

<!-- scene: project -->
```console
$ git alembic check

two  lines
```

## Turn it off

Once, with `GIT_ALEMBIC_ALLOW=stale-parent git commit` before it:

    stale-parent = "off"       # or "error", for a team that reads every line
    # a comment that is longer than the line

- One item of a list
  on two lines.
- **Another** one.

| key | sets |
|---|---|
| `heads` | how many heads the history can have, and where |
"""
TEXT = """\
stale-parent

    The line names a parent that is gone.
    See another rule and the manual
    (https://example.org/x).

        $ git alembic check

        two  lines

TURN IT OFF

    Once, with
    `GIT_ALEMBIC_ALLOW=stale-parent git commit`
    before it:

        # or "error", for a team that
        # reads every line
        stale-parent = "off"
        # a comment that is longer than
        # the line

    - One item of a list on two lines.
    - Another one.

    `heads`
      how many heads the history can have,
      and where"""


def test_a_page() -> None:
    assert page_text(MARKDOWN, Page(color=False, width=42, command="")) == TEXT


def test_colors_are_an_accent() -> None:
    text = page_text("# a\n\nRun `git alembic fix`.\n\n## Why\n", Page(color=True, width=80, command=""))
    assert text == "\x1b[1ma\x1b[0m\n\n    Run \x1b[36m`git alembic fix`\x1b[0m.\n\n\x1b[1mWHY\x1b[0m"


def test_a_wide_terminal_keeps_lines_short() -> None:
    lines = page_text("# a\n\n" + "word " * 100, Page(color=False, width=300, command="")).split("\n")
    assert max(map(len, lines)) <= 100


@pytest.mark.parametrize("name", sorted({*pages(), *topics()} - {"schema"}))
def test_every_page_fits_into_80_columns(name: str) -> None:
    """Only code can be wider, because a command must stay on its line."""
    markdown = {**pages(), **topics()}[name].read_text(encoding="utf-8")
    text = page_text(markdown, Page(color=False, width=80, command=""))
    assert [line for line in text.split("\n") if count_columns(line) > 80 and not line.startswith(" " * 8)] == []
    words = set(markdown.replace("**", "").split())
    for line in text.split("\n"):
        assert not line or line.split()[-1] in words or line.isupper() or "](" in markdown
