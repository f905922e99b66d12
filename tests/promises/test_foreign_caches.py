"""A valid cache with false content is not trusted if another user could have written it."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest

from git_alembic.revisions.revision import Revision
from git_alembic.revisions.revision_cache import RevisionCache
from tests.promises.test_static_promises import FORKED, cache_files, message, signed
from tests.support.model_projects import EMAIL, Modeled
from tests.support.project import Project


@pytest.fixture
def lying(project: Project) -> Path:
    """Stage a fork, and write a cache that denies it. Return the cache's file."""
    project.revision("c", "b")
    project.commit()
    project.revision("d", "b")
    project.git("add", "-A")
    assert message(project) == [FORKED]
    (file,) = cache_files(project)
    rows = json.loads(file.read_bytes().partition(b"\n")[2])
    for row in rows.values():
        row[1] = "c" if row[:2] == ["d", "b"] else row[1]
    file.write_bytes(signed(json.dumps(rows).encode()))
    assert FORKED not in message(project)  # our own cache is trusted
    return file


def _link(file: Path) -> None:
    file.symlink_to(file.rename(file.parent.parent / "elsewhere"))


def _pipe(file: Path) -> None:
    file.unlink()
    os.mkfifo(file, 0o600)


FOREIGN: dict[str, Callable[[Path], None]] = {
    "writable for its group": lambda file: file.chmod(0o620),
    "writable for all": lambda file: file.chmod(0o602),
    "a link": _link,
    "a pipe": _pipe,
}


@pytest.mark.parametrize("make", FOREIGN.values(), ids=FOREIGN.keys())
def test_it_is_not_read_but_replaced(project: Project, lying: Path, make: Callable[[Path], None]) -> None:
    make(lying)
    assert message(project) == [FORKED]
    assert (lying.is_symlink(), lying.is_file(), lying.stat().st_mode & 0o777) == (False, True, 0o600)
    assert message(project) == [FORKED]


def test_one_of_another_user_is_not_read(project: Project, lying: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The test uses another user id for this process, because only root can create files of other users."""
    blob = project.git("ls-files", "-s", "--", "migrations/versions/d_x.py").split()[1]
    read_blobs: list[str] = []

    def fetch(blobs: Iterable[str]) -> Iterator[tuple[str, bytes]]:
        for blob in blobs:
            read_blobs.append(blob)
            yield blob, b"revision = 'd'\ndown_revision = 'b'\n"

    def parents() -> tuple[str, ...]:
        (found,) = RevisionCache(str(lying.parent.parent), fetch).read([("d_x.py", blob)])
        assert isinstance(found, Revision)
        return found.down

    assert (parents(), read_blobs) == (("c",), [])
    own = os.geteuid()
    monkeypatch.setattr(os, "geteuid", lambda: own + 1)
    assert (parents(), read_blobs) == (("b",), [blob])


def test_a_scratch_of_another_user_is_not_used(tmp_path: Path) -> None:
    project = Modeled(tmp_path / "work")
    project.path.mkdir()
    project.init()
    project.start()
    project.models(EMAIL)
    assert project.found() == [("error", "model-drift")]
    entries = list((project.path / ".git" / "git-alembic" / "scratch").iterdir())
    for entry in entries:
        known = json.loads((entry / "entry.json").read_text())
        for database in known["answer"]["run"]["databases"]:
            database["comparisons"] = {key: [] for key in database["comparisons"]}
        (entry / "entry.json").write_text(json.dumps(known))
    assert project.found() == []  # our own databases are trusted
    for entry in entries:
        entry.chmod(0o770)
    (latest,) = (project.path / ".git" / "git-alembic" / "scratch").glob("clean-*.json")
    latest.chmod(0o660)
    assert project.found() == [("error", "model-drift")]
