from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.project import Project


@pytest.fixture
def ahead(cloned: Project, tmp_path: Path) -> str:
    """Add a commit to main of origin, which the clone does not have. Return it."""
    other = Project(tmp_path / "other")
    cloned.git("clone", "-q", str(tmp_path / "origin.git"), str(other.path))
    commit = other.commit("of somebody else")
    other.git("push", "-q", "origin", "HEAD:main")
    return commit
