"""The console blocks of the documents, run for real.

A comment `<!-- scene: NAME -->` before a block prepares a new project (stage.SCENES); blocks without one go on in the
project of the block before. A line `$ …` is a command, `> …` goes on with it; what follows is its output. A line `[…]`
stands for any number of lines. `python tests/support/transcripts.py FILE…` writes the real output into the documents.
"""

from __future__ import annotations

import re
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.support.doc_scenes import SCENES, Stage

ROOT = Path(__file__).parents[2]
ANYTHING = "[…]"
FENCE = re.compile(r"(?ms)^(?:<!-- scene: (?P<scene>[\w-]+) -->\n)?```console\n(?P<body>.*?)^```$")


def documents() -> list[Path]:
    return sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])


def commands(body: str) -> Iterator[tuple[str, str]]:
    """(command as it is typed, expected output) of each command of a block."""
    for part in re.split(r"(?m)^(?=\$ )", body):
        if part:
            typed = re.match(r"\$ .*\n(?:> .*\n)*", part)
            assert typed, f"a console block has to begin with a command, not with {part!r}"
            yield typed[0], part[typed.end() :]


def shell(typed: str) -> str:
    return re.sub(r"(?m)^[$>] ", "", typed)


def performed(text: str, folder: Path) -> str:
    """A document with the output that its commands have today; where a `[…]` fits, it stays."""
    stage: list[Stage] = []

    def run(block: re.Match[str]) -> str:
        if block["scene"]:
            stage.append(Stage(folder / str(len(stage))))
            SCENES[block["scene"]](stage[-1])
        parts = []
        for typed, expected in commands(block["body"]):
            found = stage[-1].run(shell(typed))
            found += "\n" if found and not found.endswith("\n") else ""
            parts.append(typed + (expected if fits(expected, found) else found))
        start = block["body"]
        return block[0].replace(start, "".join(parts)) if start else block[0]

    return FENCE.sub(run, text)


def fits(expected: str, found: str) -> bool:
    pattern = "".join(
        r"(?:.*\n)*?" if line == f"{ANYTHING}\n" else re.escape(line) for line in expected.splitlines(keepends=True)
    )
    return re.fullmatch(pattern, found) is not None


def main() -> None:
    for path in map(Path, sys.argv[1:]) if sys.argv[1:] else documents():
        text = path.read_text(encoding="utf-8")
        with tempfile.TemporaryDirectory() as folder:
            path.write_text(performed(text, Path(folder)), encoding="utf-8")


if __name__ == "__main__":
    main()
