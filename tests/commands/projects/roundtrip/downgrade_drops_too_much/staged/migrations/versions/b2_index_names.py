"""index names

Revision ID: b2
Revises: a1

"""

from alembic import op

revision = "b2"
down_revision = "a1"


def upgrade():
    op.execute("CREATE INDEX IF NOT EXISTS ix_names ON customers (name)")


def downgrade():
    op.drop_index("ix_names", "customers")
    op.drop_column("customers", "name")
