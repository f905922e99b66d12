"""Reads the repairs in text output, and pastes them into a shell."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

PATH = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
SHELLS = (("dash",), ("bash", "--norc"))
ASKING = ("git alembic fix", "git alembic sync")  # the tests answer yes
_INDENT = "    "


class Printed(NamedTuple):
    """The title of a repair, and the lines to paste."""

    title: str
    lines: tuple[str, ...]


def printed(text: str, rule: str) -> list[Printed]:
    """Return the repairs of the first finding of a rule, or of the first cause with this name."""
    lines = iter(text.split("\n"))
    found: list[Printed] = []
    for line in lines:
        if f" {rule}: " in f" {line} ":
            break
    for line in lines:
        if not line and not found:
            continue  # skip the drawing
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
    """Paste like a user, and answer yes.

    No line is a comment, because a prompt could read it as an answer. No line has dots to replace.
    """
    text = "\n".join(lines)
    assert not any(line.lstrip().startswith("#") or "…" in line for line in lines), text
    for command in ASKING:
        text = text.replace(f"{command} --yes", command).replace(command, f"{command} --yes")
    environ = {**os.environ, "PATH": PATH, "GIT_EDITOR": "echo work >"}  # the editor writes the commit message
    done = subprocess.run(shell, cwd=folder, env=environ, input=text, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{text}\n{done.stdout}{done.stderr}"
    assert "not found" not in done.stderr
