"""Measures how time and memory grow with hostile sizes.

Prints a Markdown table: python benchmarks/hostile.py [--quick] [WORD IN A CASE]

The exit code is 1 if a run ends without a verdict (with another exit code than 0, 1 and 2), or if the processor time or
the memory grows MOST_GROWTH times as fast as the size.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from repositories import git

SHORTENED = 10  # with --quick, each size is divided by this
MOST_GROWTH = 1.7  # limit of growth, relative to the size; times vary with the load of the machine
LEAST_SECONDS = 0.3  # Python and git need this to start
INI = "[alembic]\nscript_location = m\n"
REVISION = "revision = {id!r}\ndown_revision = {down!r}\n"


class Case(NamedTuple):
    """One kind of size: `prepare` makes a repository of that size, and returns (arguments, standard input)."""

    what: str
    sizes: tuple[int, ...]
    prepare: Callable[[Path, int], tuple[list[str], str]]


class Measured(NamedTuple):
    """Results of one run: its processor time in seconds, with git's, and its own peak memory in megabytes."""

    seconds: float
    megabytes: float
    code: int


def main() -> None:
    """Print one row per case, with the growth from the first size to the last."""
    quick = "--quick" in sys.argv[1:]
    words = [word for word in sys.argv[1:] if word != "--quick"]
    print("| what | sizes | seconds | megabytes | exit codes | growth of the size | of the time | of the memory |")
    print("|---|---|---|---|---|---|---|---|")
    held = True
    with tempfile.TemporaryDirectory() as folder:
        for number, case in enumerate(case for case in CASES if all(word in case.what for word in words)):
            sizes = [size // SHORTENED if quick else size for size in case.sizes]
            runs = [measure(Path(folder) / f"{number}-{size}", case, size) for size in sizes]
            print(row(case, sizes, runs), flush=True)
            held &= holds(sizes, runs)
    sys.exit(not held)


def row(case: Case, sizes: Sequence[int], runs: Sequence[Measured]) -> str:
    cells = [
        case.what,
        ", ".join(f"{size:,}" for size in sizes),
        ", ".join(f"{run.seconds:.2f}" for run in runs),
        ", ".join(f"{run.megabytes:.0f}" for run in runs),
        ", ".join(str(run.code) for run in runs),
        f"{sizes[-1] / sizes[0]:.0f}",
        f"{runs[-1].seconds / runs[0].seconds:.1f}",
        f"{runs[-1].megabytes / runs[0].megabytes:.1f}",
    ]
    return f"| {' | '.join(cells)} |"


def holds(sizes: Sequence[int], runs: Sequence[Measured]) -> bool:
    """True if every run ended with a verdict, and nothing grew much faster than the size."""
    most = MOST_GROWTH * sizes[-1] / sizes[0]
    first, last = runs[0], runs[-1]
    grown = max(last.seconds / max(first.seconds, LEAST_SECONDS), last.megabytes / first.megabytes)
    return grown <= most and all(run.code in (0, 1, 2) for run in runs)


def measure(folder: Path, case: Case, size: int) -> Measured:
    """Run one size in a new repository."""
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
    program = str(Path(sys.executable).with_name("git-alembic"))
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "PRE_COMMIT"))}
    with tempfile.TemporaryFile() as given:
        given.write(stdin.encode())
        given.seek(0)
        process = subprocess.Popen(
            [program, *arguments],
            cwd=folder,
            stdin=given,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=environ,
        )
        _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    unit = 1 if sys.platform == "darwin" else 1024
    return Measured(used.ru_utime + used.ru_stime, used.ru_maxrss * unit / 1e6, process.returncode)


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


def revisions(arguments: Sequence[str], text: Callable[[int], str]) -> Callable[[Path, int], tuple[list[str], str]]:
    """Stage as many revision files as the size says."""

    def prepare(folder: Path, size: int) -> tuple[list[str], str]:
        for number in range(size):
            write(folder, f"m/versions/b{number}.py", text(number))
        git(folder, "add", "-A")
        return list(arguments), ""

    return prepare


def committed_heads(folder: Path, size: int) -> tuple[list[str], str]:
    """Make a branch whose commits each add a head, ready to push."""

    def lines() -> Iterator[str]:
        for number in range(size):
            text = REVISION.format(id=f"b{number}", down="a")
            origin = "from refs/heads/main\n" if not number else ""
            head = f"commit refs/heads/topic\ncommitter b <b@example.org> {1_700_000_000 + number} +0000\ndata 1\nx\n"
            yield f"{head}{origin}M 100644 inline m/versions/b{number}.py\ndata {len(text)}\n{text}\n"

    subprocess.run(["git", "fast-import", "--quiet"], cwd=folder, input="".join(lines()), text=True, check=True)
    git(folder, "update-ref", "refs/remotes/other/topic", "refs/heads/topic")
    return ["pre-push", "origin", "url"], f"refs/heads/topic {tip(folder)} refs/heads/topic {'0' * 40}\n"


def tip(folder: Path) -> str:
    command = ("git", "rev-parse", "topic")
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True).stdout.strip()


def numbered(line: str, count: int) -> str:
    return "".join(line.replace("#", str(number)) for number in range(count))


def head(number: int) -> str:
    return REVISION.format(id=f"b{number}", down="a")


def orphan(number: int) -> str:
    return REVISION.format(id=f"b{number}", down=f"missing{number}")


def base(number: int) -> str:
    return REVISION.format(id=f"b{number}", down=None)


def duplicate(number: int) -> str:
    return REVISION.format(id=f"b{number // 2}", down="a")


def unreadable(number: int) -> str:
    return REVISION.format(id=f"b{number}", down="a") + "return\n"


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
    Case("revisions with a missing parent", (500, 2_000), revisions(["check"], orphan)),
    Case("heads in `check`", (1_250, 5_000), revisions(["check"], head)),
    Case("heads in `graph`", (1_250, 5_000), revisions(["graph"], head)),
    Case("heads in `fix --dry-run`", (1_250, 5_000), revisions(["fix", "--dry-run"], head)),
    Case("heads in as many pushed commits", (500, 2_000), committed_heads),
    Case("bases", (500, 2_000), revisions(["check"], base)),
    Case("duplicate ids", (500, 2_000), revisions(["check"], duplicate)),
    Case("unreadable revisions", (500, 2_000), revisions(["check"], unreadable)),
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
