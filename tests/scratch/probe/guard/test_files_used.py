from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

import pytest

from git_alembic.scratch.probe.guard.files_used import FilesUsed

NOTHING = {"read": [], "missed": [], "ran": [], "elsewhere": [], "outside": [], "asks_git": False}


@pytest.fixture
def top(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a copy of the tree, the current folder. Beside it are the working tree and other folders."""
    for name in ("copy/app", "work/app", "scratch", "bytecode", "outside"):
        (tmp_path / name).mkdir(parents=True)
    for name in ("copy/a.txt", "copy/app/b.py", "work/app/c.py", "scratch/0.db", "outside/x.cfg", "bytecode/x.pyc"):
        (tmp_path / name).write_text("")
    monkeypatch.chdir(tmp_path / "copy")
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    return tmp_path / "copy"


@pytest.fixture
def used(top: Path) -> FilesUsed:
    folder = top.parent
    names = {"top": "copy", "working_tree": "work", "scratch": "scratch", "bytecode": "bytecode"}
    return FilesUsed({**{key: str(folder / name) for key, name in names.items()}, "subfolder": "server"})


def read(used: FilesUsed, *paths: object, mode: str | None = "r", flags: int | None = None) -> None:
    for path in paths:
        used.note_open((path, mode, flags))


def test_files_of_the_tree(used: FilesUsed, top: Path) -> None:
    read(used, "a.txt", f"{top}/app/b.py", b"app/../a.txt", "gone.txt", "app")
    assert used.files() == {**NOTHING, "read": ["a.txt", "app/b.py"], "missed": ["gone.txt"]}


@pytest.mark.parametrize(
    ("mode", "flags", "expected"),
    [("r", None, True), ("rb", 0, True), (None, os.O_RDONLY, True), ("w", None, False), (None, os.O_CREAT, False)],
)
def test_only_reading_counts(used: FilesUsed, mode: str | None, flags: int | None, expected: bool) -> None:
    read(used, "a.txt", mode=mode, flags=flags)
    assert used.files()["read"] == (["a.txt"] if expected else [])


def test_files_outside_of_the_tree(used: FilesUsed, top: Path) -> None:
    folder = top.parent
    read(used, f"{folder}/outside/x.cfg", f"{folder}/outside/gone.cfg")
    assert used.files() == {**NOTHING, "outside": [f"{folder}/outside/gone.cfg", f"{folder}/outside/x.cfg"]}


def test_files_that_say_nothing_about_the_project(used: FilesUsed, top: Path) -> None:
    folder = top.parent
    read(used, f"{folder}/scratch/0.db", f"{folder}/bytecode/x.pyc", f"{sys.prefix}/x", f"{sys.base_prefix}/x")
    read(used, f"{folder}/temporary/x", "/proc/cpuinfo", "/dev/null", "/x/site-packages/y.py", 7)
    assert used.files() == NOTHING


def code(path: object) -> tuple[object]:
    return (compile("", str(path), "exec"),)


def test_code_that_runs(used: FilesUsed, top: Path) -> None:
    for path in (top / "app/b.py", top.parent / "work/app/c.py", top / "gone.py", top / "a.txt", "/x.py", "<string>"):
        used.note_execution(code(path))
    assert used.files() == {
        **NOTHING,
        "read": ["app/b.py"],
        "ran": ["app/b.py"],
        "elsewhere": ["server/app/c.py"],
        "outside": [f"{top.parent}/work/app/c.py"],
    }


@pytest.mark.parametrize(
    ("program", "words", "asks"),
    [
        (None, ["git", "describe"], True),
        ("/usr/bin/git", ["x"], True),
        (None, "git-describe", True),
        (b"git", [], True),
        (None, ["/bin/sh", "-c", "git"], False),
        (None, [], False),
    ],
)
def test_programs(used: FilesUsed, program: object, words: object, asks: bool) -> None:
    used.note_start((program, words))
    assert used.files()["asks_git"] is asks


def test_created_files_are_removed(used: FilesUsed, top: Path) -> None:
    made = [top / "new", top / "new/x.txt", top.parent / "work/y.txt"]
    for path in (*made, top / "a.txt", top.parent / "scratch/1.db", top.parent / "outside/z"):
        used.note_creation((str(path), 0))
    made[0].mkdir()
    for path in (*made[1:], top.parent / "scratch/1.db", top.parent / "outside/z"):
        path.write_text("")
    used.remove()
    assert [path.exists() for path in made] == [False, False, False]
    assert [(top.parent / name).exists() for name in ("copy/a.txt", "scratch/1.db", "outside/z")] == [True, True, True]
