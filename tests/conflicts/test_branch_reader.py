"""What branches would change on the target, from one small repository with a branch for each case."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import pytest

from git_alembic.conflicts.branch import UnmergedBranch
from git_alembic.conflicts.branch_reader import BranchReader
from git_alembic.conflicts.branch_selection import NamedTip
from git_alembic.git import Repository
from git_alembic.git.refs import BranchTip, NamedCommit
from git_alembic.history.snapshot_reader import open_reader
from tests.support.imported_commits import ImportedCommit, import_commits
from tests.support.literal_changes import revision
from tests.support.project import Project
from tests.support.revision_files import file_of

INI = b"[alembic]\nscript_location = db\n"
Files = Mapping[str, bytes | None]


def source(id_: str, down: str = "", message: str = "") -> bytes:
    return file_of(revision(id_, down, message=message))


A, B, C = source("a"), source("b", "a"), source("c", "b")
TEXT = "\n".join(f"    step_{number}()" for number in range(9)).encode()
LONG = source("l", "b").replace(b"    pass", TEXT, 1)
START: Files = {
    "alembic.ini": INI,
    "db/env.py": b"",
    "db/versions/a.py": A,
    "db/versions/b.py": B,
    "db/versions/l.py": LONG,
}
TARGET: Files = {
    "db/versions/t.py": source("t", "l"),
    "db/versions/l.py": LONG.replace(b"step_8", b"step_eight"),
    "gone.txt": b"",
}
BRANCHES: dict[str, Files] = {
    "adds": {"db/versions/x.py": source("x", "l")},
    "two": {"db/versions/x.py": source("x", "l"), "db/versions/y.py": source("y", "x")},
    "docs": {"README": b"", "tool.py": b"revision = 3\n", "setup.ini": b"[mypy]\n"},
    "edits": {"db/versions/b.py": B.replace(b"pass", b"return", 1)},
    "deletes": {"db/versions/b.py": None},
    "renames": {"db/versions/b.py": None, "db/versions/b_new.py": B},
    "re-parents": {"db/versions/l.py": LONG.replace(b"down_revision = 'b'", b"down_revision = 'a'")},
    "edits what the target edited": {"db/versions/l.py": LONG.replace(b"step_8", b"step_ate")},
    "edits another line of it": {"db/versions/l.py": LONG.replace(b"step_0", b"step_zero")},
    "breaks": {"db/versions/b.py": b"revision = 'b'\ndown_revision = call()\n"},
    "same as target": {"db/versions/t.py": source("t", "l")},
    "adds what the target added": {"db/versions/t.py": source("t", "b")},
    "another environment": {"two/alembic.ini": INI, "two/db/env.py": b"", "two/db/versions/z.py": source("z")},
}  # fmt: skip


class Brought(NamedTuple):
    """The added revisions with their parents, the dropped ids, and the files, of each environment."""

    added: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()
    files: tuple[str, ...] = ()


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Return a repository with a start, a target that went on, and the branches that left at the start."""
    commits = [ImportedCommit("start", START), ImportedCommit("main", TARGET, ("start",))]
    commits += [ImportedCommit(f"b{number}", files, ("start",)) for number, files in enumerate(BRANCHES.values())]
    commits.append(ImportedCommit("unrelated", {"db/versions/u.py": source("u")}))
    return import_commits(tmp_path_factory.mktemp("branches") / "work", commits)


@pytest.fixture
def reader(project: Project) -> BranchReader:
    repository = Repository(str(project.path))
    (target,) = repository.resolve(["refs/heads/main"])
    return BranchReader(repository, open_reader(repository), NamedCommit("main", target or ""))


def read(project: Project, reader: BranchReader, *names: str) -> dict[str, UnmergedBranch | None]:
    """Return the branches with something like a revision. None: merging them changes nothing."""
    refs = {
        name: f"refs/heads/b{list(BRANCHES).index(name)}" if name in BRANCHES else f"refs/heads/{name}"
        for name in names
    }
    commits = Repository(str(project.path)).resolve(list(refs.values()))
    tips = [NamedTip(name, BranchTip(name, commit or "", "Ada", 0)) for name, commit in zip(refs, commits, strict=True)]
    return {tip.name: reader.read(tip, diff) for tip, diff in reader.differences(tips)}


def brought(branch: UnmergedBranch | None) -> dict[str, Brought]:
    return {
        name: Brought(
            tuple(" ".join((file.id, *file.down)) for file in change.added),
            tuple(sorted(change.dropped)),
            tuple(path if blob else f"-{path}" for path, blob in sorted(change.files.items())),
        )
        for name, change in (branch.changes.items() if branch else ())
    }


CASES: dict[str, dict[str, Brought]] = {
    "adds": {"alembic.ini": Brought(("x l",), (), ("db/versions/x.py",))},
    "two": {"alembic.ini": Brought(("x l", "y x"), (), ("db/versions/x.py", "db/versions/y.py"))},
    "edits": {"alembic.ini": Brought((), (), ("db/versions/b.py",))},
    "deletes": {"alembic.ini": Brought((), ("b",), ("-db/versions/b.py",))},
    "renames": {"alembic.ini": Brought((), (), ("-db/versions/b.py", "db/versions/b_new.py"))},
    "re-parents": {"alembic.ini": Brought(("l a",), ("l",), ("db/versions/l.py",))},
    "another environment": {"two/alembic.ini": Brought(("z",), (), ("two/db/versions/z.py",))},
}


@pytest.mark.parametrize("name", CASES)
def test_changes(project: Project, reader: BranchReader, name: str) -> None:
    (branch,) = read(project, reader, name).values()
    assert branch
    assert brought(branch) == CASES[name]
    assert (branch.conflicts, branch.unreadable, branch.ahead, branch.behind) == ((), (), 1, 1)


def test_branches_without_revisions_are_not_listed(project: Project, reader: BranchReader) -> None:
    assert list(read(project, reader, "docs", "adds", "unrelated")) == ["adds"]
    assert reader.unrelated == ("unrelated",)


def test_what_the_target_has_already_changes_nothing(project: Project, reader: BranchReader) -> None:
    names = ("same as target", "edits another line of it")  # git merges the second, and the revision keeps its place
    assert read(project, reader, *names) == dict.fromkeys(names)


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("edits what the target edited", "db/versions/l.py"),
        ("adds what the target added", "db/versions/t.py"),
    ],
)
def test_conflicts_with_the_target(project: Project, reader: BranchReader, name: str, path: str) -> None:
    (branch,) = read(project, reader, name).values()
    assert branch
    assert (branch.conflicts, brought(branch)) == ((path,), {})


def test_a_file_that_cannot_be_read(project: Project, reader: BranchReader) -> None:
    (branch,) = read(project, reader, "breaks").values()
    assert branch
    assert branch.unreadable == ("db/versions/b.py",)


def test_the_target(reader: BranchReader) -> None:
    (target,) = reader.targets.values()
    assert (target.environment, target.graph.ids, target.heads_allowed) == ("alembic.ini", ("a", "b", "l", "t"), 1)
