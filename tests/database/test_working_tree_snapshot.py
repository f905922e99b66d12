"""The history in the working tree, with literal files."""

from __future__ import annotations

from pathlib import Path

from git_alembic.database.working_tree_snapshot import working_tree_snapshot
from git_alembic.environments.environment import Environment
from git_alembic.history.environment_change import Snapshot
from git_alembic.revisions.revision import Unreadable
from tests.support.literal_changes import graph

FILES = {
    "one/b.py": "revision = 'b'\ndown_revision = 'a'\n",
    "one/a.py": "revision = 'a'\ndown_revision = None\n",
    "one/__init__.py": "revision = 'i'\ndown_revision = None\n",
    "two/c.py": "revision = 'c'\ndown_revision = 'b'\n",
    "two/z.py": "revision = f()\ndown_revision = 'b'\n",
    "two/y.py": "revision = f()\ndown_revision = 'b'\n",
    "three/d.py": "revision = 'd'\ndown_revision = 'c'\n",
}
WHY = "`revision` isn't a literal: it is computed by a call (line 1)"


def test_the_files_of_an_environment_are_read_whatever_is_staged(tmp_path: Path) -> None:
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    (tmp_path / "two/gone.py").symlink_to("nowhere.py")
    environment = Environment("shop", "shop", ("one", "two"))
    staged = Snapshot("staged", environment, graph({"x": ""}), heads_file_blob="blob")

    found = working_tree_snapshot(str(tmp_path), staged)

    assert (found.name, found.environment, found.heads_file_blob) == ("the working tree", environment, "blob")
    assert {each.path: (each.id, each.down) for each in found.graph.revisions} == {
        "one/a.py": ("a", ()),
        "one/b.py": ("b", ("a",)),
        "two/c.py": ("c", ("b",)),
    }
    assert found.unreadable == (
        Unreadable("two/gone.py", "", "it cannot be read: No such file or directory"),
        Unreadable("two/y.py", "", WHY, 1),
        Unreadable("two/z.py", "", WHY, 1),
    )
