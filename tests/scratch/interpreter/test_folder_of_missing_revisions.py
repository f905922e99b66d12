"""Files of revisions that a tree lacks."""

from __future__ import annotations

from pathlib import Path

from git_alembic.scratch.interpreter.folder_of_missing_revisions import name_files, version_folder

CODE = {"b": b"first", "a": b"second", "../x y\n": b"third"}


def test_names_keep_the_order_and_are_safe() -> None:
    assert name_files(CODE) == {"0000_b.py": b"first", "0001_a.py": b"second", "0002____x_y_.py": b"third"}


def test_the_folder_is_removed() -> None:
    with version_folder(CODE) as folder:
        assert {file.name: file.read_bytes() for file in Path(folder).iterdir()} == name_files(CODE)
    assert not Path(folder).exists()
    with version_folder({}) as folder:
        assert folder == ""
