"""Measures how the time grows with hostile sizes. Each size must end with a verdict or exit code 2.

Prints a Markdown table: python benchmarks/hostile.py [--quick]
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from repositories import git

SHORTENED = 10  # with --quick, each size is divided by this
INI = "[alembic]\nscript_location = m\n"
REVISION = "revision = {id!r}\ndown_revision = {down!r}\n"


class Case(NamedTuple):
    """One kind of size: `prepare` makes a repository of that size, and returns (arguments, standard input)."""

    what: str
    sizes: tuple[int, ...]
    prepare: Callable[[Path, int], tuple[list[str], str]]


def main() -> None:
    """Print one row per case: the seconds for each size, and the growth from the first to the last."""
    quick = "--quick" in sys.argv[1:]
    print("| what | sizes | seconds | exit codes | growth of the size | growth of the time |")
    print("|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        for number, case in enumerate(CASES):
            sizes = [size // SHORTENED if quick else size for size in case.sizes]
            runs = [measure(Path(folder) / f"{number}-{size}", case, size) for size in sizes]
            seconds = [seconds for seconds, _ in runs]
            cells = [
                case.what,
                ", ".join(f"{size:,}" for size in sizes),
                ", ".join(f"{each:.2f}" for each in seconds),
                ", ".join(str(code) for _, code in runs),
                f"{sizes[-1] / sizes[0]:.0f}",
                f"{seconds[-1] / seconds[0]:.1f}",
            ]
            print(f"| {' | '.join(cells)} |", flush=True)


def measure(folder: Path, case: Case, size: int) -> tuple[float, int]:
    """Return (seconds, exit code) of one run."""
    folder.mkdir()
    for command in (
        ["init", "-q", "-b", "main"],
        ["config", "user.name", "b"],
        ["config", "user.email", "b@example.org"],
    ):
        git(folder, *command)
    write(folder, "alembic.ini", INI)
    write(folder, "m/env.py", "")
    write(folder, "m/versions/a.py", REVISION.format(id="a", down=None))
    commit(folder)
    git(folder, "update-ref", "refs/remotes/origin/main", "HEAD")
    git(folder, "remote", "add", "origin", str(folder))
    arguments, stdin = case.prepare(folder, size)
    program = Path(sys.executable).with_name("git-alembic")
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "PRE_COMMIT"))}
    begun = time.perf_counter()
    done = subprocess.run(
        [program, *arguments], cwd=folder, input=stdin, text=True, capture_output=True, check=False, env=environ
    )
    return time.perf_counter() - begun, done.returncode


def write(folder: Path, path: str, text: str) -> None:
    (folder / path).parent.mkdir(parents=True, exist_ok=True)
    (folder / path).write_text(text)


def commit(folder: Path) -> None:
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "x")


def import_commits(folder: Path, ref: str, count: int, start: str = "") -> None:
    """Make commits that change a file, each on top of the previous one."""

    def lines() -> Iterator[str]:
        for number in range(count):
            origin = f"from {start}\n" if start and not number else ""
            head = f"commit {ref}\ncommitter b <b@example.org> {1_700_000_000 + number} +0000\ndata 1\nx\n"
            yield f"{head}{origin}M 100644 inline README\ndata {len(str(number))}\n{number}\n"

    subprocess.run(
        ["git", "fast-import", "--quiet", "--force"], cwd=folder, input="".join(lines()), text=True, check=True
    )


def pushed_branches(folder: Path, size: int) -> tuple[list[str], str]:
    import_commits(folder, "refs/heads/topic", size, "refs/heads/main")
    ids = subprocess.run(
        ["git", "rev-list", "topic"], cwd=folder, capture_output=True, text=True, check=True
    ).stdout.split()
    lines = [f"refs/heads/b{n} {id_} refs/heads/b{n} {'0' * 40}\n" for n, id_ in enumerate(ids[:size])]
    return ["pre-push", "origin", "url"], "".join(lines)


def unreachable_commits(folder: Path, size: int) -> tuple[list[str], str]:
    import_commits(folder, "refs/heads/gone", size)
    git(folder, "update-ref", "-d", "refs/heads/gone")
    return ["restore", "nowhere"], ""


def interpolation(folder: Path, size: int) -> tuple[list[str], str]:
    width = size // 10
    bomb = "".join(f"a{n} = {f'%(a{n + 1})s' * width}\n" for n in range(9))
    write(folder, "alembic.ini", f"[alembic]\nscript_location = %(a0)s\n{bomb}a9 = {'x' * width}\n")
    git(folder, "add", "-A")
    return ["check"], ""


def toml_keys(folder: Path, size: int) -> tuple[list[str], str]:
    write(folder, "pyproject.toml", f"[tool.git-alembic]\n{'.'.join(['a'] * size)} = 1\n")
    git(folder, "add", "-A")
    return ["check"], ""


def toml_brackets(folder: Path, size: int) -> tuple[list[str], str]:
    write(folder, "pyproject.toml", f"[tool.git-alembic]\nx = {'[' * size}\n")
    git(folder, "add", "-A")
    return ["check"], ""


def revision(text: Callable[[int], str]) -> Callable[[Path, int], tuple[list[str], str]]:
    """Stage one revision file of that size."""

    def prepare(folder: Path, size: int) -> tuple[list[str], str]:
        write(folder, "m/versions/b.py", REVISION.format(id="b", down="a") + text(size))
        git(folder, "add", "-A")
        return ["check"], ""

    return prepare


def numbered(line: str, count: int) -> str:
    return "".join(line.replace("#", str(number)) for number in range(count))


CASES = (
    Case("lines of `x = (` in a revision", (50_000, 200_000), revision(lambda size: "x = (\n" * size)),
    Case(
        "names of a revision under as many unknown `if`s",
        (750, 3_000),
        revision(lambda size: numbered("n# = [1]\n", size) + numbered("if f(): n# = 2\n", size)),
    ),
    Case("numbers in a list", (750_000, 3_000_000), revision(lambda size: "x = [" + "1, " * size + "]\n")),
    Case(
        "missing parents of a revision",
        (5_000, 20_000),
        revision(lambda size: "down_revision = ['a', " + numbered("'p#', ", size) + "]\n"),
    ),
    Case("functions that are alike", (10_000, 40_000), revision(lambda size: "def f(): pass\n" * size)),
    Case("strings of a newer Python", (5_000, 20_000), revision(lambda size: "x = f'{'a'}'\n" * size)),
    Case("branches in one push", (1_000, 10_000), pushed_branches),
    Case("unreachable commits in `restore`", (10_000, 100_000), unreachable_commits),
    Case("references of an ini value, nine levels deep", (1_000, 10_000), interpolation),
    Case("parts of a TOML key", (5_000, 50_000), toml_keys),
    Case("open brackets in TOML", (5_000, 50_000), toml_brackets),
)

if __name__ == "__main__":
    main()
