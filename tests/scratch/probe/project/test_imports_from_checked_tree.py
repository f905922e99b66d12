"""Modules of the working tree are imported from the copy that is checked."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path

import pytest

from git_alembic.scratch.probe.project.imports_from_checked_tree import import_from_tree

NAMES = ("gac_plain", "gac_package", "gac_space", "gac_only_here", "gac_editable", "gac_names")


@pytest.fixture
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Path, Path]]:
    """Return the working tree, which is on sys.path, and the copy of the checked tree."""
    work, copy = tmp_path / "work", tmp_path / "copy" / "server"
    for top, word in ((work, "work"), (copy, "copy")):
        for path in (
            "gac_plain.py",
            "gac_package/__init__.py",
            "gac_package/inner.py",
            "gac_space/part.py",
            "src/gac_editable.py",
            "src/gac_names/part.py",
        ):
            (top / path).parent.mkdir(parents=True, exist_ok=True)
            (top / path).write_text(f"WHERE = {word!r}\n")
    (work / "gac_only_here.py").write_text("WHERE = 'work'\n")
    monkeypatch.setattr(sys, "path", [*sys.path, str(work), f"{work}-other"])
    monkeypatch.setattr(sys, "meta_path", list(sys.meta_path))
    yield work, copy
    for name in [name for name in sys.modules if name.partition(".")[0] in NAMES]:
        del sys.modules[name]


def start(work: Path, copy: Path) -> None:
    import_from_tree({"top": str(copy.parent), "subfolder": "server", "working_tree": str(work)})
    importlib.invalidate_caches()


def where(name: str) -> str:
    found: str = importlib.import_module(name).WHERE
    return found


def test_modules_and_packages(folders: tuple[Path, Path]) -> None:
    work, copy = folders
    start(work, copy)
    assert (str(copy) in sys.path, str(work) in sys.path, f"{work}-other" in sys.path) == (True, False, True)
    names = ("gac_plain", "gac_package", "gac_package.inner", "gac_space.part")
    assert [where(name) for name in names] == ["copy"] * 4


def test_a_module_that_only_the_working_tree_has(folders: tuple[Path, Path]) -> None:
    start(*folders)
    assert where("gac_only_here") == "work"
    with pytest.raises(ModuleNotFoundError):
        importlib.import_module("gac_nowhere")


def test_an_editable_install_that_finds_files_of_the_working_tree(folders: tuple[Path, Path]) -> None:
    work, copy = folders

    class EditableFinder:
        def find_spec(self, name: str, _path: object = None, _target: object = None) -> ModuleSpec | None:
            return PathFinder.find_spec(name, [str(work / "src")]) if name in ("gac_editable", "gac_names") else None

    sys.meta_path.append(EditableFinder())
    start(work, copy)
    assert where("gac_editable") == "copy"
    assert list(importlib.import_module("gac_names").__path__) == [str(copy / "src" / "gac_names")]
    assert where("gac_names.part") == "copy"


def test_without_a_copy_nothing_changes(folders: tuple[Path, Path]) -> None:
    work, _ = folders
    before = (list(sys.path), list(sys.meta_path))
    import_from_tree({"top": str(work), "subfolder": "", "working_tree": str(work)})
    assert (sys.path, sys.meta_path) == before
    assert where("gac_plain") == "work"
