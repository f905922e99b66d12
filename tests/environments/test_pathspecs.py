"""The pathspecs that list the folders of environments."""

from __future__ import annotations

import pytest

from git_alembic.environments.configuration_files import list_matched
from git_alembic.environments.pathspecs import drop_strays, likely_roots, root_pathspecs


@pytest.mark.parametrize(
    ("roots", "expected"),
    [
        ((), []),
        (("",), ["."]),
        (("db/migrations", "a"), [":(literal)a/", ":(literal)db/migrations/", ":(glob)*.py", ":(glob)db/*.py"]),
        (("a[1]/m",), [":(literal)a[1]/m/", ":(glob)*.py", ":(glob)a\\[1]/*.py"]),
    ],
)
def test_pathspecs_of_roots(roots: tuple[str, ...], expected: list[str]) -> None:
    assert root_pathspecs(roots) == expected


def test_strays_are_dropped_unless_a_root_or_the_code_above_it_has_them() -> None:
    paths = ["db/m/myapp.py", "db/myapp.py", "myapp.py", "other/myapp.py", "other/alembic.ini", "db/m/versions/a.py"]
    listed = {path: ("100644", path) for path in paths}
    kept = [path for path in paths if not path.startswith("other/")]
    assert list(drop_strays(listed, list_matched(listed), ["db/m"])) == kept


def test_likely_roots_are_above_a_folder_of_versions() -> None:
    paths = ["db/m/versions/a.py", "db/m/versions/2024/b.py", "x/versions.py", "versions/c.py", "n/versions/d.py"]
    assert likely_roots(paths) == {"db/m", "n"}
