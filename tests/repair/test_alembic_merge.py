"""The project's Alembic makes the merge revision, or git-alembic writes its own and says why."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from git_alembic.environments.environment import Environment
from git_alembic.repair.alembic_merge import run_alembic_merge
from git_alembic.repair.file_changes import FileWriter
from git_alembic.repair.plain_merge_revision import MergeRevision

VERSIONS = "db/versions"
MADE = MergeRevision("0123", ("b", "c"), f"{VERSIONS}/0123_merge_heads.py", b"plain")
PLAIN = {MADE.path: b"plain"}
HEADER = """\
import os, pathlib, sys
versions = pathlib.Path("versions")
"""


def environment(*versions: str) -> Environment:
    """Return an environment whose commands run in `db`."""
    return Environment("db/alembic.ini", "db", versions or (VERSIONS,), config="db/alembic.ini", cwd="db")


@pytest.fixture
def top(tmp_path: Path) -> Path:
    """Return a folder with `db/versions`, which has a file already."""
    (tmp_path / "top" / VERSIONS).mkdir(parents=True)
    (tmp_path / "top" / VERSIONS / "b.py").write_bytes(b"")
    return tmp_path / "top"


def merge(
    top: Path, monkeypatch: pytest.MonkeyPatch, program: str | None, *versions: str
) -> tuple[str, dict[str, bytes]]:
    """Merge with a program that is named `alembic`. Return the sentence and the new files, which undo removes."""
    folder = top.parent / "bin"
    folder.mkdir()
    if program is not None:
        (folder / "alembic").write_text(f"#!{sys.executable}\n{HEADER}{program}")
        (folder / "alembic").chmod(0o755)
    monkeypatch.setenv("PATH", str(folder))
    before = set(top.rglob("*"))
    files = FileWriter(str(top), str(top.parent))
    sentence = run_alembic_merge(files, environment(*versions), MADE, str(top))
    new = {str(path.relative_to(top)): path.read_bytes() for path in set(top.rglob("*")) - before if path.is_file()}
    assert files.paths == tuple(sorted(new))
    files.undo()
    assert {path for path in top.rglob("*") if path.is_file()} <= before
    return sentence, new


def test_alembic_writes_the_file(top: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_DIR", "elsewhere")
    program = """
names = [name for name in os.environ if name.startswith("GIT_")]
(versions / "new.py").write_text(repr((names, os.environ["PYTHONDONTWRITEBYTECODE"], sys.stdin.read(), sys.argv[1:])))
print("Generating", file=sys.stderr)
"""
    arguments = ["merge", "-m", "merge heads", "--rev-id", "0123", "b", "c"]
    expected = repr(([], "1", "", arguments)).encode()
    assert merge(top, monkeypatch, program) == ("", {f"{VERSIONS}/new.py": expected})


def test_a_file_in_the_second_version_folder(top: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (top / "db/more").mkdir()
    program = "pathlib.Path('more/new.py').write_text('')"
    assert merge(top, monkeypatch, program, VERSIONS, "db/more") == ("", {"db/more/new.py": b""})


@pytest.mark.parametrize(
    ("program", "reason"),
    [
        pytest.param(None, "it is not on PATH", id="not on PATH"),
        pytest.param("", "it did not write a file", id="no file"),
        pytest.param("sys.exit(3)", "exit code 3", id="no message"),
        pytest.param(
            "(versions / 'new.py').write_text('')\nsys.exit('FAILED: trace\\nthe last line\\n\\n')", "the last line",
            id="a file and a failure",
        ),
        pytest.param(
            "[(versions / name).write_text('') for name in ('x.py', 'y.py')]", "it did not write a file", id="two files"
        ),
    ],
)  # fmt: skip
def test_a_plain_file_instead(top: Path, monkeypatch: pytest.MonkeyPatch, program: str | None, reason: str) -> None:
    sentence = f"`alembic merge` could not be run ({reason}), so git-alembic wrote a plain merge revision"
    assert merge(top, monkeypatch, program) == (sentence, PLAIN)


def test_a_program_that_cannot_start(top: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = top.parent / "bin2"
    broken.mkdir()
    (broken / "alembic").write_text("#!/nonexistent/python\n")
    (broken / "alembic").chmod(0o755)
    monkeypatch.setenv("PATH", str(broken))
    files = FileWriter(str(top), str(top.parent))
    sentence = run_alembic_merge(files, environment(), MADE, str(top))
    assert sentence == (
        "`alembic merge` could not be run ([Errno 2] No such file or directory: 'alembic'), so git-alembic wrote a "
        "plain merge revision"
    )
    assert files.paths == (MADE.path,)
