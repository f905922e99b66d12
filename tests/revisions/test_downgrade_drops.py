"""The effects of a downgrade, read from its syntax."""

from __future__ import annotations

import pytest

from git_alembic.revisions.downgrade_drops import Downgrade, read_downgrade


def downgrade(*lines: str) -> Downgrade:
    return read_downgrade(("def downgrade():\n" + "".join(f"    {line}\n" for line in lines)).encode())


DROPS: dict[str, tuple[str, ...]] = {
    "op.drop_table('users')": ("table users",),
    "op.drop_table(NAME)": ("table NAME",),
    "op.drop_table()": ("table ?",),
    "op.drop_column('users', 'email')": ("column users.email",),
    "op.drop_column('users')": ("column users.?",),
    "op.drop_column()": ("column ?.?",),
    "op.drop_index('i')": (),
    "drop_table('users')": (),
    "op.execute('DROP TABLE users')": ("SQL: DROP TABLE users",),
    "op.execute('delete  from\\n users')": ("SQL: delete from users",),
    "op.execute(text('TRUNCATE ' 'users'))": ("SQL: TRUNCATE users",),
    "op.execute('UPDATE users')": (),
    "op.execute(statement)": (),
    "op.execute('DROPPED')": (),
    f"op.execute('DROP {'x' * 55}')": (f"SQL: DROP {'x' * 55}",),
    f"op.execute('DROP {'x' * 56}')": (f"SQL: DROP {'x' * 54}…",),
    "op.drop_table('b'); op.drop_table('a'); op.drop_table('b')": ("table b", "table a"),
    "if x: op.drop_table('a')": ("table a",),
}


@pytest.mark.parametrize(("line", "expected"), DROPS.items())
def test_dropped_objects(line: str, expected: tuple[str, ...]) -> None:
    assert downgrade(line) == Downgrade(expected)


def test_a_batch_names_its_table() -> None:
    found = downgrade(
        "with op.batch_alter_table('users', 'app') as batch, op.batch_alter_table(OTHER) as other:",
        "    batch.drop_column('email')",
        "    other.drop_column()",
        "with open('x') as file, lock, op.batch_alter_table() as none:",
        "    file.drop_column('a', 'b')",
        "    none.drop_column('c', 'd')",
    )
    assert found.drops == ("column users.email", "column OTHER.?", "column x.a", "column c.d")


@pytest.mark.parametrize(
    ("lines", "refuses", "empty"),
    [
        (["pass"], False, True),
        (["'''Nothing.'''"], False, True),
        (["'''Nothing.'''", "pass", "..."], False, True),
        (["raise NotImplementedError"], True, False),
        (["'''No.'''", "raise NotImplementedError"], True, False),
        (["f()", "raise NotImplementedError"], False, False),
        (["f()"], False, False),
    ],
)
def test_whether_it_does_anything(lines: list[str], refuses: bool, empty: bool) -> None:
    assert downgrade(*lines) == Downgrade(refuses=refuses, is_empty=empty)


def test_every_function_of_a_multidb_template_counts() -> None:
    text = "def downgrade_a():\n    raise E\ndef downgrade_b():\n    op.drop_table('t')\n"
    text += "def upgrade():\n    op.drop_table('u')\n"
    assert read_downgrade(text.encode()) == Downgrade(("table t",), refuses=True)


def test_no_downgrade_is_empty() -> None:
    assert read_downgrade(b"x = 1\n") == Downgrade(drops=(), refuses=False, is_empty=True, is_readable=True)


@pytest.mark.parametrize("content", [b"def downgrade(:\n", b"x = '\0'\n"])
def test_a_file_that_does_not_parse(content: bytes) -> None:
    assert read_downgrade(content) == Downgrade(drops=(), refuses=False, is_empty=False, is_readable=False)
