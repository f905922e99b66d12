"""Compares the scratch database with a server: `python benchmarks/truth.py SERVER PROJECT [PATCH …]`.

PROJECT is a checkout without changes, in which `git alembic drift` runs. SERVER is the URL of a server of its dialect,
on which `drift` makes its scratch databases and drops them. The whole history runs on both. Then each PATCH (of a
model, as `git diff` writes it) is staged and checked on both. Prints a Markdown row for each: how many operations are
the same, false (only the scratch's) and missed (only the server's), and the seconds. The operations that differ go to
stderr. At the end, the index and the working tree are as before.

Run it with the interpreter that git-alembic is installed for.
"""

from __future__ import annotations

import json
import subprocess
import sys
import sysconfig
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

DRIFT = (str(Path(sysconfig.get_path("scripts"), "git-alembic")), "drift", "--format", "json")
SETTINGS = "pyproject.toml"
TABLE = "[tool.git-alembic.drift]"


class Said(NamedTuple):
    """The answer of `drift`: the operations, the reason for no verdict (or ""), and the wall time."""

    operations: Counter[str]
    reason: str
    seconds: float


def git(project: Path, *arguments: str) -> str:
    return subprocess.run(("git", *arguments), cwd=project, check=True, capture_output=True, text=True).stdout


def drift(project: Path, *arguments: str) -> Said:
    began = time.perf_counter()
    done = subprocess.run((*DRIFT, *arguments), cwd=project, capture_output=True, text=True, check=False)
    seconds = time.perf_counter() - began
    if done.returncode not in (0, 1, 2):
        raise SystemExit(done.stderr)
    answer = json.loads(done.stdout)
    details = [detail for found in answer["findings"] for detail in found["details"] if found["rule"] == "model-drift"]
    return Said(Counter(one.partition(": ")[2] if one.startswith("line ") else one for one in details),
                answer["reason"] or "", seconds)  # fmt: skip


@contextmanager
def on_server(project: Path, server: str) -> Iterator[None]:
    """Make scratch databases on a server inside this context."""
    path = project / SETTINGS
    text = path.read_text(encoding="utf-8")
    setting = f"{TABLE}\ndatabase = {json.dumps(server)}\n"
    path.write_text(text.replace(TABLE, setting) if TABLE in text else f"{text}\n{setting}", encoding="utf-8")
    try:
        git(project, "add", SETTINGS)
        yield
    finally:
        path.write_text(text, encoding="utf-8")
        git(project, "add", SETTINGS)


@contextmanager
def staged(project: Path, patch: Path) -> Iterator[None]:
    git(project, "apply", "--index", str(patch.resolve()))
    try:
        yield
    finally:
        git(project, "apply", "--index", "--reverse", str(patch.resolve()))


def row(what: str, project: Path, server: str, *arguments: str) -> str:
    """Compare one check on both databases."""
    ours = drift(project, *arguments)
    with on_server(project, server):
        theirs = drift(project, *arguments)
    false, missed = ours.operations - theirs.operations, theirs.operations - ours.operations
    for word, operations in (("false", false), ("missed", missed)):
        for operation in operations.elements():
            print(f"{what}: {word}: {operation}", file=sys.stderr)
    for who, said in (("scratch", ours), ("server", theirs)):
        if said.reason:
            print(f"{what}: {who}: {said.reason}", file=sys.stderr)
    judged = "; ".join(who for who, said in (("scratch", ours), ("server", theirs)) if said.reason)
    cells = (what, (ours.operations & theirs.operations).total(), false.total(), missed.total(), judged or "none",
             f"{ours.seconds:.1f}", f"{theirs.seconds:.1f}")  # fmt: skip
    return "| {} |".format(" | ".join(map(str, cells)))


def main(argv: Sequence[str] | None = None) -> int:
    server, folder, *patches = sys.argv[1:] if argv is None else argv
    project = Path(folder)
    if git(project, "status", "--porcelain", "--untracked-files=no"):
        raise SystemExit(f"{project} has changes")
    print("| judged | equal | false | missed | could not judge | scratch s | server s |")
    print("|---|---|---|---|---|---|---|")
    print(row("--full", project, server, "--full"))
    for patch in map(Path, patches):
        with staged(project, patch):
            print(row(patch.stem, project, server), flush=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
