"""How fast and how small git-alembic is, as ratios: `python benchmarks/bench.py [--quick] [--cpu] [REPOSITORY …]`.

Run by the interpreter that git-alembic is installed for. What is compared runs in turns, A B A B, after one run of each
that does not count, and medians of the wall time are divided: a slow or a busy machine changes the figures, not the
ratios. Each REPOSITORY is audited whole, in a clone that shares its objects. Prints a Markdown table.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import statistics
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import NamedTuple

SCRIPTS = Path(sysconfig.get_path("scripts"))
CHECK = (str(SCRIPTS / "git-alembic"), "check")
AUDIT = (str(SCRIPTS / "git-alembic"), "audit")
PUSH = (str(SCRIPTS / "git-alembic"), "pre-push", "origin")
HEADS = (str(SCRIPTS / "alembic"), "heads")
IMPORT_GIT = (sys.executable, "-c", "import git")
GIT_DIFF = (sys.executable, "-c", "import git; git.Repo('.').git.diff('--cached','--name-only')")
ENVIRONMENT = {
    **{name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "PYTHON", "PRE_COMMIT"))},
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_SYSTEM": os.devnull,
}
# 1.6 KB; those of public projects have 1.6 to 2 KB on average.
REVISION = '''"""add account {number}

Revision ID: {id}
Revises: {down}
Create Date: 2026-01-02 03:04:05.678901

"""
from alembic import op
import sqlalchemy as sa


revision = {id!r}
down_revision = {parent!r}
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "account_{number}",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("email", sa.String(length=320), nullable=True),
        sa.Column("is_active", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("settings", sa.JSON(), nullable=True),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["owner_id"], ["owner.id"], name="account_{number}_owner_fk", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("email", name="account_{number}_email_key"),
    )
    op.create_index("account_{number}_name_index", "account_{number}", ["name"], unique=False)
    with op.batch_alter_table("owner") as batch:
        batch.add_column(sa.Column("account_{number}_count", sa.Integer(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("owner") as batch:
        batch.drop_column("account_{number}_count")
    op.drop_index("account_{number}_name_index", table_name="account_{number}")
    op.drop_table("account_{number}")
'''


class Run(NamedTuple):
    """A command, where it runs, what is done before each run (not timed), and its standard input."""

    command: Sequence[str]
    folder: Path
    prepare: Callable[[], None] = lambda: None
    stdin: str = ""


class Measured(NamedTuple):
    wall: float  # seconds
    cpu: float  # seconds of the processor, its own and those of the processes that it waited for
    peak: int  # bytes


class Way(NamedTuple):
    """How often each command runs, and which of the two times counts."""

    times: int
    clock: str

    def of(self, one: Measured) -> float:
        return one.cpu if self.clock == "cpu" else one.wall


class Row(NamedTuple):
    what: str
    ours: str
    other: str
    ratio: float | None  # None: nothing to compare with
    target: str
    held: bool | None = None


# --- repositories


def revision_id(environment: int, number: int) -> str:
    """Twelve hexadecimal digits in no order, as Alembic would make them."""
    return f"{(environment * 7919 + number + 1) * 2654435761 * 40503 % 2**48:012x}"


def revision(environment: int, number: int) -> tuple[str, str]:
    """(file name, content) of a revision of an unforked line."""
    id_, parent = revision_id(environment, number), revision_id(environment, number - 1) if number else None
    return f"{id_}_add_account.py", REVISION.format(id=id_, parent=parent, down=parent or "", number=number)


def home(environment: int, environments: int) -> str:
    return "" if environments == 1 else f"services/s{environment:03}/"


def project(revisions: int, environments: int) -> Iterator[tuple[str, str]]:
    """(path, content) of every file of the project."""
    yield "README.md", "A project.\n"
    yield "src/app.py", "NAME = 'app'\n"
    for environment in range(environments):
        at = home(environment, environments)
        yield f"{at}alembic.ini", f"[alembic]\nscript_location = %(here)s/migrations\n# {environment}\n"
        yield f"{at}migrations/env.py", "from alembic import context\n"
        for number in range(revisions):
            name, text = revision(environment, number)
            yield f"{at}migrations/versions/{name}", text


def git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(
        ("git", *arguments), cwd=folder, env=ENVIRONMENT, check=True, stdout=subprocess.PIPE, text=True
    )
    return done.stdout.strip()


def build(folder: Path, revisions: int, environments: int = 1, more: Iterable[tuple[str, str]] = ()) -> Path:
    """A repository with one commit, checked out; `more` files are the rest of it."""
    folder.mkdir()
    git(folder, "init", "-q", "-b", "main")
    with subprocess.Popen(
        ("git", "fast-import", "--quiet"), cwd=folder, env=ENVIRONMENT, stdin=subprocess.PIPE
    ) as importing:
        assert importing.stdin is not None
        importing.stdin.write(
            b"commit refs/heads/main\ncommitter Ada <ada@example.org> 1767322800 +0000\ndata 5\nstart\n"
        )
        for path, text in chain(project(revisions, environments), more):
            importing.stdin.write(f"M 644 inline {path}\ndata {len(text)}\n{text}\n".encode())
    assert importing.returncode == 0
    git(folder, "reset", "-q", "--hard")
    return folder


def stage(folder: Path, files: Iterable[tuple[str, str]]) -> Path:
    written = dict(files)
    for path, text in written.items():
        (folder / path).write_text(text, encoding="utf-8")
    git(folder, "add", "--", *written)
    return folder


def unrelated(folder: Path) -> Path:
    """Stage what has nothing to do with migrations."""
    return stage(folder, [("README.md", "A better project.\n"), ("src/app.py", "NAME = 'better'\n")])


def extended(folder: Path, revisions: int, environments: int = 1, extend: Iterable[int] = (0,)) -> Path:
    """Stage a new revision in each of the environments to extend."""
    new = []
    for environment in extend:
        name, text = revision(environment, revisions)
        new.append((f"{home(environment, environments)}migrations/versions/{name}", text))
    return stage(folder, new)


def commit(folder: Path, branch: str) -> str:
    """Commit what is staged to a new branch, and go back to where this one began; the new commit."""
    start = git(folder, "symbolic-ref", "--short", "HEAD")
    git(folder, "checkout", "-q", "-b", branch)
    git(folder, "-c", "user.name=Ada", "-c", "user.email=ada@example.org", "commit", "-q", "-m", branch)
    made = git(folder, "rev-parse", "HEAD")
    git(folder, "checkout", "-q", start)
    return made


def published(folder: Path, bare: Path) -> Path:
    """Push to a new bare `origin` that no hook asks where it is."""
    stage(folder, [("pyproject.toml", '[tool.git-alembic]\nfetch = "never"\n')])
    git(folder, "update-ref", "refs/heads/main", commit(folder, "configured"))
    git(folder, "reset", "-q", "--hard")
    git(folder.parent, "init", "-q", "--bare", "-b", "main", str(bare))
    git(folder, "remote", "add", "origin", str(bare))
    git(folder, "push", "-q", "origin", "main")
    return folder


def push_of(folder: Path, branch: str) -> Run:
    """The hook of the first push of a branch that has what is staged, one commit ahead of origin/main."""
    made = commit(folder, branch)
    line = f"refs/heads/{branch} {made} refs/heads/{branch} {'0' * len(made)}\n"
    return Run((*PUSH, git(folder, "remote", "get-url", "origin")), folder, stdin=line)


def forget(folder: Path) -> Callable[[], None]:
    """Removes our cache, and the bytecode of the revisions."""

    def prepare() -> None:
        for cache in (folder / ".git/git-alembic", folder / "git-alembic", *folder.rglob("__pycache__")):
            shutil.rmtree(cache, ignore_errors=True)

    return prepare


# --- measuring


def measure(run: Run) -> Measured:
    run.prepare()
    start = time.perf_counter()
    process = subprocess.Popen(
        run.command,
        cwd=run.folder,
        env=ENVIRONMENT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(run.stdin.encode())
    process.stdin.close()
    said = process.stdout.read()
    _, status, used = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    process.stdout.close()
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(run.command)}: exit code {process.returncode}\n{said.decode(errors='replace')}")
    return Measured(seconds, used.ru_utime + used.ru_stime, used.ru_maxrss * (1 if sys.platform == "darwin" else 1024))


def in_turns(runs: Sequence[Run], times: int) -> list[list[Measured]]:
    """What each run took, time after time; the first time, which fills the caches, is left out."""
    rounds = [[measure(run) for run in runs] for _ in range(times + 1)]
    return [list(column) for column in zip(*rounds[1:], strict=True)]


def compare(what: str, ours: Run, other: Run, most: float, way: Way) -> Row:
    """A row that holds if ours takes at most so many times the time of the other."""
    mine, theirs = (statistics.median(map(way.of, column)) for column in in_turns((ours, other), way.times))
    ratio = mine / theirs
    target = f"<= {most:g}" if most >= 1 else f"<= {most:.2f} ({1 / most:g} x faster)"
    return Row(what, shown(mine), shown(theirs), ratio, target, ratio <= most)


def shown(seconds: float) -> str:
    return f"{seconds * 1000:.0f} ms" if seconds < 10 else f"{seconds:.1f} s"


# --- the table


def unrelated_rows(folder: Path, way: Way) -> Iterator[Row]:
    for revisions in (10, 1_000, 10_000):
        at = unrelated(build(folder / f"unrelated-{revisions}", revisions))
        measure(Run(CHECK, extended(at, revisions)))  # so that there is a cache
        git(at, "reset", "-q", "--hard")
        unrelated(at)
        what = f"unrelated commit, {revisions:,} revisions : GitPython's `git diff --cached`"
        yield compare(what, Run(CHECK, at), Run(GIT_DIFF, at), 1.3, way)


def revision_rows(folder: Path, way: Way) -> Iterator[Row]:
    small = extended(build(folder / "small", 10), 10)
    large = extended(build(folder / "large", 5_000), 5_000)
    yield compare("a new revision among 5,000 : among 10", Run(CHECK, large), Run(CHECK, small), 1.5, way)
    yield compare("the same : `alembic heads`", Run(CHECK, large), Run(HEADS, large), 1 / 12, way)
    no_bytecode = ("env", "PYTHONDONTWRITEBYTECODE=1", *HEADS)
    few = way._replace(times=max(3, way.times // 2))
    forget(large)()
    what = "the same : `alembic heads` where no bytecode is written"
    yield compare(what, Run(CHECK, large), Run(no_bytecode, large), 1 / 12, few)
    cold = forget(large)
    what = "the same, no cache : `alembic heads`, no bytecode"
    yield compare(what, Run(CHECK, large, cold), Run(HEADS, large, cold), 1 / 2, few)
    many = build(folder / "environments", 10, environments=100)
    for which, extend in (("one", (0,)), ("each", range(100))):
        extended(many, 10, environments=100, extend=extend)
        what = f"100 environments, a revision in {which} : one environment"
        yield compare(what, Run(CHECK, many), Run(CHECK, small), 3, way)


def push_rows(folder: Path, way: Way) -> Iterator[Row]:
    at = published(build(folder / "pushed", 5_000), folder / "origin.git")
    with_one = push_of(extended(at, 5_000), "revision")
    with_none = push_of(unrelated(at), "unrelated")
    unrelated(at)
    what = "a push without a revision, 5,000 revisions : unrelated commit of `check`"
    yield compare(what, with_none, Run(CHECK, at), 1.3, way)
    yield compare("a push with a new revision among 5,000 : without one", with_one, with_none, 2, way)


def memory_row(folder: Path) -> Row:
    at = extended(build(folder / "memory", 10_000), 10_000)
    ours, other = (
        max(one.peak for one in column) / 2**20 for column in in_turns((Run(CHECK, at), Run(IMPORT_GIT, at)), 3)
    )
    what = "peak memory, a new revision among 10,000 : `import git`"
    return Row(what, f"{ours:.0f} MB", f"{other:.0f} MB", ours / other, "<= 1.5 + 40 MB", ours <= other * 1.5 + 40)


def audit_rows(folder: Path, repository: Path, way: Way) -> Iterator[Row]:
    """Cold and warm, in commits a second."""
    clone = folder / "audited"
    git(folder, "clone", "-q", "--bare", "--shared", str(repository.resolve()), str(clone))
    commits = int(git(clone, "rev-list", "--count", "HEAD"))
    name = repository.parent.name if repository.name in ("repo", ".git") else repository.name
    for state in ("cold", "warm"):
        taken = measure(Run(AUDIT, clone, forget(clone) if state == "cold" else lambda: None))
        speed = commits / way.of(taken)
        what = f"`audit` of {name}, {commits:,} commits, {state}, {taken.peak / 2**20:.0f} MB"
        target = ">= 1,000 commits/s" if state == "warm" else ""
        yield Row(what, f"{speed:,.0f} commits/s", "", None, target, speed >= 1_000 if target else None)
    shutil.rmtree(clone)


def rows(folder: Path, way: Way, repositories: Sequence[Path], *, generated: bool) -> Iterator[Row]:
    if generated:
        yield from unrelated_rows(folder, way)
        yield from revision_rows(folder, way)
        yield from push_rows(folder, way)
        yield memory_row(folder)
    for repository in repositories:
        yield from audit_rows(folder, repository, way)


def line(row: Row) -> str:
    ratio = "" if row.ratio is None else f"{row.ratio:.2f}" if row.ratio >= 0.2 else f"{row.ratio:.3f}"
    verdict = {True: "yes", False: "**no**", None: ""}[row.held]
    return f"| {row.what} | {row.ours} | {row.other} | {ratio} | {row.target} | {verdict} |"


def main(argv: Sequence[str] | None = None) -> int:
    """0 if all targets hold, else 1."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("repositories", metavar="REPOSITORY", nargs="*", type=Path, help="whose history is audited")
    parser.add_argument("--quick", action="store_true", help="few runs: a hint, no measurement")
    parser.add_argument("--runs", type=int, metavar="N", help="runs of each command (default: 11, or 3 with --quick)")
    parser.add_argument("--cpu", action="store_true", help="processor time, which a busy machine changes less")
    parser.add_argument("--only-audit", action="store_true", help="the repositories alone")
    options = parser.parse_args(argv)
    version = git(Path.cwd(), "--version").removeprefix("git version ")
    today, python = time.strftime("%Y-%m-%d"), platform.python_version()
    clock = "processor time" if options.cpu else "wall time"
    print(f"{today}, {os.cpu_count()} cores, {platform.machine()}, Python {python}, git {version}, {clock}\n")
    print("| what : compared with what | git-alembic | the other | ratio | target | held |")
    print("|---|---:|---:|---:|---|---|")
    held = True
    with tempfile.TemporaryDirectory(prefix="bench-git-alembic-") as folder:
        way = Way(options.runs or (3 if options.quick else 11), "cpu" if options.cpu else "wall")
        for row in rows(Path(folder), way, options.repositories, generated=not options.only_audit):
            print(line(row), flush=True)
            held = held and row.held is not False
    return 0 if held else 1


if __name__ == "__main__":
    raise SystemExit(main())
