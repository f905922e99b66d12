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
def test_silent(modeled: Modeled, case: str) -> None:
    modeled.step("b", "a", *SILENT[case])
    assert modeled.check(command="roundtrip")["findings"] == []
    assert modeled.left() == []


@pytest.mark.parametrize("case", sorted(FOUND))
def test_found(modeled: Modeled, case: str) -> None:
    revision, expected = FOUND[case]
    modeled.step("b", "a", *revision)
    findings = modeled.check(command="roundtrip")["findings"]
    assert [
        (finding["rule"], finding["severity"], finding["line"], finding["message"]) for finding in findings
    ] == expected
    assert {finding["path"] for finding in findings} == {"migrations/versions/b_x.py"}
    assert modeled.left() == []


def test_left_over_objects_are_listed(modeled: Modeled) -> None:
    modeled.step("b", "a", 'op.execute("CREATE INDEX IF NOT EXISTS i ON users (name)")')
    assert "\n    index i of users remains\n" in modeled.run("roundtrip").stdout


def test_only_new_revisions_are_run(modeled: Modeled) -> None:
    modeled.step("b", "a", ADD_EMAIL, "raise ValueError")
    modeled.models(EMAIL)
    modeled.commit("a downgrade that fails")
    assert modeled.check(command="roundtrip")["findings"] == []
    modeled.step("c", "b", MAKE, 'op.drop_table("t")')
    assert modeled.check(command="roundtrip")["findings"] == []
    assert modeled.check("--from-ref", "HEAD~1", "--to-ref", "HEAD", command="roundtrip")["verdict"] == "findings"


def test_several_of_which_one_cannot_be_taken_back(modeled: Modeled) -> None:
    modeled.step("b", "a", ADD_EMAIL, DROP_EMAIL)
    modeled.step("c", "b", "pass", "raise NotImplementedError")
    modeled.step("d", "c", MAKE, "pass")
    (finding,) = modeled.check(command="roundtrip")["findings"]
    assert (finding["rule"], finding["revisions"]) == ("broken-upgrade", ["d"])


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
