"""`git alembic roundtrip` on small projects with SQLite, and its rules."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.model_projects import ADD_EMAIL, DROP_EMAIL, EMAIL, Modeled

MAKE = 'op.create_table("t", sa.Column("id", sa.Integer()), sa.Column("n", sa.Integer(), index=True))'


@pytest.fixture
def modeled(tmp_path: Path) -> Modeled:
    project = Modeled(tmp_path / "work")
    project.path.mkdir()
    project.init()
    return project.start()


SILENT = {
    "up and down": (ADD_EMAIL, DROP_EMAIL),
    "a table": (MAKE, 'op.drop_table("t")'),
    "an irreversible one": (ADD_EMAIL, 'raise NotImplementedError("the old values are gone")'),
    "only data": ("op.execute(\"INSERT INTO users (name) VALUES ('a')\")", 'op.execute("DELETE FROM users")'),
    "batch": (
        'with op.batch_alter_table("users") as batch:\n        batch.alter_column("name", type_=sa.Text())',
        'with op.batch_alter_table("users") as batch:\n        batch.alter_column("name", type_=sa.String(50))',
    ),
}


@pytest.mark.parametrize("case", sorted(SILENT))
def test_silent(modeled: Modeled, case: str) -> None:
    modeled.step("b", "a", *SILENT[case])
    assert modeled.check(command="roundtrip")["findings"] == []
    assert modeled.left() == []


def test_a_history_with_more_than_the_models(modeled: Modeled) -> None:
    modeled.step("b", "a", 'op.create_index("ix_extra", "users", ["name"])')
    modeled.commit("an index that no model has")
    modeled.step("c", "b", 'op.drop_index("ix_extra", "users")', 'op.create_index("ix_extra", "users", ["name"])')
    assert modeled.check(command="roundtrip")["findings"] == []


def test_an_allowed_one(modeled: Modeled) -> None:
    path = modeled.step("b", "a", ADD_EMAIL, "raise ValueError")
    text = (modeled.path / path).read_text(encoding="utf-8")
    modeled.write(path, f"# git-alembic: allow[broken-downgrade] it was a mistake\n{text}")
    modeled.git("add", path)
    assert modeled.check(command="roundtrip")["findings"] == []


def test_a_revision_that_catches_up_with_the_models(modeled: Modeled) -> None:
    """The models have had the column for a long time.

    If the history does not run, the state of databases is unknown.
    """
    modeled.step("a", None, 'op.add_column("users", sa.Column("name", sa.String(50)))')
    modeled.models(EMAIL)
    modeled.commit("a history that begins with tables, and a column without a revision")
    modeled.step("b", "a", ADD_EMAIL, DROP_EMAIL)
    for command in ("drift", "roundtrip"):
        reason = modeled.reason(command=command)
        assert "duplicate column name: email" in reason
        assert "and the full history can't be run on an empty database either: revision 'a' failed" in reason
    modeled.step("b", "a", "missing.name", DROP_EMAIL)
    assert modeled.found(command="roundtrip") == [("error", "broken-upgrade")]
