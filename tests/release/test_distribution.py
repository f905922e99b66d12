"""The published files: the wheel and the source archive, built twice, examined, and installed."""

from __future__ import annotations

import email
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from git_alembic import __version__
from git_alembic.report.documentation_paths_and_urls import TOPICS
from tests.support.project import Project

ROOT = Path(__file__).resolve().parents[2]
WHEEL = f"git_alembic-{__version__}-py3-none-any.whl"
ARCHIVE = f"git_alembic-{__version__}.tar.gz"
INFO = f"git_alembic-{__version__}.dist-info"


def tracked() -> list[str]:
    """Return the files of the checkout that git tracks or does not ignore."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout.split("\0")
    return [path for path in listed if path and (ROOT / path).is_file()]


def built(source: Path, out: Path) -> Path:
    environment = {**os.environ, "SOURCE_DATE_EPOCH": "1767225600"}
    command = [sys.executable, "-m", "hatchling", "build", "-d", str(out)]
    subprocess.run(command, cwd=source, env=environment, check=True, capture_output=True)
    return out


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of wheel and archive, built from a copy of the checkout on disk."""
    source = tmp_path_factory.mktemp("source")
    for path in tracked():
        (source / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / path, source / path)
    return built(source, source / "dist")


def urls() -> dict[str, str]:
    """Return the addresses in pyproject.toml."""
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8").partition("[project.urls]\n")[2].partition("\n\n")[0]
    return dict(re.findall(r'(?m)^(\w+) = "(.*)"$', text))


def contents(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def test_the_wheel_holds_everything_and_nothing_else(release: Path) -> None:
    """The wheel has the modules with the probe, the rules' pages, the manifest, and its own metadata."""
    modules = {path.removeprefix("hooks/") for path in tracked() if path.startswith("hooks/")}
    pages = {f"git_alembic/_rules/{Path(path).name}" for path in tracked() if path.startswith("docs/rules/")}
    info = {f"{INFO}/{name}" for name in ("METADATA", "RECORD", "WHEEL", "entry_points.txt", "licenses/LICENSE")}
    found = {name for name in contents(release / WHEEL) if ".data/" not in name}
    topics = {f"git_alembic/_pages/{topic}.md" for topic in TOPICS}
    assert found == modules | pages | topics | info | {"git_alembic/_hooks.yaml"}
    assert len(pages) > 10


def test_the_archive_has_everything_for_the_tests(release: Path) -> None:
    with tarfile.open(release / ARCHIVE) as archive:
        found = {name.partition("/")[2] for name in archive.getnames()}
    expected = {path for path in tracked() if re.match(r"(?:\.ci|\.github|hooks|docs|tests)/", path)}
    files = {"pyproject.toml", "README.md", "LICENSE", "CHANGELOG.md", ".pre-commit-hooks.yaml", "action.yml"}
    assert expected | files | {"CONTRIBUTING.md", "Makefile", "noxfile.py"} <= found


def test_building_twice_gives_the_same_bytes(release: Path, tmp_path: Path) -> None:
    """The second build is elsewhere, with other file times, and its wheel comes only from the archive."""
    again = tmp_path / "elsewhere"
    with tarfile.open(release / ARCHIVE) as archive:
        archive.extractall(again, filter="data")
    (unpacked,) = again.iterdir()
    for path in unpacked.rglob("*"):
        os.utime(path, (1, 1))
    dist = built(unpacked, tmp_path / "dist")
    for name in (WHEEL, ARCHIVE):
        assert (dist / name).read_bytes() == (release / name).read_bytes(), name


def test_the_version_comes_from_one_place(release: Path) -> None:
    with zipfile.ZipFile(release / WHEEL) as wheel:
        metadata = email.message_from_bytes(wheel.read(f"{INFO}/METADATA"))
    assert metadata["Version"] == __version__
    assert 'dynamic = ["version"]' in (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    written = [
        (path, version)
        for path in tracked()
        if path.endswith(".md") and path != "CHANGELOG.md"
        for version in re.findall(r"(?:rev: v|git-alembic==)([\d.]+)", (ROOT / path).read_text(encoding="utf-8"))
    ]
    assert written
    assert {version for _, version in written} == {__version__}


def test_only_pyproject_has_addresses_of_the_project() -> None:
    """The pages say <address>; nothing but `[project.urls]` may name a host of the project."""
    texts = {path: (ROOT / path).read_bytes() for path in tracked() if path != "pyproject.toml"}
    named = {path: re.findall(rb"https?://[^\s/]+/[^\s/]+/git-alembic\b", text) for path, text in texts.items()}
    assert {path: found for path, found in named.items() if found} == {}


def test_installs_in_an_empty_environment(release: Path, project: Project, tmp_path: Path) -> None:
    """With only its requirements, `git alembic` works, and finds the files of the wheel."""
    subprocess.run([sys.executable, "-m", "venv", str(tmp_path / "venv")], check=True)
    binaries = tmp_path / "venv" / "bin"
    subprocess.run([binaries / "python", "-m", "pip", "install", "-qq", str(release / WHEEL)], check=True)
    subprocess.run([binaries / "python", "-m", "pip", "check"], check=True, capture_output=True)

    def output(*arguments: str) -> str:
        environment = {**os.environ, "PATH": f"{binaries}{os.pathsep}{os.environ['PATH']}"}
        command = ["git", "alembic", *arguments]
        done = subprocess.run(command, cwd=project.path, env=environment, check=True, capture_output=True, text=True)
        return done.stdout

    assert output("--version") == f"git-alembic {__version__}\n"
    installed = {path.name for path in (tmp_path / "venv").rglob("*") if path.name in ("postgast", "sqlalchemy")}
    assert installed == {"sqlalchemy"}
    assert output("explain", "hooks") == (ROOT / "docs" / "hooks.md").read_text(encoding="utf-8")
    described = json.loads(output("explain", "extra-base", "--format", "json"))["rules"][0]
    assert described["address"] == (f"{urls()['Documentation']}/rules/extra-base.md" if urls() else None)
    assert output("explain", "extra-base") == (ROOT / "docs" / "rules" / "extra-base.md").read_text(encoding="utf-8")
    assert "language: system" in output("init", "--dry-run")  # because it was installed from a file
    summary = output("check", "--rev", "HEAD", "--verbose")
    assert summary.startswith("git-alembic: alembic.ini (migrations): 2 revisions")
