"""The places where the probe reads and writes bytecode."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

PROBE = Path(__file__).resolve().parents[3] / "hooks" / "git_alembic" / "scratch" / "probe"
RUN = """
import sys
sys.path[:0] = sys.argv[1:4]
from bytecode_cache import redirect_bytecode
del sys.path[0]
redirect_bytecode(sys.argv[4], sys.argv[3])
from library import where
import module
print(where, module.where)
"""
RIGHT, STALE = "where = 'new'", "where = 'old'"


class Places:
    """A compiled library, an uncompiled project, and a folder for bytecode."""

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


def test_existing_bytecode_is_read_and_nothing_is_written_beside_it(places: Places) -> None:
    places.compile(places.library)
    before = files(places.library) | files(places.project)
    assert places.run() == "new new"
    assert places.compiled_apart() == {"module"}
    assert files(places.library) | files(places.project) == before


def test_new_bytecode_is_kept_separately(places: Places) -> None:
    before = files(places.library) | files(places.project)
    assert [places.run(), places.run()] == ["new new"] * 2
    assert places.compiled_apart() == {"library", "module"}
    assert files(places.library) | files(places.project) == before


@pytest.mark.parametrize("change", ["the source is newer", "no bytecode at all"])
def test_stale_bytecode_is_not_run(places: Places, change: str) -> None:
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
    """Its folders contain whatever the developer's branches left there."""
    places.compile(places.project)
    places.run()
    assert places.compiled_apart() == {"library", "module"}


def kept(places: Places, name: str) -> Path:
    (found,) = places.apart.rglob(f"{name}.*.pyc")
    return found


@pytest.mark.parametrize("name", ["library", "module"])
@pytest.mark.parametrize("damage", ["cut off", "garbage", "no code", "empty"])
def test_damaged_bytecode_is_not_run(places: Places, name: str, damage: str) -> None:
    assert places.run() == "new new"
    file = kept(places, name)
    whole = file.read_bytes()
    bodies = {"cut off": whole[16:-5], "garbage": b"\xff" * 50, "no code": b"N", "empty": b""}
    file.write_bytes(whole[:16] + bodies[damage])
    assert places.run() == "new new"


@pytest.mark.parametrize("name", ["library", "module"])
@pytest.mark.parametrize("mode", [0o620, 0o602])
def test_bytecode_that_others_can_write_is_not_run(places: Places, name: str, mode: int) -> None:
    folder = places.library if name == "library" else places.project
    source = folder / f"{name}.py"
    source.write_text(STALE)
    assert "old" in places.run()
    before = source.stat()
    source.write_text(RIGHT)
    os.utime(source, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert "old" in places.run()  # Python compares only time and size
    kept(places, name).chmod(mode)
    assert places.run() == "new new"


def test_only_the_owner_can_read_the_bytecode(places: Places) -> None:
    places.run()
    assert {kept(places, name).stat().st_mode & 0o777 for name in ("library", "module")} == {0o600}


def test_a_mistake_in_the_source_is_raised(places: Places) -> None:
    (places.project / "module.py").write_text("where = \n")
    with pytest.raises(subprocess.CalledProcessError) as caught:
        places.run()
    assert "SyntaxError" in caught.value.stderr
