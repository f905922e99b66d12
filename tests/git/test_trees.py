"""Trees, the index, and the content of their files."""

from __future__ import annotations

import re

import pytest

from git_alembic.git import INDEX, Repository
from tests.support.project import Project
from tests.support.refusals import refusal

B = "migrations/versions/b_x.py"


def repository(project: Project) -> Repository:
    return Repository(str(project.path))


def remove_object(project: Project, id_: str) -> None:
    (project.path / ".git" / "objects" / id_[:2] / id_[2:]).unlink()


def test_a_replaced_blob_has_its_own_content(project: Project) -> None:
    blob = project.git("rev-parse", f":{B}").strip()
    project.write("other", "replaced")
    project.git("replace", blob, project.git("hash-object", "-w", "other").strip())
    assert b"down_revision" in dict(repository(project).read([blob]))[blob]
    assert repository(project).grep(INDEX, "down_revision", "*.py") == ["migrations/versions/a_x.py", B]


@pytest.mark.parametrize("source", ["HEAD", INDEX])
def test_a_search_by_content_fails(project: Project, source: str) -> None:
    remove_object(project, project.git("rev-parse", f"HEAD:{B}").strip())
    assert re.search(
        r"git grep failed: error: .* unable to read",
        refusal(lambda: repository(project).grep(source, "down_revision", "*.py")),
    )
