"""git-alembic's temporary folders and files, including those that killed runs left behind."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from git_alembic.temporary_files import private_folder, sweep_files, sweep_folders

HOLDS = """
import os, sys
from git_alembic.temporary_files import private_folder
with private_folder(sys.argv[1], "run-") as folder:
    print(folder, flush=True)
    sys.stdin.read()
"""


def test_a_folder_is_removed_at_the_end(tmp_path: Path) -> None:
    with private_folder(str(tmp_path), "run-") as folder:
        Path(folder, "x").touch()
        assert [path.name for path in tmp_path.iterdir()] == [Path(folder).name]
    assert list(tmp_path.iterdir()) == []


def test_the_folder_of_another_process_stays_until_its_end(tmp_path: Path) -> None:
    pytest.importorskip("fcntl")
    command = [sys.executable, "-c", HOLDS, str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        folder = Path(process.stdout.readline().strip())
        os.utime(folder, (1, 1))
        sweep_folders(str(tmp_path), "run-")
        assert folder.is_dir()
        process.kill()
    sweep_folders(str(tmp_path), "run-")
    assert not folder.exists()


def test_foreign_folders_stay(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "kept").touch()
    (tmp_path / "run-link_to_").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "run-a_file__").touch()
    (tmp_path / "other").mkdir()
    (tmp_path / ".run-justmade").mkdir(mode=0o700)
    (tmp_path / "run-of-somebody").mkdir(mode=0o700)
    (tmp_path / "run-everyone").mkdir(mode=0o755)
    before = sorted(tmp_path.rglob("*"))
    sweep_folders(str(tmp_path), "run-")
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize("seconds", [-10_000_000, 10_000_000])
def test_an_unfinished_folder(tmp_path: Path, seconds: int) -> None:
    """A folder that didn't get its final name is removed a day later, even if the clock was wrong."""
    (tmp_path / ".run-justmade").mkdir(mode=0o700)
    when = time.time() + seconds
    os.utime(tmp_path / ".run-justmade", (when, when))
    sweep_folders(str(tmp_path), "run-")
    assert list(tmp_path.iterdir()) == []


def test_files(tmp_path: Path) -> None:
    for name in ("git-alembic-1.tmp", "git-alembic-2.tmp", "git-alembic-notes.tmp", "other.tmp", "git-alembic-1"):
        (tmp_path / name).touch()
        if "2" not in name:
            os.utime(tmp_path / name, (1, 1))
    sweep_files(str(tmp_path), r"git-alembic-\d+\.tmp")
    left = sorted(path.name for path in tmp_path.iterdir())
    assert left == ["git-alembic-1", "git-alembic-2.tmp", "git-alembic-notes.tmp", "other.tmp"]
