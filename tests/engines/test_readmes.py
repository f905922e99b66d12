"""The READMEs of the emulated servers name files that exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ENGINES = ROOT / "hooks" / "git_alembic" / "scratch" / "probe" / "engines"


@pytest.mark.parametrize("server", ["postgresql", "mysql"])
def test_files_in_a_readme_exist(server: str) -> None:
    text = (ENGINES / server / "README.md").read_text(encoding="utf-8")
    names = re.findall(r"`([\w/]+\.(?:py|json|sql|txt))`", text)
    places = (ENGINES / server, ENGINES, ROOT, ROOT / "tests" / "engines" / server)
    assert len(names) > 10
    assert [name for name in names if not any((place / name).exists() for place in places)] == []


@pytest.mark.parametrize("server", ["postgresql", "mysql"])
def test_readme_names_all_packages(server: str) -> None:
    text = (ENGINES / server / "README.md").read_text(encoding="utf-8")
    packages = [path.parent.name for path in (ENGINES / server).glob("*/__init__.py")]
    assert [name for name in packages if f"`{name}/" not in text] == []
