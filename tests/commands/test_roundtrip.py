"""`git alembic roundtrip` on small projects with SQLite, and its rules."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.model_projects import ADD_EMAIL, DROP_EMAIL, EMAIL, Modelled

MAKE = 'op.create_table("t", sa.Column("id", sa.Integer()), sa.Column("n", sa.Integer(), index=True))'


@pytest.fixture
def modelled(tmp_path: Path) -> Modelled:
    project = Modelled(tmp_path / "work")
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
FOUND = {
    "a column is left": (
        (ADD_EMAIL, "pass"),
        [
            (
                "broken-upgrade",
                "error",
                11,
                (
                    "`upgrade()` in 'b' fails when run again after the downgrade: "
                    "OperationalError: duplicate column name: email"
                ),
            )
        ],
    ),
    "an index is left": (
        ('op.execute("CREATE INDEX IF NOT EXISTS i ON users (name)")', "pass"),
        [
            (
                "lossy-downgrade",
                "warning",
                None,
                "`downgrade()` in 'b' does not restore the schema: 1 difference is left",
            )
        ],
    ),
    "something is dropped": (
        (
            'op.execute("CREATE INDEX IF NOT EXISTS i ON users (name)")',
            'op.drop_index("i", "users")\n    op.drop_column("users", "name")',
        ),
        [
            (
                "broken-upgrade",
                "error",
                11,
                "`upgrade()` in 'b' fails when run again after the downgrade: OperationalError: no such column: name",
            )
        ],
    ),
    "down fails": (
        (ADD_EMAIL, 'op.drop_column("user", "email")'),
        [("broken-downgrade", "error", 15, "`downgrade()` in 'b' fails: OperationalError: no such table: user")],
    ),
    "up fails": (
        (ADD_EMAIL.replace("users", "user"), "pass"),
        [("broken-upgrade", "error", 11, "`upgrade()` in 'b' fails: OperationalError: no such table: user")],
    ),
}


@pytest.mark.parametrize("case", sorted(SILENT))
def test_silent(modelled: Modelled, case: str) -> None:
    modelled.step("b", "a", *SILENT[case])
    assert modelled.judge(command="roundtrip")["findings"] == []
    assert modelled.left() == []


@pytest.mark.parametrize("case", sorted(FOUND))
def test_found(modelled: Modelled, case: str) -> None:
    revision, expected = FOUND[case]
    modelled.step("b", "a", *revision)
    findings = modelled.judge(command="roundtrip")["findings"]
    assert [
        (finding["rule"], finding["severity"], finding["line"], finding["message"]) for finding in findings
    ] == expected
    assert {finding["path"] for finding in findings} == {"migrations/versions/b_x.py"}
    assert modelled.left() == []


def test_left_over_objects_are_listed(modelled: Modelled) -> None:
    modelled.step("b", "a", 'op.execute("CREATE INDEX IF NOT EXISTS i ON users (name)")')
    assert "\n    index i of users remains\n" in modelled.run("roundtrip").stdout


def test_only_new_revisions_are_run(modelled: Modelled) -> None:
    modelled.step("b", "a", ADD_EMAIL, "raise ValueError")
    modelled.models(EMAIL)
    modelled.commit("a downgrade that fails")
    assert modelled.judge(command="roundtrip")["findings"] == []
    modelled.step("c", "b", MAKE, 'op.drop_table("t")')
    assert modelled.judge(command="roundtrip")["findings"] == []
    assert modelled.judge("--from-ref", "HEAD~1", "--to-ref", "HEAD", command="roundtrip")["verdict"] == "findings"


def test_several_of_which_one_cannot_be_taken_back(modelled: Modelled) -> None:
    modelled.step("b", "a", ADD_EMAIL, DROP_EMAIL)
    modelled.step("c", "b", "pass", "raise NotImplementedError")
    modelled.step("d", "c", MAKE, "pass")
    (finding,) = modelled.judge(command="roundtrip")["findings"]
    assert (finding["rule"], finding["revisions"]) == ("broken-upgrade", ["d"])


def test_a_history_with_more_than_the_models(modelled: Modelled) -> None:
    modelled.step("b", "a", 'op.create_index("ix_extra", "users", ["name"])')
    modelled.commit("an index that no model has")
    modelled.step("c", "b", 'op.drop_index("ix_extra", "users")', 'op.create_index("ix_extra", "users", ["name"])')
    assert modelled.judge(command="roundtrip")["findings"] == []


def test_an_allowed_one(modelled: Modelled) -> None:
    path = modelled.step("b", "a", ADD_EMAIL, "raise ValueError")
    text = (modelled.path / path).read_text(encoding="utf-8")
    modelled.write(path, f"# git-alembic: allow[broken-downgrade] it was a mistake\n{text}")
    modelled.git("add", path)
    assert modelled.judge(command="roundtrip")["findings"] == []


def test_a_revision_that_catches_up_with_the_models(modelled: Modelled) -> None:
    """The models have had the column for a long time.

    If the history does not run, the state of databases is unknown.
    """
    modelled.step("a", None, 'op.add_column("users", sa.Column("name", sa.String(50)))')
    modelled.models(EMAIL)
    modelled.commit("a history that begins with tables, and a column without a revision")
    modelled.step("b", "a", ADD_EMAIL, DROP_EMAIL)
    for command in ("drift", "roundtrip"):
        reason = modelled.reason(command=command)
        assert "duplicate column name: email" in reason
        assert "and the full history can't be run on an empty database either: revision 'a' failed" in reason
    modelled.step("b", "a", "missing.name", DROP_EMAIL)
    assert modelled.found(command="roundtrip") == [("error", "broken-upgrade")]
