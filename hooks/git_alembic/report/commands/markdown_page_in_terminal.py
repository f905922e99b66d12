"""Formats a Markdown page of the documentation for a terminal, as a manual page. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from git_alembic.report.text import Page
from git_alembic.terminal.text_width import count_columns

_COMMENT = re.compile(r"<!--.*?-->\n?", re.DOTALL)
_LINK = re.compile(r"\[([^\]]+)\]\(([^)\s]+)\)")
_CODE = re.compile(r"`[^`]+`")
_ITEM = re.compile(r"(?:[-*]|\d+\.) ")
_COMMENTED = re.compile(r"(\s+)(?:(\S.*?) +)?# (.*)")
_INDENT = "    "
_WIDEST = 100  # columns; longer lines are hard to read


def page_text(markdown: str, page: Page) -> str:
    """Wrap the text to the width of `page`. Code keeps its lines."""
    width = min(page.width or _WIDEST, _WIDEST)
    narrow = Page(page.color, width, "", page.encoding)
    blocks = ["\n".join(_block(block, narrow)) for block in _blocks(_COMMENT.sub("", markdown))]
    return "\n\n".join(filter(None, blocks))


def _blocks(markdown: str) -> Iterator[list[str]]:
    """Yield the lines of each paragraph, list, table and heading. Code between fences is one block."""
    block: list[str] = []
    fenced = False
    for line in markdown.split("\n"):
        if line.lstrip().startswith("```"):
            fenced = not fenced
        elif line or fenced:
            block.append(f"{_INDENT}{line}" if fenced else line)
            continue
        if block:
            yield block
        block = []
    yield block


def _block(lines: list[str], page: Page) -> Iterator[str]:
    first = lines[0] if lines else ""
    if first.startswith("#"):
        title = first.lstrip("# ")
        yield page.paint(title if first.startswith("# ") else title.upper(), "path")
    elif first.startswith(_INDENT):
        yield from (line for code in lines for line in _code(code, page))
    elif first.startswith("|"):
        yield from (line for row in lines[2:] for line in _row(row, page))
    elif _ITEM.match(first):
        for item in re.split(r"\n(?=(?:[-*]|\d+\.) )", "\n".join(lines)):
            mark, _, text = item.partition(" ")
            yield from _wrap(text, page, mark)
    elif lines:
        yield from _wrap(" ".join(lines), page)


def _code(line: str, page: Page) -> Iterator[str]:
    """Yield a line of code unchanged. If it is too long, its comment moves to a line above."""
    code = f"{_INDENT}{line}".rstrip()
    statement = _COMMENTED.fullmatch(code)
    if count_columns(code) <= page.width or statement is None:
        yield code
        return
    start = f"{statement[1]}#"
    yield from page.wrap(statement[3], start, start, indent=f"{start} ")
    if statement[2]:
        yield f"{statement[1]}{statement[2]}"


def _row(row: str, page: Page) -> Iterator[str]:
    """Yield a row of a table: its first cell, then the other cells below it."""
    first, *others = (cell.strip() for cell in row.strip("|").split("|"))
    yield from _wrap(first, page)
    for cell in filter(None, others):
        yield from _wrap(cell, page, " ")


def _wrap(text: str, page: Page, mark: str = "") -> Iterator[str]:
    """Yield the lines of a text, with a bullet or a number before it."""
    plain = _LINK.sub(_link, " ".join(text.split())).replace("**", "")
    start = f"{_INDENT}{mark}" if mark else ""
    hanging = _INDENT + " " * (len(mark) + 1 if mark else 0)
    for line in page.wrap(plain, start, start, indent=hanging):
        yield _CODE.sub(lambda code: page.paint(code[0], "command"), line)


def _link(link: re.Match[str]) -> str:
    """Return the text of a link, with its address if it leaves the documentation."""
    return f"{link[1]} ({link[2]})" if "://" in link[2] else link[1]
