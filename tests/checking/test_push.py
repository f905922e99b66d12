"""One pushed branch: its baseline, what is published, and when the remote is asked."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import pytest

from git_alembic.checking.push import PushedBranch, PushPolicy, PushTarget, check_pushed_branch, updates_to_check
from git_alembic.findings.finding import Command
from git_alembic.findings.report import Report
from git_alembic.git import Repository
from git_alembic.git.push_hook_input import RefUpdate
from git_alembic.git.refs import NamedCommit
from git_alembic.git.remotes.push_target_freshness import FetchedTarget
from git_alembic.history.snapshot_reader import open_reader
from git_alembic.policy.severity_policy import make_policy
from tests.support.imported_commits import ImportedCommit, import_commits
from tests.support.literal_changes import revision
from tests.support.project import Project
from tests.support.revision_files import file_of

INI = "[alembic]\nscript_location = db\n"


def files(**parents: str) -> dict[str, str | bytes | None]:
    return {f"db/versions/{id_}.py": file_of(revision(id_, down)) for id_, down in parents.items()}


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Return start <- main (b), and branches that left at start or at main."""
    commits = [
        ImportedCommit("start", {"alembic.ini": INI, "db/env.py": "", **files(a="")}),
        ImportedCommit("main", files(b="a"), ("start",)),
        ImportedCommit("newer", files(n="b"), ("main",)),
        ImportedCommit("docs", {"README": ""}, ("start",)),
        ImportedCommit("behind", files(c="a"), ("start",)),
        ImportedCommit("ahead", files(c="b"), ("main",)),
        ImportedCommit("forks", files(c="b", d="b"), ("main",)),
        ImportedCommit("goes-on", files(f="d"), ("forks",)),
        ImportedCommit("deletes", {"db/versions/b.py": None}, ("main",)),
        ImportedCommit("rewritten", files(e="b"), ("main",)),
    ]
    return import_commits(tmp_path_factory.mktemp("push") / "work", commits)


def named(project: Project, name: str) -> NamedCommit:
    return NamedCommit(name, project.git("rev-parse", name).strip())


class Push(NamedTuple):
    """A push to the branch `onto`, which held `old` when it was last fetched (None: it is new).

    `remote` is what it holds now (None: nothing; "": git said that it is `old`). `fetched` is the target as it is now.
    """

    onto: str = "topic"
    old: str | None = None
    target: str | None = "main"
    fetched: str = "main"
    remote: str | None = ""
    is_forced: bool = False
    note: str = ""


class Pushed(NamedTuple):
    """The findings of a push, and what the remote was asked for, with the notes."""

    findings: list[tuple[str, str]]
    requests: list[str]


def reported(project: Project, name: str, options: Push) -> tuple[Report, list[str]]:
    requests: list[str] = []
    repository = Repository(str(project.path))

    def view() -> FetchedTarget:
        requests.append("target")
        return FetchedTarget(named(project, options.fetched)[1], ("git", "fetch"), options.note)

    def ask() -> NamedCommit | None:
        requests.append("branch")
        return named(project, options.remote) if options.remote else None

    old = named(project, options.old) if options.old else None
    pushed = PushedBranch(
        name, named(project, name)[1], options.onto, options.onto, old, options.is_forced,
        None if options.remote == "" else ask,
    )  # fmt: skip
    target = PushTarget(*named(project, options.target), "main", view) if options.target else None
    policy = PushPolicy(None, lambda _: make_policy({}, beyond_commit=True), requests.append)
    return check_pushed_branch(repository, open_reader(repository), pushed, target, policy), requests


def push(project: Project, name: str, options: Push) -> Pushed:
    report, requests = reported(project, name, options)
    return Pushed([(finding.rule, " ".join(finding.revisions)) for finding in report.findings], requests)


CLEAN = Pushed([], ["target"])


def test_a_push_without_revisions_asks_nobody(history: Project) -> None:
    assert push(history, "docs", Push(remote=None)) == Pushed([], [])


@pytest.mark.parametrize(
    ("name", "options", "expected"),
    [
        pytest.param("ahead", Push(), CLEAN, id="on top of the target"),
        pytest.param("behind", Push(), Pushed([("divergent-heads", "b c")], ["target"]), id="beside the target"),
        pytest.param("forks", Push(), Pushed([("multiple-heads", "c d")], ["target"]), id="a fork of its own"),
        pytest.param(
            "forks", Push(old="forks"), Pushed([("multiple-heads", "c d")], ["target"]), id="a fork that it had"
        ),
        pytest.param("deletes", Push(), Pushed([("deleted-revision", "b")], ["target"]), id="a deletion"),
        pytest.param("forks", Push(target=None), Pushed([("multiple-heads", "c d")], []), id="no target"),
        pytest.param("forks", Push(target=None, old="forks"), Pushed([], []), id="no target, and pushed before"),
        pytest.param(
            "ahead", Push(fetched="newer"), Pushed([("divergent-heads", "c n")], ["target"]), id="a newer target"
        ),
        pytest.param(
            "ahead", Push(old="rewritten"), Pushed([("divergent-heads", "c e")], ["target"]), id="with other work"
        ),
        pytest.param("ahead", Push(old="rewritten", is_forced=True), CLEAN, id="a forced push"),
        pytest.param("ahead", Push(note="it may be stale"), Pushed([], ["target", "it may be stale"]), id="a note"),
    ],
)  # fmt: skip
def test_a_branch(history: Project, name: str, options: Push, expected: Pushed) -> None:
    assert push(history, name, options) == expected


@pytest.mark.parametrize(
    ("name", "options", "expected"),
    [
        pytest.param("ahead", Push("main", old="main"), CLEAN, id="an update of the target"),
        pytest.param(
            "forks", Push("main", old="main"), Pushed([("multiple-heads", "c d")], ["target"]), id="a new fork"
        ),
        pytest.param("goes-on", Push("main", old="forks"), CLEAN, id="a fork that the target has"),
        pytest.param(
            "start", Push("main", old="main", is_forced=True), Pushed([("deleted-revision", "b")], ["target"]),
            id="the target goes back",
        ),
    ],
)  # fmt: skip
def test_the_target_itself(history: Project, name: str, options: Push, expected: Pushed) -> None:
    assert push(history, name, options) == expected


@pytest.mark.parametrize(
    ("name", "options", "requests"),
    [
        pytest.param("docs", Push(old="start", remote="main"), [], id="no revision"),
        pytest.param("ahead", Push(old="start", remote="main"), ["branch", "target"], id="a revision"),
        pytest.param("ahead", Push(old="main", remote="main"), ["branch", "target"], id="nothing new there"),
        pytest.param(
            "docs",
            Push("main", old="docs", remote=None, is_forced=True),
            ["branch", "target"],
            id="forced to the target",
        ),
        pytest.param("docs", Push(old="docs", remote=None, is_forced=True), [], id="forced elsewhere"),
    ],
)
def test_the_remote_is_asked_what_its_branch_holds_if_it_matters(
    history: Project, name: str, options: Push, requests: list[str]
) -> None:
    assert push(history, name, options).requests == requests


def test_what_the_remote_holds_now_counts(history: Project) -> None:
    assert push(history, "ahead", Push(old="main", remote="rewritten")).findings == [("divergent-heads", "c e")]


def test_a_forecast_has_the_command_that_fetches_the_target(history: Project) -> None:
    (finding,) = reported(history, "ahead", Push(fetched="newer"))[0].findings
    assert Command(("git", "fetch")) in [command for repair in finding.repairs for command in repair.commands]


@pytest.fixture
def repository(cloned: Project) -> Repository:
    return Repository(str(cloned.path))


def new(name: str, commit: str, old: str | None = None) -> RefUpdate:
    return RefUpdate(f"refs/heads/{name}", old, commit, name)


def checked(repository: Repository, updates: Sequence[RefUpdate], target: str | None = None) -> list[str]:
    return [update.branch for update in updates_to_check(repository, updates, lambda _update, _commit: target)]


def commits(project: Project, count: int, path: str) -> list[str]:
    """Commit a change of a file on top of origin/main, once per branch."""
    made = []
    for number in range(count):
        project.git("checkout", "-q", "--detach", "origin/main")
        project.write(path, f"# {number}\n")
        made.append(project.commit())
    return made


class TestUpdatesToCheck:
    def test_few_updates_are_all_checked(self, cloned: Project, repository: Repository) -> None:
        main = cloned.git("rev-parse", "HEAD").strip()
        updates = [new(f"b{number}", main) for number in range(8)]
        assert checked(repository, updates, main) == [update.branch for update in updates]

    def test_no_change(self, cloned: Project, repository: Repository) -> None:
        main = cloned.git("rev-parse", "HEAD").strip()
        assert checked(repository, [new(f"b{number}", main) for number in range(9)], main) == []

    def test_a_change_of_other_files(self, cloned: Project, repository: Repository) -> None:
        main = cloned.git("rev-parse", "origin/main").strip()
        updates = [new(f"b{number}", commit) for number, commit in enumerate(commits(cloned, 9, "README"))]
        assert checked(repository, updates, main) == []

    def test_changes_of_python_files(self, cloned: Project, repository: Repository) -> None:
        main = cloned.git("rev-parse", "origin/main").strip()
        others = [new(f"o{number}", commit) for number, commit in enumerate(commits(cloned, 9, "README"))]
        updates = [new(f"b{number}", commit) for number, commit in enumerate(commits(cloned, 3, "a.py"))]
        assert checked(repository, [*others, *updates, *others], main) == ["b0", "b1", "b2"]

    def test_the_same_commit_is_checked_once(self, cloned: Project, repository: Repository) -> None:
        main = cloned.git("rev-parse", "origin/main").strip()
        (commit,) = commits(cloned, 1, "a.py")
        assert checked(repository, [new(f"b{number}", commit) for number in range(20)], main) == ["b0"]
        olds = [new(f"b{number}", commit, main if number % 2 else None) for number in range(20)]
        assert checked(repository, olds, main) == ["b0", "b1"]

    def test_a_new_branch_without_a_target(self, cloned: Project, repository: Repository) -> None:
        main = cloned.git("rev-parse", "origin/main").strip()
        updates = [new(f"b{number}", main) for number in range(9)]
        assert checked(repository, updates) == ["b0"]
        assert checked(repository, [new(f"b{number}", main, main) for number in range(9)]) == []


def count_of_processes(project: Project, trace: Path, branches: int, commits: Sequence[str]) -> int:
    trace.unlink(missing_ok=True)
    zeros = "0" * 40
    lines = [f"refs/heads/b{n} {commits[n % len(commits)]} refs/heads/b{n} {zeros}" for n in range(branches)]
    project.write("lines", "\n".join(lines) + "\n")
    pre_push = "from git_alembic.cli import run; run()"
    with (project.path / "lines").open("rb") as stream:
        done = subprocess.run(
            [sys.executable, "-c", pre_push, "pre-push", "origin", "url"], cwd=project.path, stdin=stream,
            capture_output=True, check=False, env={**os.environ, "GIT_TRACE": str(trace)},
        )  # fmt: skip
    assert (done.returncode, done.stdout) == (0, b"")
    return trace.read_text().count("trace: built-in: git ")


def test_the_number_of_git_processes_does_not_grow_with_the_branches(cloned: Project, tmp_path: Path) -> None:
    made = commits(cloned, 30, "README")
    trace = tmp_path / "trace"
    few = count_of_processes(cloned, trace, 10, made)
    assert count_of_processes(cloned, trace, 2000, made) <= few <= 15
