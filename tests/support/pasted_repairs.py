"""Repairs as text prints them, and a shell that they are pasted into."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

PATH = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
SHELLS = (("dash",), ("bash", "--norc"))
ASKING = ("git alembic fix", "git alembic sync")  # answered with yes
_INDENT = "    "


class Printed(NamedTuple):
    """One repair: its title, and the lines to paste."""

    title: str
    lines: tuple[str, ...]


def printed(text: str, rule: str) -> list[Printed]:
    """The repairs of the first finding of a rule, or of the first cause with this name."""
    lines = iter(text.split("\n"))
    found: list[Printed] = []
    for line in lines:
        if f" {rule}: " in f" {line} ":
            break
    for line in lines:
        if not line and not found:
            continue  # the drawing
        if not line.startswith(" ") or line.startswith(("  More:", "  To allow")):
            break
        if start := re.match(r"  (?:To repair: |Or: |Or (?=by hand:))", line):
            found.append(Printed(line[start.end() :], ()))
        elif found and line.startswith(_INDENT):
            found[-1] = found[-1]._replace(lines=(*found[-1].lines, line.removeprefix(_INDENT)))
        elif found:
            found[-1] = found[-1]._replace(title=f"{found[-1].title} {line.strip()}")
    return found


def paste(folder: Path, lines: tuple[str, ...], shell: tuple[str, ...] = SHELLS[0]) -> None:
    """As a user would. No line is a comment, which a prompt could take for an answer, and none has dots to replace."""
    text = "\n".join(lines)
    assert not any(line.lstrip().startswith("#") or "…" in line for line in lines), text
    for command in ASKING:
        text = text.replace(f"{command} --yes", command).replace(command, f"{command} --yes")
    environ = {**os.environ, "PATH": PATH, "GIT_EDITOR": "echo work >"}  # of the message of `git commit`
    done = subprocess.run(shell, cwd=folder, env=environ, input=text, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{text}\n{done.stdout}{done.stderr}"
    assert "not found" not in done.stderr
