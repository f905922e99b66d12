"""Measures speed and memory as ratios: `python benchmarks/bench.py [--quick] [--cpu] [REPOSITORY …]`.

Run it with the interpreter that git-alembic is installed for. Compared commands run in turns, A B A B, after one run of
each that does not count. The ratios divide medians of the wall time: a slow or a busy machine changes the figures, but
not the ratios. Each REPOSITORY is audited completely, in a clone that shares its objects. Prints a Markdown table.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from measuring import CHECK, HEADING, HEADS, SCRIPTS, Row, Run, Way, compare, conditions, in_turns, line, measure
from repositories import branched, build, commit, extended, forget, git, lived, published, unrelated

AUDIT = (str(SCRIPTS / "git-alembic"), "audit")
CONFLICTS = (str(SCRIPTS / "git-alembic"), "conflicts")
PUSH = (str(SCRIPTS / "git-alembic"), "pre-push", "origin")
GENERATED = "generated"
IMPORT_GIT = (sys.executable, "-c", "import git")
GIT_DIFF = (sys.executable, "-c", "import git; git.Repo('.').git.diff('--cached','--name-only')")


def push_of(folder: Path, branch: str) -> Run:
    """Return the first push of a branch that has the staged changes, one commit ahead of origin/main."""
    made = commit(folder, branch)
    line = f"refs/heads/{branch} {made} refs/heads/{branch} {'0' * len(made)}\n"
    return Run((*PUSH, git(folder, "remote", "get-url", "origin")), folder, stdin=line)


def unrelated_rows(folder: Path, way: Way) -> Iterator[Row]:
    for revisions in (10, 1_000, 10_000):
        at = unrelated(build(folder / f"unrelated-{revisions}", revisions))
        measure(Run(CHECK, extended(at, revisions)))  # fills the cache
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
    what = "a push without a revision, 5,000 revisions : `check` of an unrelated commit"
    yield compare(what, with_none, Run(CHECK, at), 1.3, way)
    yield compare("a push with a new revision among 5,000 : without one", with_one, with_none, 2, way)


def conflict_rows(folder: Path, way: Way) -> Iterator[Row]:
    """Measure 500 branches on 5,000 revisions. Some or all of them add a revision."""
    at = published(build(folder / "branched", 5_000), folder / "branched.git")
    peaks = []
    for bringing in (50, 500):
        branched(at, 5_000, 500, bringing)
        peaks.append(measure(Run(CONFLICTS, at)).peak / 2**20)
        diff = "git diff --raw origin/main...origin/topic-$n -- '*.py'"
        plain = ("sh", "-c", f"git for-each-ref; for n in $(seq -f %03g 0 {bringing - 1}); do {diff}; done")
        what = f"`conflicts`, {bringing} of 500 branches bring a revision : `git for-each-ref` and `git diff` of each"
        yield compare(what, Run(CONFLICTS, at), Run(plain, at), 3, way)
    few, many = peaks
    what = "peak memory of `conflicts`, 500 branches bring a revision : 50 branches"
    yield Row(what, f"{many:.0f} MB", f"{few:.0f} MB", many / few, "<= 3", many <= few * 3)


def memory_row(folder: Path) -> Row:
    at = extended(build(folder / "memory", 10_000), 10_000)
    ours, other = (
        max(one.peak for one in column) / 2**20 for column in in_turns((Run(CHECK, at), Run(IMPORT_GIT, at)), 3)
    )
    what = "peak memory, a new revision among 10,000 : `import git`"
    return Row(what, f"{ours:.0f} MB", f"{other:.0f} MB", ours / other, "<= 1.5 + 40 MB", ours <= other * 1.5 + 40)


def audit_rows(folder: Path, repository: Path, way: Way) -> Iterator[Row]:
    """Measure a cold and a warm audit, in commits per second."""
    clone = folder / "audited"
    git(folder, "clone", "-q", "--bare", "--shared", str(repository.resolve()), str(clone))
    commits = int(git(clone, "rev-list", "--count", "HEAD"))
    name = _name(repository)
    for state in ("cold", "warm"):
        taken = measure(Run(AUDIT, clone, forget(clone) if state == "cold" else lambda: None))
        speed = commits / way.of(taken)
        what = f"`audit` of {name}, {commits:,} commits, {state}, {taken.peak / 2**20:.0f} MB"
        target = ">= 1,000 commits/s" if state == "warm" else ""
        yield Row(what, f"{speed:,.0f} commits/s", "", None, target, speed >= 1_000 if target else None)
    shutil.rmtree(clone)


def _name(repository: Path) -> str:
    if repository.name == GENERATED:
        return "a generated history"
    return repository.parent.name if repository.name in ("repo", ".git") else repository.name


def rows(folder: Path, way: Way, repositories: Sequence[Path], *, generated: bool) -> Iterator[Row]:
    if generated:
        yield from unrelated_rows(folder, way)
        yield from revision_rows(folder, way)
        yield from push_rows(folder, way)
        yield from conflict_rows(folder, way)
        yield memory_row(folder)
        yield from audit_rows(folder, lived(folder / GENERATED, 10_000), way)
    for repository in repositories:
        yield from audit_rows(folder, repository, way)


def main(argv: Sequence[str] | None = None) -> int:
    """Return 0 if all targets hold, else 1."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("repositories", metavar="REPOSITORY", nargs="*", type=Path, help="whose history is audited")
    parser.add_argument("--quick", action="store_true", help="few runs: a hint, no measurement")
    parser.add_argument("--runs", type=int, metavar="N", help="runs of each command (default: 11, or 3 with --quick)")
    parser.add_argument("--cpu", action="store_true", help="processor time, which a busy machine changes less")
    parser.add_argument("--only-audit", action="store_true", help="the repositories alone")
    options = parser.parse_args(argv)
    way = Way(options.runs or (3 if options.quick else 11), "cpu" if options.cpu else "wall")
    print(f"{', '.join(conditions(way))}\n", *HEADING, sep="\n")
    held = True
    with tempfile.TemporaryDirectory(prefix="bench-git-alembic-") as folder:
        for row in rows(Path(folder), way, options.repositories, generated=not options.only_audit):
            print(line(row), flush=True)
            held = held and row.held is not False
    return 0 if held else 1


if __name__ == "__main__":
    raise SystemExit(main())
