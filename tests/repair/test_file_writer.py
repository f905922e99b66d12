"""Files are written completely or not at all, and come back as they were."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path
from typing import NoReturn

import pytest

from git_alembic.errors import CannotCheck
from git_alembic.repair.file_writer import FileWriter

PATH = "versions/a.py"


@pytest.fixture
def top(tmp_path: Path) -> Path:
    """Return a folder with a project and its scratch folder, which is empty after each test."""
    (tmp_path / "scratch").mkdir()
    project = tmp_path / "project"
    (project / "versions").mkdir(parents=True)
    return project


@pytest.fixture
def files(top: Path) -> FileWriter:
    return FileWriter(str(top), str(top.parent / "scratch"))


def tree(top: Path) -> dict[str, bytes]:
    return {str(path.relative_to(top)): path.read_bytes() for path in top.rglob("*") if path.is_file()}


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_undo_restores_contents_and_modes_and_removes_new_files(top: Path, files: FileWriter) -> None:
    (top / PATH).write_bytes(b"old\r\n")
    (top / PATH).chmod(0o640)
    (top / "versions/b.py").write_bytes(b"")
    files.write(PATH, b"new")
    files.write(PATH, b"newer")
    files.write("versions/b.py", b"filled")
    files.write("deep/er/c.py", b"c")
    files.create("versions/d.py", b"d")
    (top / "versions/e.py").write_bytes(b"of another program")
    files.note_created("versions/e.py")
    assert files.paths == ("deep/er/c.py", PATH, "versions/b.py", "versions/d.py", "versions/e.py")
    assert tree(top.parent) == {
        "project/deep/er/c.py": b"c",
        "project/versions/a.py": b"newer",
        "project/versions/b.py": b"filled",
        "project/versions/d.py": b"d",
        "project/versions/e.py": b"of another program",
    }
    assert mode(top / PATH) == 0o640
    files.undo()
    assert tree(top.parent) == {"project/versions/a.py": b"old\r\n", "project/versions/b.py": b""}
    assert mode(top / PATH) == 0o640


def test_a_new_file_that_is_gone_again_is_not_listed(top: Path, files: FileWriter) -> None:
    (top / PATH).write_bytes(b"old")
    files.write(PATH, b"new")
    files.write("versions/b.py", b"new")
    (top / PATH).unlink()
    (top / "versions/b.py").unlink()
    assert files.paths == (PATH,)
    files.undo()
    assert tree(top) == {PATH: b"old"}


@pytest.mark.parametrize("umask", [0o022, 0o077])
def test_modes_of_new_files(top: Path, files: FileWriter, umask: int) -> None:
    before = os.umask(umask)
    try:
        files.write("a", b"")
        files.write("b", b"", executable=True)
        files.create("c", b"")
        files.create("d", b"", executable=True)
    finally:
        os.umask(before)
    assert [mode(top / name) for name in "abcd"] == [0o666 & ~umask, 0o777 & ~umask] * 2


def test_an_existing_file_keeps_its_mode_even_if_the_new_one_is_executable(top: Path, files: FileWriter) -> None:
    (top / PATH).write_bytes(b"old")
    (top / PATH).chmod(0o600)
    files.write(PATH, b"new", executable=True)
    assert mode(top / PATH) == 0o600


def no_links(*_: object) -> NoReturn:
    raise OSError(errno.EPERM, "Operation not permitted")


@pytest.mark.parametrize("has_links", [True, False])
@pytest.mark.parametrize("kind", ["file", "folder", "broken link"])
def test_create_replaces_nothing(
    top: Path, files: FileWriter, monkeypatch: pytest.MonkeyPatch, kind: str, *, has_links: bool
) -> None:
    place = top / PATH
    if kind == "file":
        place.write_bytes(b"old")
    elif kind == "folder":
        place.mkdir()
    else:
        place.symlink_to("nothing")
    before = tree(top.parent)
    if not has_links:
        monkeypatch.setattr(os, "link", no_links)
    with pytest.raises(CannotCheck, match=f"^{PATH} is in the way$"):
        files.create(PATH, b"new")
    assert (tree(top.parent), files.paths) == (before, ())
    files.create("versions/b.py", b"b")
    assert tree(top.parent) == {**before, "project/versions/b.py": b"b"}


@pytest.mark.parametrize("has_file", [True, False])
def test_a_failing_write_leaves_the_old_file(
    top: Path, files: FileWriter, monkeypatch: pytest.MonkeyPatch, *, has_file: bool
) -> None:
    if has_file:
        (top / PATH).write_bytes(b"old")
    before = tree(top.parent)

    def full(_: int) -> NoReturn:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(CannotCheck, match=f"^{PATH} cannot be written: No space left on device$"):
        files.write(PATH, b"new")
    assert tree(top.parent) == before


def test_a_file_in_the_place_of_a_folder(top: Path, files: FileWriter) -> None:
    (top / PATH).write_bytes(b"old")
    with pytest.raises(CannotCheck, match=f"^{PATH}/b.py cannot be written: "):
        files.create(f"{PATH}/b.py", b"new")


def test_temporary_files_are_beside_the_file_on_another_file_system(
    top: Path, files: FileWriter, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[list[str]] = []
    real = os.replace

    def replace(source: str, target: str) -> None:
        seen.append([str(Path(path).relative_to(top.parent)) for path in (source, target)])
        real(source, target)

    monkeypatch.setattr(os, "replace", replace)
    files.write(PATH, b"one")
    other = FileWriter(str(top), "/dev")  # another file system
    other.write(PATH, b"two")
    name = f"git-alembic-{os.getpid()}.tmp"
    assert seen == [[f"scratch/{name}", f"project/{PATH}"], [f"project/versions/{name}", f"project/{PATH}"]]
    assert tree(top.parent) == {f"project/{PATH}": b"two"}


def test_what_a_killed_process_left_is_removed(top: Path, files: FileWriter) -> None:
    left = [top.parent / "scratch" / name for name in ("git-alembic-1.tmp", "git-alembic-x.tmp")]
    for place in left:
        place.write_bytes(b"half")
        os.utime(place, (0, 0))
    files.write(PATH, b"new")
    assert [place.exists() for place in left] == [False, True]
