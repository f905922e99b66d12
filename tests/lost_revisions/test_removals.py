"""The commit that removed a file, from literal changes. What happened to the file, in a small repository."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pytest

from git_alembic.git import Entry, Repository
from git_alembic.git.search.commit_log import Commit, PathChange
from git_alembic.lost_revisions.removals import (
    Removal,
    RemovalKind,
    describe_removal,
    file_after,
    file_before,
    find_last_removal,
)
from tests.support.literal_changes import revision
from tests.support.project import Project

VERSIONS = "migrations/versions"
C = f"{VERSIONS}/c_x.py"
NONE = "000000"


def change(commit: str, old: str, new: str, path: str = C, parents: int = 1) -> PathChange:
    """Return the change from the blob `old` to the blob `new`. "" stands for no file."""
    modes = ("100644" if old else NONE, "100644" if new else NONE)
    return PathChange(commit, parents, Entry(path, *modes, old, new))


def test_file_before_and_after() -> None:
    assert file_before(change("1", "old", "new")) == (C, "old")
    assert file_after(change("1", "old", "new")) == (C, "new")


DELETED, EDITED, ADDED = change("3", "y", ""), change("2", "x", "y"), change("1", "", "x")
BY_MERGE = change("4", "y", "", parents=2)
OTHER_BY_MERGE = change("4", "z", "", "other.py", parents=2)


@pytest.mark.parametrize(
    ("changes", "blobs", "last"),
    [
        ([], "xy", None),
        ([ADDED], "xy", None),
        ([EDITED, ADDED], "xy", None),
        ([DELETED, EDITED, ADDED], "xy", DELETED),
        ([DELETED, EDITED, ADDED], "x", EDITED),
        ([DELETED, EDITED, ADDED], "z", None),
        ([change("5", "y", ""), change("4", "", "y"), DELETED], "xy", change("5", "y", "")),
        ([BY_MERGE, DELETED, EDITED], "xy", DELETED),
        ([BY_MERGE, EDITED], "xy", BY_MERGE),
        ([OTHER_BY_MERGE, DELETED], "yz", OTHER_BY_MERGE),
    ],
    ids=["no change", "added", "edited", "deleted", "changed to another revision", "another file", "deleted twice",
         "merged deletion", "deleted by the merge", "a merge that deleted another file"],
)  # fmt: skip
def test_last_removal(changes: list[PathChange], blobs: Iterable[str], last: PathChange | None) -> None:
    files = {(path, blob) for path in (C, "other.py") for blob in blobs}
    assert find_last_removal(changes, files) == last


@pytest.mark.parametrize(
    ("replace", "how", "now"),
    [
        (lambda _: None, "deleted", ""),
        (lambda p: p.revision("c", "b", name="better.py"), "renamed", f"{VERSIONS}/better.py"),
        (lambda p: p.revision("c", "a", message="rework", folder="old"), "renamed", "old/c_x.py"),
        (lambda p: p.revision("z", "b", name="c_x.py", message="another", body="raise"), "re-identified", "z"),
        (lambda p: p.revision("z", "b", message="add c"), "re-identified", "z"),
        (lambda p: p.revision("z", "b", message="another"), "deleted", ""),
        (lambda p: p.revision("z", "b", message="add c", body="raise ValueError"), "deleted", ""),
        (lambda p: p.write(f"{VERSIONS}/z.py", "x = 1\n"), "deleted", ""),
        (lambda p: p.revision("c", "b", name="c.txt"), "deleted", ""),
        (lambda p: (p.path / "c.py").symlink_to("revision = 'c'\ndown_revision = 'b'\n"), "deleted", ""),
    ],
    ids=["deleted", "renamed", "moved", "another id in the same file", "another id in another file",
         "another message", "another body", "no revision", "no Python file", "a link"],
)  # fmt: skip
def test_what_happened(project: Project, replace: Callable[[Project], object], how: RemovalKind, now: str) -> None:
    project.revision("c", "b")
    project.commit()
    blob = project.git("rev-parse", f"HEAD:{C}").strip()
    project.git("rm", "-q", C)
    replace(project)
    commit = project.commit("replace c")
    files = {(C, blob): revision("c", "b", path=C, blob=blob, message="add c")}
    removal = describe_removal(Repository(str(project.path)), change(commit, blob, ""), files)
    assert removal == Removal(how, Commit(commit, commit[:7], "Ada", "2026-01-02", "replace c"), C, now)
