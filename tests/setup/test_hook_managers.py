"""The configurations that installed hooks name, and the folders of husky."""

from __future__ import annotations

from pathlib import Path

import pytest

from git_alembic.setup.hook_managers import LEFTHOOK, has_husky_files, named_configurations


@pytest.mark.parametrize(
    ("hook", "names"),
    [
        (b"", []),
        (b"ARGS=(hook-impl --config=.pre-commit-config.yaml --hook-type=pre-commit)", [".pre-commit-config.yaml"]),
        (b'exec prek --config="tools/prek.toml" run', ["tools/prek.toml"]),
        (b"--config='a b'", ["a"]),
        (b"--config=a)\n--config=b\n", ["a", "b"]),
        (b"--config=\xff", ["\udcff"]),
        (b"--config x", []),
    ],
)
def test_named_configurations(hook: bytes, names: list[str]) -> None:
    assert named_configurations(hook) == names


@pytest.mark.parametrize(
    ("folder", "files", "expected"),
    [
        (".husky/_", ["h"], True),
        (".husky/_", ["husky.sh"], True),
        (".husky/_", ["pre-commit"], False),
        (".husky", ["_/husky.sh"], True),
        (".husky", ["h"], False),
        (".git/hooks", ["pre-commit"], False),
        ("gone", [], False),
    ],
)
def test_folders_of_husky(tmp_path: Path, folder: str, files: list[str], expected: bool) -> None:
    for name in files:
        (tmp_path / folder / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / folder / name).write_text("")
    assert has_husky_files(str(tmp_path / folder)) is expected


def test_every_name_of_lefthooks_configuration() -> None:
    assert LEFTHOOK.files[:4] == ("lefthook.yml", ".lefthook.yml", ".config/lefthook.yml", "lefthook.yaml")
    assert len(set(LEFTHOOK.files)) == 12
