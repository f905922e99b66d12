"""Single files of two commits merge as in `git merge-tree`."""

from __future__ import annotations

from pathlib import Path

import pytest

from git_alembic.conflicts.textual_conflicts import FileMerge, FileMerger, conflicting_paths
from git_alembic.git import Repository
from git_alembic.git.trees import Entry
from git_alembic.history.snapshot_reader import open_reader
from tests.support.project import Project

PATH = "migrations/versions/x.py"
BASE = (
    '"""add x"""\nrevision = "x"\ndown_revision = "a"\n\n\ndef upgrade():\n    one()\n\n\ndef downgrade():\n    two()\n'
)
MOVED = BASE.replace('"a"', '"b"')
EDITED = BASE.replace("two()", "three()")
REWRITTEN = BASE.replace("two()", "four()")
FILE = "100644"


def blob(project: Project, text: str) -> str:
    (project.path / "blob").write_text(text)
    return project.git("hash-object", "-w", "blob").strip()


@pytest.mark.parametrize(
    ("base", "branch", "target", "expected"),
    [
        (None, BASE, EDITED, FileMerge.CONFLICT),
        (BASE, MOVED, EDITED, FileMerge.BRANCH),
        (BASE, EDITED, MOVED, FileMerge.TARGET),
        (BASE, EDITED, REWRITTEN, FileMerge.CONFLICT),
        (BASE, MOVED, MOVED.replace("two()", "three()"), FileMerge.TARGET),
        (BASE, MOVED, BASE.replace('"a"', '"c"'), None),  # both re-parent it
        (BASE, EDITED, None, None),  # the target deleted or renamed it
        (BASE, "import os\nrevision = os.name\n", EDITED, None),
    ],
)
def test_merge_with_the_target(
    project: Project, base: str | None, branch: str, target: str | None, expected: FileMerge | None
) -> None:
    repository = Repository(str(project.path))
    old = ("0" * 6, "0" * 40) if base is None else (FILE, blob(project, base))
    entry = Entry(PATH, old[0], FILE, old[1], blob(project, branch))
    found = None if target is None else (FILE, blob(project, target))
    assert FileMerger(repository, open_reader(repository)).merge(entry, found) == expected


def test_links_and_executable_files_are_left_to_git(project: Project) -> None:
    repository = Repository(str(project.path))
    merger = FileMerger(repository, open_reader(repository))
    ids = [blob(project, text) for text in (BASE, MOVED, EDITED)]
    for modes in ((FILE, "120000", FILE), (FILE, "100755", FILE), (FILE, FILE, "100755")):
        entry = Entry(PATH, modes[0], modes[1], ids[0], ids[1])
        assert merger.merge(entry, (modes[2], ids[2])) is None


VERSIONS = {"gone": None, "base": BASE, "moved": MOVED, "edited": EDITED, "rewritten": REWRITTEN}


@pytest.mark.parametrize("base", VERSIONS)
def test_two_branches_conflict_like_in_git(project: Project, base: str) -> None:
    """Every pair of versions of a file, for every possible base version."""
    path = project.path / PATH
    commits = {}

    def commit(name: str, start: str) -> str:
        project.git("checkout", "-q", "-B", "work", start)
        text = VERSIONS[name]
        _write(path, text)
        return project.commit(name)

    start = commit(base, "HEAD")
    commits = {name: commit(name, start) for name in VERSIONS}
    repository = Repository(str(project.path))
    for first, one in commits.items():
        for second, two in commits.items():
            ids = (_blob_at(project, one), _blob_at(project, two))
            answer = repository.merge_tree(one, two)
            assert answer is not None
            expected = list(answer[1]) if ids[0] != ids[1] else []
            found = list(conflicting_paths(repository, one, two, {PATH: ids})) if ids[0] != ids[1] else []
            assert found == expected, (base, first, second)


def _write(path: Path, text: str | None) -> None:
    if text is None:
        path.unlink(missing_ok=True)
    else:
        path.write_text(text)


def _blob_at(project: Project, commit: str) -> str:
    return "".join(project.git("ls-tree", commit, PATH).split()[2:3])
