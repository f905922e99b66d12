"""Where the bytecode of what the probe imports is read and written."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

PROBE = Path(__file__).resolve().parents[2] / "hooks" / "git_alembic" / "scratch" / "probe"
RUN = """
import sys
sys.path[:0] = sys.argv[1:4]
from bytecode import redirect_bytecode
del sys.path[0]
redirect_bytecode(sys.argv[4], sys.argv[3])
from library import where
import module
print(where, module.where)
"""
RIGHT, STALE = "where = 'new'", "where = 'old'"


class Places:
    """A library that was compiled, a project that was not, and a folder for bytecode."""

    def __init__(self, folder: Path) -> None:
        self.library, self.project, self.apart = (folder / name for name in ("library", "project", "apart"))
        for place in (self.library, self.project):
            place.mkdir()
        (self.library / "library.py").write_text(RIGHT)
        (self.project / "module.py").write_text(RIGHT)

    def compile(self, place: Path) -> None:
        subprocess.run([sys.executable, "-m", "compileall", "-q", str(place)], check=True)

    def run(self) -> str:
        arguments = [str(place) for place in (PROBE, self.library, self.project, self.apart)]
        command = [sys.executable, "-c", RUN, *arguments]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()

    def compiled_apart(self) -> set[str]:
        return {path.name.partition(".")[0] for path in self.apart.rglob("*.pyc")} & {"library", "module"}


@pytest.fixture
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Places:
    monkeypatch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)
    return Places(tmp_path)


def files(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_what_was_compiled_is_read_and_nothing_written_beside(places: Places) -> None:
    places.compile(places.library)
    before = files(places.library) | files(places.project)
    assert places.run() == "new new"
    assert places.compiled_apart() == {"module"}
    assert files(places.library) | files(places.project) == before


def test_what_was_not_compiled_is_kept_apart(places: Places) -> None:
    before = files(places.library) | files(places.project)
    assert [places.run(), places.run()] == ["new new"] * 2
    assert places.compiled_apart() == {"library", "module"}
    assert files(places.library) | files(places.project) == before


@pytest.mark.parametrize("change", ["the source is newer", "no bytecode at all"])
def test_bytecode_that_does_not_fit_is_not_run(places: Places, change: str) -> None:
    (places.library / "library.py").write_text(f"{STALE}  # and longer")
    places.compile(places.library)
    (places.library / "library.py").write_text(RIGHT)
    if change == "no bytecode at all":
        (kept,) = places.library.rglob("*.pyc")
        kept.write_bytes(b"")
    before = files(places.library)
    assert places.run() == "new new"
    assert places.compiled_apart() == {"library", "module"}
    assert files(places.library) == before


def test_the_projects_own_bytecode_is_not_read(places: Places) -> None:
    """Its folders hold whatever the developer's branches left there."""
    places.compile(places.project)
    places.run()
    assert places.compiled_apart() == {"library", "module"}
