"""Runs the console blocks of the pages.

A comment `<!-- scene: NAME -->` before a block prepares a new project (doc_scenes.SCENES). Blocks without a comment
continue in the project of the block before. A line `$ …` is a command, `> …` continues it, and its output follows. A
line `[…]` stands for any number of lines. `python tests/support/transcripts.py FILE…` writes the real output into the
pages.
"""

from __future__ import annotations

import re
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.support.doc_scenes import SCENES, ExampleProject

ROOT = Path(__file__).parents[2]
ANYTHING = "[…]"
BLOCK = re.compile(r"(?ms)^(?:<!-- scene: (?P<scene>[\w-]+) -->\n)?```console\n(?P<body>.*?)^```$")


def pages() -> list[Path]:
    return sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])


def commands(body: str) -> Iterator[tuple[str, str]]:
    """Yield (command as typed, expected output) for each command in a block."""
    for part in re.split(r"(?m)^(?=\$ )", body):
        if part:
            typed = re.match(r"\$ .*\n(?:> .*\n)*", part)
            assert typed, f"a console block must start with a command, not with {part!r}"
            yield typed[0], part[typed.end() :]


def script(typed: str) -> str:
    """Remove the prompts."""
    return re.sub(r"(?m)^[$>] ", "", typed)


def with_real_output(page: str, folder: Path) -> str:
    """Run the commands of a page and replace their output. `[…]` stays if it still matches."""
    projects: list[ExampleProject] = []

    def run(block: re.Match[str]) -> str:
        if block["scene"]:
            projects.append(ExampleProject(folder / str(len(projects))))
            SCENES[block["scene"]](projects[-1])
        parts = []
        for typed, expected in commands(block["body"]):
            output = projects[-1].run(script(typed))
            output += "\n" if output and not output.endswith("\n") else ""
            parts.append(typed + (expected if matches(expected, output) else output))
        return block[0].replace(block["body"], "".join(parts)) if block["body"] else block[0]

    return BLOCK.sub(run, page)


def matches(expected: str, output: str) -> bool:
    pattern = "".join(
        r"(?:.*\n)*?" if line == f"{ANYTHING}\n" else re.escape(line) for line in expected.splitlines(keepends=True)
    )
    return re.fullmatch(pattern, output) is not None


def main() -> None:
    for path in map(Path, sys.argv[1:]) if sys.argv[1:] else pages():
        page = path.read_text(encoding="utf-8")
        with tempfile.TemporaryDirectory() as folder:
            path.write_text(with_real_output(page, Path(folder)), encoding="utf-8")


if __name__ == "__main__":
    main()
