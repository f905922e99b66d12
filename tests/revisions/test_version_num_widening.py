"""Code that widens the version table is recognized in revisions and in env.py."""

from __future__ import annotations

import pytest

from git_alembic.revisions.version_num_widening import widens_version_table


@pytest.mark.parametrize(
    "text",
    [
        "def upgrade():\n    op.alter_column('alembic_version', 'version_num', type_=sa.String(64))\n",
        "op.alter_column('alembic_version', 'version_num', existing_type=sa.String(32), type_=sa.Text())\n",
        "with op.batch_alter_table('v') as b:\n    b.alter_column('version_num', type_=String(length=40))\n",
        "op.execute('ALTER TABLE alembic_version ALTER COLUMN version_num TYPE VARCHAR(128)')\n",
        "op.execute('alter table alembic_version modify version_num varchar (64) not null')\n",
        "op.execute('''ALTER TABLE alembic_version\n   ALTER version_num TYPE character varying(33)''')\n",
        "op.execute('ALTER TABLE alembic_version ALTER COLUMN version_num TYPE text')\n",
        "op.execute('CREATE TABLE IF NOT EXISTS alembic_version (version_num VARCHAR(255) NOT NULL)')\n",
        "t = Table('alembic_version', m, Column('version_num', String(255), nullable=False))\n",
        "t = Table('alembic_version', m, Column('version_num', sa.String(LENGTH)))\n",
        "class Impl(PostgresqlImpl):\n    def version_table_impl(self, **words):\n        return Table()\n",
        "context.get_context()._version.c.version_num.type = sa.String(100)\n",
        "context._version.columns['version_num'].type = sa.String(100)\n",
        "first = context._version.c.version_num.type = sa.String(33)\n",
        "context._version.c.version_num.type = wrap(sa.String(33))\n",
        "op.alter_column('alembic_version', 'version_num', type_=sa.String())\n",
        "op.alter_column('alembic_version', 'version_num', type_=sa.String(length=LENGTH))\n",
        "op.alter_column('alembic_version', 'version_num', nullable=True, type_=sa.String(33))\n",
        "op.alter_column('alembic_version', 'version_num', None, sa.String(33))\n",
    ],
)
def test_wider(text: str) -> None:
    assert widens_version_table(text.encode())


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x = 1\n",
        "def (:  # version_num\n",
        "# ALTER version_num TYPE VARCHAR(128)\n",
        "'''ALTER version_num TYPE VARCHAR(128)'''\n",
        "def downgrade():\n    op.alter_column('alembic_version', 'version_num', type_=sa.String(64))\n",
        "op.alter_column('alembic_version', 'version_num', type_=sa.String(32))\n",
        "op.alter_column('alembic_version', 'version_num', type_=sa.String(16))\n",
        "op.alter_column('alembic_version', 'version_num', type_=sa.String(length=32))\n",
        "op.execute('ALTER TABLE alembic_version ALTER COLUMN version_num TYPE VARCHAR(16)')\n",
        "f(sa.String(33), 'version_num')\n",
        "# version_table_impl\ndef upgrade():\n    pass\n",
        "# version_table_impl\ndef write():\n    pass\n",
        "op.alter_column('alembic_version', 'version_num', existing_type=sa.String(64), nullable=True)\n",
        "op.alter_column('orders', 'number', type_=sa.String(64)), 'version_num'\n",
        "op.execute('ALTER TABLE alembic_version ALTER COLUMN version_num TYPE VARCHAR(32)')\n",
        "op.execute('SELECT version_num FROM alembic_version')\n",
        "op.execute('CREATE TABLE a (version_num VARCHAR(32) NOT NULL, name VARCHAR(64))')\n",
        "op.execute('CREATE TABLE b (name VARCHAR(64), version_num VARCHAR(32))')\n",
        "context._version.c.version_num.name = 'x'\n",
        "context._version.c.version_num.name = sa.String(33)\n",
        "context._version.c.version_num.type = sa.String(32)\n",
        "context._version.c.name.type = sa.String(33)  # beside version_num\n",
        "type = sa.String(33)  # of version_num\n",
        "op.alter_column('alembic_version', 'version_num', comment=sa.String(33), server_default=sa.String(33))\n",
        "op.alter_column('alembic_version', 'version_num', type_=sa.Integer(33))\n",
        "op.alter_column('alembic_version', 'version_num', type_=types['a'](33))\n",
    ],
)
def test_not_wider(text: str) -> None:
    assert not widens_version_table(text.encode())


@pytest.mark.parametrize(("length", "expected"), [(9_999, True), (10_000, False)])
def test_only_the_start_of_a_long_text_is_read(length: int, expected: bool) -> None:
    """The second digit of the width is the last character that is read, or the first one after it."""
    statement = " version_num VARCHAR(33"
    text = "x" * (length + 1 - len(statement)) + statement
    assert widens_version_table(f"op.execute('{text})')\n".encode()) is expected
